"""Both daemons start on a fresh host and do all their work within the walls of their systemd units."""
import os
import pwd
import socket

from lab import mail, unit, web
from lab.candor import TRACKING_HOST, Candor
from lab.process import Skip

MILTER, TRACKER = "candor-milter.service", "candor-tracker.service"


def make_state(folder, mode):
    user = pwd.getpwnam(unit.USER)
    folder.mkdir()
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(mode)


def scrape(path):
    """The metrics behind a unix socket."""
    with socket.socket(socket.AF_UNIX) as admin:
        admin.settimeout(10)
        admin.connect(str(path))
        admin.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: admin.recv(65536), b""))


def test(world):
    if unit.why_not():
        raise Skip(unit.why_not())
    for one in (MILTER, TRACKER):
        assert unit.settings(one, "SystemCallErrorNumber") == ["EPERM"], f"{one}: a call too many would be a crash"
    world.start(milter=False, tracker=False, contacts=False)
    candor = world.candor
    make_state(candor.state, int(unit.settings(MILTER, "StateDirectoryMode")[0], 8))
    admin = candor.state / "metrics.sock"
    candor.configure(tracker=f'admin_socket = "unix:{admin}"')
    candor.start_milter(under=unit.under(MILTER))
    candor.start_tracker(under=unit.under(TRACKER))
    candor.import_contacts()

    data = world.deliver("ann@us.example").data
    link = [link for link in mail.hrefs(data) if "/c/" in link][0]
    assert web.request(candor.tracker_port, link).status == 302
    candor.wait_for_clicks(1)
    for daemon in (candor.milter, candor.tracker):
        candor.reload(daemon)
    assert b"candor_" in scrape(admin)
    token = mail.tokens(data, TRACKING_HOST, "u")[0][1]
    assert web.one_click(candor.tracker_port, f"https://{TRACKING_HOST}/u/{token}").status == 200
    assert candor.rows("optouts.db", "SELECT count(*) FROM opt_outs WHERE scope = 1")[0][0] >= 1
    for directory in [candor.state / "store", *(candor.state / "store").iterdir()]:
        assert directory.stat().st_mode & 0o7777 == 0o2770, f"{directory} has mode {directory.stat().st_mode:o}"
    candor.stop()
    for daemon in (candor.milter, candor.tracker):
        assert daemon.process.returncode == 0, f"{daemon.name} ended with {daemon.process.returncode}"

    # A state directory elsewhere without the setgid bit, which the unit does not let them set.
    other = world.keep(Candor(world.folder / "elsewhere"))
    make_state(other.state, 0o770)
    other.start_milter(under=unit.under(MILTER))
    other.start_tracker(under=unit.under(TRACKER))
