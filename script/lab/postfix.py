"""A private Postfix: own configuration, queue and log in a folder, loopback only, no DNS, no syslog."""
import os
import signal
import time
from pathlib import Path

from .process import LabError, find_program, free_port, listens, run, wait_for

# chroot is "n" everywhere: there is no jail to fill. `postlog` writes the log without syslog.
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    def __init__(self, folder, sink_port, milters=(), settings=None):
        find_program("postfix", "postfix")
        if os.geteuid() != 0:
            raise LabError("a private Postfix needs root: its daemons change to the user postfix")
        self.folder = Path(folder)
        self.port = free_port()
        self.etc, self.log = self.folder / "etc", self.folder / "maillog"
        self.queue = self.folder / "queue"
        for path in (self.folder, self.etc, self.queue):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o755)
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        run(["chown", "postfix", data], check=True)
        self._write(sink_port, list(milters), settings or {})
        run(["postfix", "-c", self.etc, "start"], check=True)
        wait_for("Postfix to listen", lambda: listens(self.port))

    def _write(self, sink_port, milters, settings):
        values = {
            "compatibility_level": "3.6",
            "queue_directory": self.queue,
            "data_directory": self.folder / "data",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "command_directory": "/usr/sbin",
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file_prefixes": self.folder,
            "maillog_file": self.log,
            "inet_interfaces": "loopback-only",
            "inet_protocols": "ipv4",
            "myhostname": "mta.acme.example",
            "myorigin": "acme.example",
            "mydestination": "",
            "mynetworks": "127.0.0.0/8",
            "local_recipient_maps": "",
            "alias_maps": "",
            "alias_database": "",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtpd_recipient_restrictions": "permit_mynetworks, reject",
            "smtpd_authorized_xclient_hosts": "127.0.0.0/8",
            "smtpd_peername_lookup": "no",
            "smtpd_client_connection_count_limit": "0",
            "default_transport": f"smtp:[127.0.0.1]:{sink_port}",
            "relayhost": "",
            "smtp_dns_support_level": "disabled",
            "smtp_host_lookup": "native",
            "message_size_limit": "104857600",
            "mailbox_size_limit": "0",
            "in_flow_delay": "0",
            # Mail that was deferred is tried again soon: a test waits for it.
            "minimal_backoff_time": "1s",
            "maximal_backoff_time": "5s",
            "queue_run_delay": "1s",
            "smtpd_milters": ", ".join(milters),
            # Anything else loses or leaks mail when the milter dies in the middle of a message.
            "milter_default_action": "tempfail",
            "milter_protocol": "6",
            "milter_connect_timeout": "5s",
        }
        values.update(settings)
        (self.etc / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in values.items()))
        (self.etc / "master.cf").write_text(SERVICES.format(port=self.port))
        for name in ("postfix-files", "dynamicmaps.cf"):
            (self.etc / name).write_text("")

    def master(self):
        """The process id of the master, or None."""
        try:
            pid = int((self.queue / "pid/master.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"master" in command else None

    def queued(self):
        """How many messages wait, wherever in the queue."""
        return sum(1 for name in ("incoming", "active", "deferred", "maildrop", "hold", "corrupt")
                   for path in (self.queue / name).rglob("*") if path.is_file())

    def corrupt(self):
        return sum(1 for path in (self.queue / "corrupt").rglob("*") if path.is_file())

    def wait_until_empty(self, seconds=20.0):
        wait_for("the queue to be empty", lambda: self.queued() == 0, seconds)

    def stop(self):
        pid = self.master()
        if pid is None:
            return
        # The group is the master's own: it starts its daemons in it and nobody else is there.
        for which, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 2.0)):
            try:
                os.killpg(pid, which)
            except ProcessLookupError:
                return
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if not _alive_in_group(pid):
                    return
                time.sleep(0.02)

    def tail(self, lines=25):
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"  postfix: {line}" for line in text[-lines:])


def _alive_in_group(group):
    """Whether a process of the group still runs. A zombie does not: some programs that play init take long to reap."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, process_group = stat.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(process_group) == group and state != "Z":
            return True
    return False
