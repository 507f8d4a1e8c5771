"""Starts a program within the walls that a unit of ours puts around it, without systemd: its system call filter,
RestrictSUIDSGID, RestrictAddressFamilies, MemoryDenyWriteExecute and UMask, as a user with no privileges.

One difference: a call that the filter denies ends the program, whatever SystemCallErrorNumber says. A test sees it.
"""
import ctypes
import ctypes.util
import errno
import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

UNITS = Path(__file__).resolve().parents[2] / "systemd"
USER = "nobody"

PR_SET_PDEATHSIG, SIGTERM = 1, 15
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
KILL, ALLOW, ERRNO = 0x80000000, 0x7FFF0000, 0x00050000  # SCMP_ACT_
EQ, MASKED_EQ = 4, 7                                     # SCMP_CMP_
AF_MAX = 46


def settings(unit, name):
    """The values of every line `name=` of a unit, in order."""
    lines = (UNITS / unit).read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(name + "=")]


def why_not():
    """What is missing for this; empty when nothing is."""
    if not shutil.which("systemd-analyze"):
        return "systemd-analyze is not installed (package systemd)"
    if not ctypes.util.find_library("seccomp"):
        return "libseccomp is not installed (package libseccomp2)"
    if os.geteuid() != 0:
        return "only root becomes another user"
    closed = [str(folder) for folder in UNITS.parents if not folder.stat().st_mode & stat.S_IXOTH]
    return f"the user {USER} cannot pass {closed[0]} to the program" if closed else ""


def under(unit):
    """What to put before the words of a command."""
    return [sys.executable, "-B", __file__, unit]


def members(group):
    """The system calls of `@group`, or the one call that has the name."""
    if not group.startswith("@"):
        return {group}
    said = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    names = [line.strip() for line in said.stdout.splitlines()[1:]]
    return set().union(*(members(name) for name in names if name and not name.startswith("#")))


def allowed(unit):
    """systemd.exec(5): the first line says whether it is a list of what is allowed; each later one adds or, with ~,
    takes away; @default is always in it."""
    calls = members("@default")
    for number, line in enumerate(settings(unit, "SystemCallFilter")):
        takes = line.startswith("~")
        assert number > 0 or not takes, "the filter is a list of what is denied"
        for group in line.lstrip("~").split():
            calls = calls - members(group) if takes else calls | members(group)
    return calls


class Compare(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int), ("one", ctypes.c_uint64), ("other", ctypes.c_uint64)]


class Filter:
    """What no rule names gets `otherwise`."""

    def __init__(self, otherwise):
        self.library = ctypes.CDLL(ctypes.util.find_library("seccomp"))
        self.library.seccomp_init.restype = ctypes.c_void_p
        self.library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                                        ctypes.POINTER(Compare)]
        self.library.seccomp_load.argtypes = [ctypes.c_void_p]
        self.filter = self.library.seccomp_init(otherwise)

    def add(self, action, call, *conditions):
        number = self.library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # of another processor
        array = (Compare * len(conditions))(*conditions)
        assert self.library.seccomp_rule_add_array(self.filter, action, number, len(conditions), array) == 0, call

    def load(self):
        assert self.library.seccomp_load(self.filter) == 0


def load_call_filter(unit):
    calls = allowed(unit)
    wall = Filter(ERRNO | errno.ENOSYS)  # a call that systemd does not know of
    for call in calls:
        wall.add(ALLOW, call)
    for call in members("@known") - calls:
        wall.add(KILL, call)
    wall.load()


def load_restrictions(unit):
    def is_set(name):
        return settings(unit, name) == ["yes"]

    wall = Filter(ALLOW)
    if is_set("RestrictSUIDSGID"):
        for call, mode in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2), ("mknod", 1),
                           ("mknodat", 2)):
            for bit in (stat.S_ISUID, stat.S_ISGID):
                wall.add(ERRNO | errno.EPERM, call, Compare(mode, MASKED_EQ, bit, bit))
        wall.add(ERRNO | errno.ENOSYS, "openat2")
    if is_set("MemoryDenyWriteExecute"):
        both = PROT_WRITE | PROT_EXEC
        wall.add(ERRNO | errno.EPERM, "mmap", Compare(2, MASKED_EQ, both, both))
        wall.add(ERRNO | errno.EPERM, "mprotect", Compare(2, MASKED_EQ, PROT_EXEC, PROT_EXEC))
        wall.add(ERRNO | errno.EPERM, "shmat", Compare(2, MASKED_EQ, SHM_EXEC, SHM_EXEC))
    for families in settings(unit, "RestrictAddressFamilies"):
        open_ones = {getattr(socket, family) for family in families.split()}
        for family in set(range(AF_MAX)) - open_ones:
            wall.add(ERRNO | errno.EAFNOSUPPORT, "socket", Compare(0, EQ, family))
    wall.load()


def main(unit, program, *arguments):
    binary = os.open(program, os.O_RDONLY)  # its folder may be closed to the user
    user = pwd.getpwnam(USER)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    # With the user the kernel has forgotten who ends us with itself.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGTERM)
    os.umask(int(settings(unit, "UMask")[0], 8))
    load_restrictions(unit)
    load_call_filter(unit)
    os.execve(binary, [program, *arguments], os.environ)


if __name__ == "__main__":
    main(*sys.argv[1:])
