"""Connections that never finish a request, below and beyond the limit: everybody else is served meanwhile."""
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
