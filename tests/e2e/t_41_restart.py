"""Socket activation: six restarts of the tracker under load refuse no connection, fail no request, lose no click."""
import signal
import socket
import threading
import time

from lab import mail
from lab.candor import TRACKING_HOST
from lab.process import wait_for

CLIENTS = 4  # of each kind
RESTARTS = 6


class Client(threading.Thread):
    """Clicks until told to stop; `failed` says what went wrong first."""

    def __init__(self, port, path, keep_alive):
        super().__init__(daemon=True)
        self.port, self.keep_alive = port, keep_alive
        self.request = (f"GET {path} HTTP/1.1\r\nHost: {TRACKING_HOST}\r\nUser-Agent: Mozilla/5.0 Firefox/128.0\r\n"
                        + ("" if keep_alive else "Connection: close\r\n") + "\r\n").encode()
        self.enough = threading.Event()
        self.answered, self.failed = 0, None

    def run(self):
        connection = None
        try:
            while not self.enough.is_set():
                connection = connection or socket.create_connection(("127.0.0.1", self.port), timeout=20)
                connection.sendall(self.request)
                answer = b""
                while not answer.endswith(b"\r\n\r\n"):  # a redirect has no body
                    more = connection.recv(65536)
                    assert more, f"the connection ended within the answer {answer!r}"
                    answer += more
                assert answer.startswith(b"HTTP/1.1 302 "), answer
                self.answered += 1
                if b"Connection: close" in answer:
                    connection.close()
                    connection = None
        except (OSError, AssertionError) as fault:
            self.failed = f"{type(fault).__name__}: {fault}"
        finally:
            if connection:
                connection.close()


def wait_for_start(candor, number):
    candor.tracker.wait_until(
        f"start number {number}",
        lambda: candor.tracker.log.read_text(errors="replace").count("started daemon=tracker") == number)


def test(world):
    world.start()
    candor = world.candor
    link = [link for link in mail.hrefs(world.deliver("ann@us.example").data) if "/c/" in link][0]
    candor.tracker.stop(signal.SIGTERM)

    with socket.create_server(("127.0.0.1", candor.tracker_port), backlog=1024) as held:
        candor.start_tracker(sockets=(held.fileno(),))
        wait_for_start(candor, 2)
        path = link.partition(TRACKING_HOST)[2]
        clients = [Client(candor.tracker_port, path, keep_alive=number < CLIENTS) for number in range(2 * CLIENTS)]
        for client in clients:
            client.start()
        drains = []
        for restart in range(RESTARTS):
            before = sum(client.answered for client in clients)
            wait_for("some clicks", lambda: sum(client.answered for client in clients) > before + 200)
            began = time.monotonic()
            candor.tracker.send(signal.SIGTERM)
            assert candor.tracker.wait(15) == 0, candor.tracker.tail()
            drains.append(time.monotonic() - began)
            candor.start_tracker(sockets=(held.fileno(),))
            wait_for_start(candor, 3 + restart)
        time.sleep(0.3)
        for client in clients:
            client.enough.set()
        for client in clients:
            client.join(20)
        assert [client.failed for client in clients] == [None] * len(clients), [c.failed for c in clients]
        answered = sum(client.answered for client in clients)
        print(f"  {answered} clicks over {RESTARTS} restarts, the longest drain {max(drains):.2f} s")
        assert max(drains) < 3, f"a drain took {max(drains):.1f} s"
        candor.tracker.stop(signal.SIGTERM)
        assert candor.clicks_counted() == answered, f"{candor.clicks_counted()} counted of {answered} clicks"

    # Nobody holds a socket any more: the tracker binds its own.
    candor.start_tracker()
    wait_for_start(candor, 3 + RESTARTS)
