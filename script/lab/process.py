"""Starting and ending programs, free ports, and waits that have a limit."""
import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1


class LabError(Exception):
    """Something that the lab itself needs went wrong; the text is for the person who reads it."""


class Skip(Exception):
    """A program that a test needs is not installed."""


def wait_for(what, condition, seconds=20.0, step=0.02):
    """The first true answer of `condition`; LabError when none came in time."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise LabError(f"waited {seconds:g} s for {what}")
        time.sleep(step)


def allow_descriptors(number):
    """For this process and what it starts. False where the system does not allow so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < number:
        return False
    if soft != resource.RLIM_INFINITY and soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    return True


_given_out = set()


def free_port():
    """A loopback port nobody listens on; never the same one twice in this process."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _given_out:
            _given_out.add(port)
            return port
    raise LabError("no free port on 127.0.0.1")


def listens(port):
    """Whether somebody accepts on the port, without connecting: a connection would be a session."""
    wanted = f"0100007F:{port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[1] in (wanted, f"00000000:{port:04X}"):
            return True
    return False


def _die_with_parent():
    # Even a SIGKILL of the test leaves no server behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Daemon:
    """A program that runs until stopped. Its output goes to a file."""

    def __init__(self, name, command, log, env=None, cwd=None, descriptors=()):
        self.name, self.log = name, Path(log)
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, env=env, cwd=cwd, pass_fds=descriptors,
                preexec_fn=_die_with_parent)

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process.poll() is None

    def wait_until(self, what, condition, seconds=20.0):
        """Waits for `condition`, and not longer than the program lives."""
        def met():
            if not self.alive():
                raise LabError(f"{self.name} ended with {self.process.returncode}:\n{self.tail()}")
            return condition()
        try:
            return wait_for(what, met, seconds)
        except LabError as error:
            raise LabError(f"{error}\n{self.tail()}") from None

    def tail(self, lines=25):
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"  {self.name}: {line}" for line in text[-lines:])

    def send(self, which):
        self.process.send_signal(which)

    def wait(self, seconds=20.0):
        return self.process.wait(seconds)

    def stop(self, which=signal.SIGTERM, seconds=10.0):
        """Ends the program and returns its exit status; SIGKILL when it does not listen."""
        if self.alive():
            self.process.send_signal(which)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def kill(self):
        self.stop(signal.SIGKILL)


# LISTEN_PID is the process that execs, so it can only be set from within it.
_WITH_SOCKETS = """\
import fcntl, os, sys
descriptors = [fcntl.fcntl(int(word), fcntl.F_DUPFD_CLOEXEC, 100) for word in sys.argv[1].split(",")]
for number, descriptor in enumerate(descriptors):
    os.dup2(descriptor, 3 + number)
os.environ.update(LISTEN_FDS=str(len(descriptors)), LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


def with_sockets(command, descriptors):
    """`command` as systemd starts it that holds the listening sockets `descriptors` (sd_listen_fds(3))."""
    return [sys.executable, "-c", _WITH_SOCKETS, ",".join(map(str, descriptors)), *command]


def find_program(name, package):
    for folder in os.environ.get("PATH", "").split(":") + ["/usr/sbin", "/sbin"]:
        path = Path(folder or ".") / name
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    raise Skip(f"{name} is not installed (package {package})")


def run(command, stdin=b"", seconds=60, check=False, env=None, cwd=None):
    """Runs a program to its end; CompletedProcess with bytes."""
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True,
                          timeout=seconds, env=env, cwd=cwd)
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(str(w) for w in command)} ended with {done.returncode}:\n"
                       f"{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")
    return done
