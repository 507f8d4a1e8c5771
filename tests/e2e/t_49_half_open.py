"""Connections that never finish a request, idle or take no answer, below and beyond the limit: everybody else is served."""
import concurrent.futures
import contextlib
import http.client
import select
import socket
import time
from urllib.parse import urlsplit

from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.process import Skip, allow_descriptors
from lab.world import url

HALF_OPEN = 2000
CLICKS = 300
LIMIT = 1000  # in the second part, which has more of them
DEADLINE = 6
DEAF = 200
UNHURRIED = 40

# Where a request can stop: before its first byte, within a line, within the headers, within the body.
BEGINNINGS = (b"", b"GET /c/", b"GET /c/x HTTP/1.1\r\nHost: go.acme.example\r\nUser-Ag",
              b"POST /u/x HTTP/1.1\r\nHost: go.acme.example\r\nContent-Length: 26\r\n\r\nList-")


def is_ended(connection):
    """Whether the server has ended it; a refusal may come first."""
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        try:
            while connection.recv(4096):
                pass
            return True
        except ConnectionResetError:
            return True
    return False


def beyond_the_limit(candor, link, opt_out, stack):
    candor.tracker.stop()
    candor.configure(tracker=f"max_connections = {LIMIT}")
    candor.start_tracker()
    slow = []
    for number in range(2 * LIMIT):
        slow.append(stack.enter_context(socket.create_connection(("127.0.0.1", candor.tracker_port), timeout=10)))
        slow[-1].sendall(b"G")
        if number % 20 == 0:
            assert web.request(candor.tracker_port, link, seconds=5).status == 302, f"beside {number} half-open ones"
            assert web.one_click(candor.tracker_port, opt_out).status == 200, f"beside {number} half-open ones"
    assert is_ended(slow[0]) and not is_ended(slow[-1]), "the oldest one makes room"


def fetch(port, path, pause):
    """The status of a GET on a connection of its own, which says nothing at first; 0: it was ended."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            time.sleep(pause)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nUser-Agent: {web.PEOPLES_BROWSER}\r\n\r\n".encode())
            return int(connection.recv(4096)[9:12] or 0)
    except OSError:
        return 0


def unhurried(candor, path):
    """How many of those are served who come at once and take their time."""
    with concurrent.futures.ThreadPoolExecutor(UNHURRIED) as pool:
        statuses = list(pool.map(lambda _: fetch(candor.tracker_port, path, 0.3), range(UNHURRIED)))
    return statuses.count(302)


def beside_idle_ones(candor, path, stack):
    """Each has asked once and has a minute; whoever comes has 15 seconds."""
    for _ in range(LIMIT + 200):
        idle = stack.enter_context(socket.create_connection(("127.0.0.1", candor.tracker_port), timeout=10))
        idle.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in idle.recv(4096)
    served = unhurried(candor, path)
    assert served == UNHURRIED, f"{served} of {UNHURRIED} are served beside idle ones"


def beside_deaf_ones(candor, path, stack):
    """They ask for more than the sockets hold and read nothing."""
    candor.tracker.stop()
    candor.configure(tracker=f"max_connections = {DEAF}")
    candor.start_tracker()
    for _ in range(DEAF + 20):
        deaf = stack.enter_context(socket.socket())
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.connect(("127.0.0.1", candor.tracker_port))
        deaf.setblocking(False)
        with contextlib.suppress(OSError):
            deaf.sendall(b"GET /u/x HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
    # Long before their 15 seconds: a second, and what has begun meanwhile.
    candor.tracker.wait_until("answers that are not taken to make room",
                              lambda: unhurried(candor, path) == UNHURRIED, seconds=DEADLINE)


def with_few_descriptors(candor, link):
    """The limit is what the system allows: without that connections wait unaccepted until others end."""
    for hard, limited in ((20000, False), (1024, True)):
        candor.tracker.stop()
        candor.configure()
        candor.start_tracker(under=["prlimit", f"--nofile=1024:{hard}"])
        said = candor.tracker.log.read_text(errors="replace").count("connections_limited")
        assert said == limited, f"connections_limited {said} times, {hard} descriptors"
        with contextlib.ExitStack() as slow:
            for _ in range(1300):
                one = slow.enter_context(socket.create_connection(("127.0.0.1", candor.tracker_port), timeout=10))
                one.sendall(b"G")
            began = time.monotonic()
            assert web.request(candor.tracker_port, link, seconds=20).status == 302
            assert time.monotonic() - began < 3, f"{time.monotonic() - began:.1f} s for a click"


def test(world):
    if not allow_descriptors(2 * HALF_OPEN + 1000):
        raise Skip(f"no {2 * HALF_OPEN + 1000} open files are allowed here")
    world.start(tracker=False)
    candor = world.candor
    candor.configure(tracker=f"header_timeout_seconds = {DEADLINE}\nidle_timeout_seconds = {DEADLINE}")
    candor.start_tracker()
    data = world.deliver("ann@us.example").data
    link = [link for link in mail.hrefs(data) if "/c/" in link][0]
    opt_out = url(*mail.tokens(data, TRACKING_HOST, "u")[0])
    parts = urlsplit(link)

    with contextlib.ExitStack() as stack:
        began = time.monotonic()
        slow = []
        for number in range(HALF_OPEN):
            slow.append(stack.enter_context(socket.create_connection(("127.0.0.1", candor.tracker_port), timeout=10)))
            slow[-1].sendall(BEGINNINGS[number % len(BEGINNINGS)])
        regular = http.client.HTTPConnection("127.0.0.1", candor.tracker_port, timeout=5)
        stack.callback(regular.close)
        for number in range(CLICKS):
            if number % 3 == 0:  # a new connection, as one who clicks for the first time has it
                assert web.request(candor.tracker_port, link, seconds=5).status == 302
                continue
            regular.request("GET", parts.path, headers={"Host": parts.netloc, "User-Agent": web.PEOPLES_BROWSER})
            answer = regular.getresponse()
            answer.read()
            assert answer.status == 302, answer.status
        served = time.monotonic() - began
        assert served < DEADLINE, f"too slow a machine: {served:.1f} s, the half-open ones are about to be ended"
        assert not any(is_ended(one) for one in slow), "a half-open connection was ended before its time"

        poll = select.poll()
        for one in slow:
            poll.register(one, select.POLLIN)
        left = {one.fileno(): one for one in slow}
        end = time.monotonic() + DEADLINE + 5
        while left and time.monotonic() < end:
            for descriptor, _ in poll.poll(200):
                if is_ended(left[descriptor]):
                    poll.unregister(descriptor)
                    del left[descriptor]
        assert not left, f"{len(left)} half-open connections are still there after {DEADLINE} s"
        assert web.request(candor.tracker_port, link).status == 302
    candor.wait_for_clicks(CLICKS + 1)
    assert candor.clicks_counted() == CLICKS + 1
    print(f"  {CLICKS} clicks beside {HALF_OPEN} half-open connections in {served:.2f} s")
    with contextlib.ExitStack() as stack:
        beyond_the_limit(candor, link, opt_out, stack)
    with contextlib.ExitStack() as stack:
        beside_idle_ones(candor, parts.path, stack)
    with contextlib.ExitStack() as stack:
        beside_deaf_ones(candor, parts.path, stack)
    with_few_descriptors(candor, link)
