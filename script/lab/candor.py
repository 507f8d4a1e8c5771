"""The program under test: its configuration, its command line, its two daemons, what is in its store."""
import json
import os
import signal
import sqlite3
from pathlib import Path

from .process import Daemon, Skip, free_port, listens, run, wait_for, with_sockets

ROOT = Path(__file__).resolve().parents[2]
TRACKING_HOST = "go.acme.example"

CONFIG = """\
mode = "{mode}"
state_dir = "{state}"

[milter]
socket = "{socket}"
{milter}

[tracker]
listen = "127.0.0.1:{tracker_port}"
{tracker}

[log]
to = "stderr"
level = "debug"

[policy]
pack = "strict-2026"
evidence_dir = "{evidence}"
{policy}

[[controller]]
name = "acme"
number = 1
domains = ["acme.example"]
tracking_host = "{tracking_host}"
privacy_notice_url = "https://www.acme.example/privacy"
postal_address = "Acme Planning S.r.l., Via dei Filatoi 12, 10122 Torino, Italy"
self_hosted = true
retention_days = 90

{streams}
"""

# Receipts first: the first match wins.
STREAMS = """\
[[stream]]
name = "receipts"
controller = "acme"
kind = "transactional"
[stream.match]
sender = ["receipts@acme.example"]

[[stream]]
name = "newsletter"
controller = "acme"
kind = "marketing"
{newsletter}
[stream.match]
sender = ["news@acme.example", "*@news.acme.example"]

[[stream]]
name = "sales"
controller = "acme"
kind = "marketing"
[stream.match]
sasl_user = ["sales*"]
"""

LIA = """\
[lia]
id = "lia-lab"
controller = "acme"
status = "approved"
outcome = "pass"
approved_by = "Data protection officer"
approved_at = 2026-09-01
review_by = 2027-08-31
jurisdictions = ["US", "IT"]
treatments = ["individual", "aggregate"]
purpose = "Know which topics business customers read."
necessity = "Counting clicks is the least that answers it."
balancing = "Business context, short retention, opt-out in every message."
eprivacy_analysis = "Links only; nothing is stored on or read from the reader's device."
"""

PRIVACY_NOTICE = """\
[privacy_notice]
controller = "acme"
url = "https://www.acme.example/privacy"
version = "1"
covers = ["clicks", "opens"]
attested_by = "Data protection officer"
attested_at = 2026-09-01
review_by = 2027-08-31
"""

CONTACTS = """\
address,jurisdiction,class,segments,source
ann@us.example,US,b2b,,lab
bob@us.example,US,b2b,,lab
ivo@it.example,IT,b2b,,lab
fay@fr.example,FR,b2b,,lab
dora@de.example,DE,b2b,,lab
otto@us.example,US,b2b,,lab
"""


def program():
    path = Path(os.environ.get("CANDOR_PROGRAM") or ROOT / "build/release/candor")
    if not path.is_file():
        raise Skip(f"{path} is not built")
    return path


class Candor:
    """One state directory with the configuration that belongs to it."""

    def __init__(self, folder, config=None, **changes):
        """`config`: a file of its own; otherwise one is written, with `changes` put into CONFIG."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = program()
        self.state = self.folder / "state"
        self.tracker_port = free_port()
        self.milter_port = free_port()
        self.socket = f"inet:127.0.0.1:{self.milter_port}"
        self.milter = self.tracker = None
        if config:
            self.config = Path(config)
        else:
            self.config = self.folder / "candor.toml"
            self.configure(**changes)

    def configure(self, **changes):
        """Writes the configuration anew; a running daemon sees it at its next reload."""
        evidence = self.folder / "evidence"
        evidence.mkdir(exist_ok=True)
        (evidence / "lia-lab.toml").write_text(changes.pop("lia", LIA))
        (evidence / "privacy-notice.toml").write_text(PRIVACY_NOTICE)
        values = {"mode": "enforce", "milter": "", "tracker": "", "policy": "", "newsletter": "", **changes}
        streams = values.pop("streams", None)
        if streams is None:
            streams = STREAMS.format(newsletter=values["newsletter"])
        self.config.write_text(CONFIG.format(
            state=self.state, socket=self.socket, tracker_port=self.tracker_port, evidence=evidence,
            tracking_host=TRACKING_HOST, streams=streams, **values))

    def call(self, *words, stdin=b"", seconds=60, check=True):
        """`candor --config ... words`; CompletedProcess with bytes."""
        return run([self.program, "--config", self.config, *words], stdin=stdin, seconds=seconds, check=check)

    def text(self, *words, **options):
        return self.call(*words, **options).stdout.decode().strip()

    def import_contacts(self, csv=CONTACTS):
        path = self.folder / "contacts.csv"
        path.write_text(csv)
        self.call("contact", "import", path)

    def rewrite(self, message, sender, recipients, *options, check=True):
        """(message out, decision or None) of the pipeline offline."""
        words = ["rewrite", "--from", sender]
        for one in [recipients] if isinstance(recipients, str) else recipients:
            words += ["--to", one]
        done = self.call(*words, "--explain", *options, stdin=message, check=check)
        said = done.stderr.decode("utf-8", "replace")
        start = said.find("{")
        decision = json.JSONDecoder().raw_decode(said[start:])[0] if start >= 0 else None
        return done.stdout, decision

    def start_milter(self, under=()):
        """`under`: what stands before the words of the command, as lab.unit.under() says."""
        self.milter = Daemon("candor milter", [*under, self.program, "--config", self.config, "milter"],
                             self.folder / "milter.log")
        if self.socket.startswith("inet:"):
            listening = lambda: listens(self.milter_port)
        else:
            listening = lambda: Path(self.socket.partition(":")[2]).is_socket()
        self.milter.wait_until("the milter to listen", listening)
        return self.milter

    def start_tracker(self, sockets=(), under=()):
        """`sockets`: descriptors that listen, as systemd hands them over; `under` as in start_milter()."""
        command = [*under, self.program, "--config", self.config, "tracker"]
        if sockets:
            command = with_sockets(command, sockets)
        self.tracker = Daemon("candor tracker", command, self.folder / "tracker.log", descriptors=sockets)
        self.tracker.wait_until("the tracker to listen", lambda: listens(self.tracker_port))
        # Before it has tested its own opt-out page nothing is tracked.
        self.tracker.wait_until("the test of the opt-out page", self.opt_out_tested)
        return self.tracker

    def opt_out_tested(self):
        return bool(self.rows("optouts.db", "SELECT 1 FROM duties WHERE duty = 1"))

    def stop(self):
        # A drain: SIGTERM is libmilter's own, which sees it only every few seconds.
        for daemon in (self.milter, self.tracker):
            if daemon:
                daemon.stop(signal.SIGUSR2, seconds=12.0)

    def reload(self, daemon):
        """SIGUSR1, and waits until the log says what came of it."""
        before = daemon.log.read_text(errors="replace").count("reload")
        daemon.send(signal.SIGUSR1)
        daemon.wait_until("the reload", lambda: daemon.log.read_text(errors="replace").count("reload") > before)

    def rows(self, kind, query, *values):
        """The rows of a query over every database file of that kind, e.g. `events/*.db`."""
        found = []
        for path in sorted(self.state.rglob(kind)):
            connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=5)
            try:
                connection.execute("PRAGMA query_only=1")
                found += connection.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):
                    raise
            finally:
                connection.close()
        return found

    def events(self):
        """Clicks with a person: (campaign, recipient as 16 hex digits, link, verdict)."""
        rows = self.rows("*.db", "SELECT campaign, recipient, link, verdict FROM events")
        return [(c, f"{r & (2**64 - 1):016x}", link, verdict) for c, r, link, verdict in rows]

    def clicks_counted(self):
        """All clicks of the totals, whoever clicked."""
        return sum(n for (n,) in self.rows("*.db", "SELECT count FROM totals WHERE kind = 1"))

    def wait_for_clicks(self, count):
        wait_for(f"{count} counted clicks", lambda: self.clicks_counted() >= count)
