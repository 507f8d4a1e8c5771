"""TLS of the tracker's own: opt-out test and check --live pass, a reload takes new files, a bad pair keeps the old."""
import shutil
import socket
import ssl

from lab import mail
from lab.candor import TRACKING_HOST
from lab.certificates import make_certificates


def connect(world, ca):
    """A TLS connection that trusts `ca` alone."""
    context = ssl.create_default_context(cafile=ca)
    plain = socket.create_connection(("127.0.0.1", world.candor.tracker_port), timeout=10)
    return context.wrap_socket(plain, server_hostname=TRACKING_HOST)


def click(connection, link):
    path = link.partition(TRACKING_HOST)[2]
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {TRACKING_HOST}\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        more = connection.recv(65536)
        assert more, f"the connection ended within {answer!r}"
        answer += more
    assert answer.startswith(b"HTTP/1.1 302 "), answer


def is_trusted(world, ca):
    try:
        connect(world, ca).close()
        return True
    except ssl.SSLCertVerificationError:
        return False


def test(world):
    folder = world.folder
    ca, certificate, key = make_certificates(folder, "first", TRACKING_HOST, 90)
    next_ca, next_certificate, next_key = make_certificates(folder, "next", TRACKING_HOST, 90)
    in_use, in_use_key = folder / "tracker.pem", folder / "tracker.key"
    shutil.copy(certificate, in_use)
    shutil.copy(key, in_use_key)
    world.start(tracker=False)
    candor = world.candor
    candor.configure(tracker=f'[[tracker.tls]]\ncertificate = "{in_use}"\nkey = "{in_use_key}"')
    # Waits for the tracker's test of its own opt-out page, which has to go through TLS here.
    candor.start_tracker()
    link = [link for link in mail.hrefs(world.deliver("ann@us.example").data) if "/c/" in link][0]

    early = connect(world, ca)
    assert early.version() == "TLSv1.3", early.version()
    click(early, link)
    live = candor.call("check", "--postfix", world.mta.etc, "--live", "--ca", ca,
                       "--via", f"127.0.0.1:{candor.tracker_port}", check=False)
    assert TRACKING_HOST.encode() in live.stdout and live.returncode == 0, (live.stdout, live.stderr)

    shutil.copy(next_certificate, in_use)
    candor.reload(candor.tracker)
    assert "reload_refused" in candor.tracker.log.read_text(), "a key of another certificate was taken"
    named = candor.call("check", check=False)
    assert named.returncode == 78 and f"{in_use_key}: is not the key of {in_use}".encode() in named.stderr, named
    assert is_trusted(world, ca), "the old pair does not go on"

    shutil.copy(next_key, in_use_key)
    candor.reload(candor.tracker)
    assert is_trusted(world, next_ca) and not is_trusted(world, ca), "the new pair is not in use"
    click(early, link)  # whoever was connected still is
    candor.wait_for_clicks(2)
    early.close()
