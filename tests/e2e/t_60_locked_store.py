"""Another program holds optouts.db locked: opt-outs are answered and kept at once, clicks do not wait, and no line is lost."""
import signal
import sqlite3
import threading
import time

from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.process import wait_for


def answered_in(work):
    """How long the slowest of these calls took, all at once."""
    took = []

    def timed(one):
        began = time.monotonic()
        assert one().status in (200, 302)
        took.append(time.monotonic() - began)
    threads = [threading.Thread(target=timed, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == len(work), "a request had no answer, or another one"
    return max(took)


def test(world):
    world.start()
    candor = world.candor
    port = candor.tracker_port
    links = mail.hrefs(world.deliver("ann@us.example").data)
    click = next(link for link in links if f"{TRACKING_HOST}/c/" in link)
    opt_out = next(link for link in links if f"{TRACKING_HOST}/u/" in link)
    of_bob = next(link for link in mail.hrefs(world.deliver("bob@us.example").data) if f"{TRACKING_HOST}/u/" in link)
    on_record = lambda: len(candor.rows("optouts.db", "SELECT 1 FROM opt_outs WHERE scope = 1"))
    journal = candor.state / "store/waiting/optouts.journal"

    locked = sqlite3.connect(candor.state / "store/optouts/optouts.db", isolation_level=None)
    locked.execute("BEGIN IMMEDIATE")
    slowest = answered_in([lambda: web.one_click(port, opt_out)] * 4 + [lambda: web.request(port, click)] * 8)
    assert slowest < 3, f"somebody waited {slowest:.1f} s for the lock"  # it was 5 s for each opt-out
    assert not world.send("ann@us.example").ok, "an opt-out that waits is not obeyed"
    began = time.monotonic()
    candor.tracker.stop(signal.SIGUSR2, seconds=30)
    assert time.monotonic() - began < 5, "the stop waits for the lock"
    assert journal.exists() and "opt_outs_waiting" in candor.tracker.log.read_text()
    locked.execute("ROLLBACK")
    locked.close()

    # As docs/operations.md has operators append lines, with an editor of another system; and one that is none.
    lines = journal.read_bytes()
    journal.write_bytes(lines.replace(b"\n", b"\r\n") + b"bob@us.example\n")
    candor.start_tracker()
    wait_for("what waited on record", lambda: on_record() == 1)
    wait_for("the journal to go", lambda: not journal.exists())
    unreadable = candor.state / "store/waiting/optouts.unreadable"
    assert unreadable.read_bytes() == b"bob@us.example\n"
    wait_for("its line", lambda: "opt_outs_unreadable" in candor.tracker.log.read_text())
    checked = candor.call("check", check=False)
    assert checked.returncode == 78 and str(unreadable).encode() in checked.stderr, checked
    unreadable.unlink()
    candor.call("check")

    assert web.one_click(port, of_bob).status == 200
    assert on_record() == 2, "with the lock gone an opt-out goes into the file"
