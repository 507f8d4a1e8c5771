"""Everything together: one folder, one Postfix, one Candor, one sink; left as it was found."""
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from . import smtp
from .candor import ROOT, TRACKING_HOST, Candor
from .dkim import Signer
from .postfix import Postfix
from .process import Daemon
from .sink import Sink

NEWSLETTER = ROOT / "examples/newsletter/newsletter.eml"


class World:
    def __init__(self, name="lab"):
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"candor-{name}-"))
        self.folder.chmod(0o755)  # the user postfix has to get through
        self._to_stop = []
        self.sink = self.mta = self.candor = None

    def __enter__(self):
        for which in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(which, _interrupt)
        return self

    def __exit__(self, kind, error, trace):
        for which in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(which, signal.SIG_IGN)
        for thing in reversed(self._to_stop):
            try:
                thing.stop()
            except Exception as fault:  # the rest must be ended all the same
                print(f"while ending: {fault}", file=sys.stderr)
        return False

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self, thing):
        """Remembers something to stop in the end, in the reverse order."""
        self._to_stop.append(thing)
        return thing

    # --- the parts, each started when asked for -------------------------------------------------

    def start(self, milter=True, tracker=True, contacts=True, signer=False, settings=None, config=None, **changes):
        """Sink, Candor and Postfix, as most tests want them. `changes` go into the configuration."""
        self.sink = self.keep(Sink(self.folder / "arrived"))
        self.candor = self.keep(Candor(self.folder, config, **changes))
        if contacts:
            self.candor.import_contacts()
        if milter:
            self.candor.start_milter()
        if tracker:
            self.candor.start_tracker()
        milters = [self.candor.socket]
        if signer:
            self.signer = self.keep(Signer(self.folder / "dkim"))
            milters.append(self.signer.milter)
        self.mta = self.keep(Postfix(self.folder / "postfix", self.sink.port, milters, settings))
        return self

    def send(self, recipients, message=None, sender="news@acme.example", login=None):
        return smtp.send(self.mta.port, sender, recipients, message or newsletter(), login)

    def deliver(self, recipient, message=None, sender="news@acme.example", login=None):
        """Sends and returns what arrived; the server must take it."""
        before = len(self.sink.all())
        sent = self.send(recipient, message, sender, login)
        assert sent.ok, f"the server said {sent.data or sent.recipients}"
        return self.sink.wait_for(recipient if isinstance(recipient, str) else recipient[0], after=before)

    def logs(self):
        """What the servers wrote, for a failed test."""
        texts = [daemon.tail() for daemon in (self.candor.milter, self.candor.tracker)
                 if isinstance(daemon, Daemon)] if self.candor else []
        if self.mta:
            texts.append(self.mta.tail())
        return "\n".join(texts)


def newsletter():
    return NEWSLETTER.read_bytes()


def url(kind, token):
    return f"https://{TRACKING_HOST}/{kind}/{token}"


class Interrupted(BaseException):
    pass


def _interrupt(number, _frame):
    raise Interrupted(signal.Signals(number).name)


def as_root():
    """Servers that change their user need root: starts this program again through sudo otherwise."""
    if os.geteuid() != 0 and shutil.which("sudo"):
        os.execvp("sudo", ["sudo", "--preserve-env=CANDOR_PROGRAM,CANDOR_E2E_FULL,CANDOR_KEEP,NO_COLOR,TERM,TMPDIR",
                           sys.executable, "-B", *sys.argv])
