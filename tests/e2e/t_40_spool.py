"""Clicks without loss: the tracker is killed under load again and again, and each 302 is counted exactly once."""
import http.client
import random
import sqlite3
import threading
import time
from urllib.parse import urlsplit

from lab import mail, web
from lab.candor import TRACKING_HOST, Candor
from lab.process import wait_for

CLIENTS = 3
KILLS = 6


def newsletter(links):
    body = "".join(f'<p><a href="https://www.acme.example/page/{n}">Page {n}</a></p>\r\n' for n in range(links))
    return ("From: Acme <news@acme.example>\r\nTo: you@us.example\r\nSubject: Pages\r\nMIME-Version: 1.0\r\n"
            "Message-ID: <spool@acme.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nX-Candor-Campaign: pages\r\n"
            'Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>\r\n' + body +
            '<p><a href="candor:unsubscribe">Unsubscribe</a></p></body></html>\r\n').encode()


def click_links(candor, recipient, links):
    data, _ = candor.rewrite(newsletter(links), "news@acme.example", recipient)
    found = [link for link in mail.hrefs(data) if f"{TRACKING_HOST}/c/" in link]
    assert len(found) == links, f"{len(found)} tracked links of {links} for {recipient}"
    return found


class Client(threading.Thread):
    """Clicks one link over and over on one connection until the tracker dies: at most one click has no answer."""

    def __init__(self, port, link):
        super().__init__(daemon=True)
        self.port, self.link, self.answered = port, link, 0

    def run(self):
        parts = urlsplit(self.link)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            while True:
                connection.request("GET", parts.path, headers={"Host": parts.netloc, "User-Agent": web.PEOPLES_BROWSER})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 302, answer.status
                self.answered += 1
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def counted(candor):
    """Clicks of the totals, by link."""
    found = {}
    for link, count in candor.rows("totals.db", "SELECT link, sum(count) FROM totals WHERE kind = 1 GROUP BY link"):
        found[link] = count
    return found


def spooled_bytes(candor):
    return sum(path.stat().st_size for path in (candor.state / "spool").glob("*.spool"))


def test(world):
    candor = world.candor = world.keep(Candor(world.folder))
    candor.import_contacts()
    # Every client of every life of the tracker has a link of its own, so that each is counted apart.
    shared = click_links(candor, "ivo@it.example", CLIENTS * KILLS)
    personal = click_links(candor, "ann@us.example", CLIENTS * KILLS)
    expected = {}
    seed = random.randrange(1 << 30)
    print("seed", seed)
    dice = random.Random(seed)
    for life in range(KILLS):
        candor.start_tracker()
        clients = [Client(candor.tracker_port, (personal if n == 0 else shared)[life * CLIENTS + n]) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(0.3 + dice.random() * 0.7)
        candor.tracker.kill()
        for n, client in enumerate(clients):
            client.join(20)
            assert not client.is_alive()
            expected[life * CLIENTS + n + 1] = client.answered
    assert min(expected.values()) > 0 and sum(expected.values()) > 500, expected

    candor.start_tracker()
    wait_for("what was left to be counted",
             lambda: all(counted(candor).get(link, 0) >= answered for link, answered in expected.items()), seconds=20)
    for link, answered in expected.items():
        assert answered <= counted(candor)[link] <= answered + 1, (link, answered, counted(candor))
    assert "events_dropped" not in candor.tracker.log.read_text(), "an event was lost"
    before = sum(counted(candor).values())

    # --- the store away ------------------------------------------------------------------------------
    lock = sqlite3.connect(candor.state / "store/totals/totals.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    for n in range(60):
        began = time.monotonic()
        assert web.request(candor.tracker_port, shared[n % len(shared)]).status == 302
        assert time.monotonic() - began < 2, "a redirect waited for the store"
    assert sum(counted(candor).values()) == before, "the lock locks nothing"
    assert spooled_bytes(candor) >= 60 * 48, "the events wait elsewhere than in the spool"
    candor.tracker.kill()
    lock.execute("ROLLBACK")
    lock.close()
    candor.start_tracker()
    candor.wait_for_clicks(before + 60)
    candor.stop()
    assert sum(counted(candor).values()) == before + 60
    assert spooled_bytes(candor) == 0, "taken events still lie in the spool"

    # --- the spool away ------------------------------------------------------------------------------
    for path in (candor.state / "spool").iterdir():
        path.unlink()
    (candor.state / "spool").rmdir()
    (candor.state / "spool").write_text("no directory")
    candor.start_tracker()
    for n in range(5):
        assert web.request(candor.tracker_port, shared[n]).status == 302
    candor.wait_for_clicks(before + 65)
    assert candor.tracker.log.read_text().count("spool_refused") == 1, "not one warning a minute"

    # --- a spool that a power loss tore --------------------------------------------------------------
    candor.tracker.kill()
    (candor.state / "spool").unlink()
    (candor.state / "spool").mkdir(mode=0o700)
    (candor.state / "spool" / "00000000000000aa-0000000000000001.spool").write_bytes(bytes(48 * 3 + 7))
    candor.start_tracker()
    candor.tracker.wait_until("the damage to be said",
                              lambda: "3 records cannot be read" in candor.tracker.log.read_text())
    assert web.request(candor.tracker_port, shared[0]).status == 302
    candor.wait_for_clicks(before + 66)
    candor.stop()
    assert sum(counted(candor).values()) == before + 66
