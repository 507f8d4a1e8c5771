#!/usr/bin/env python3
"""What the tracker promises while it is busy: an opt-out is obeyed by the very next decision and click, and restarts
lose no click and refuse nobody.

    tracker_promises.py CANDOR [CLICKS]

CLICKS: how many the restarts are spread over, 1,000,000 where nothing is said. Prints targets and whether they hold,
judges nothing: see script/bench."""
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from click_load import CONNECTIONS, address, click, prepare_candor, script_for, verdict
from lab import web
from lab.milter import Milter, parts_of
from lab.world import newsletter

OPT_OUTS = 20
RESTARTS = 6


class Mail(threading.Thread):
    """An MTA that is never idle: one message after the other, to people who have not opted out."""

    def __init__(self, port, people):
        super().__init__(daemon=True)
        self.port, self.people, self.sent = port, people, 0
        self.enough = threading.Event()

    def run(self):
        milter = Milter(self.port)
        headers, body = parts_of(newsletter())
        while not self.enough.is_set():
            _, changed = milter.send("news@acme.example", self.people[self.sent % len(self.people)], headers, body,
                                     f"4E{self.sent:08X}")
            assert changed, "the newsletter was not rewritten"
            self.sent += 1
        milter.close()


def clicks_named_after(candor, number, at):
    """Clicks recorded with the person in the seconds after `at`."""
    person = int(candor.text("contact", "id", address(number))[:16], 16)
    signed = person - 2**64 if person >= 2**63 else person
    return sum(n for (n,) in candor.rows("*.db", "SELECT count(*) FROM events WHERE recipient = ? AND at > ?", signed,
                                         int(at)))


def opt_out_once(candor, milter, message, click_link, opt_out_link, number):
    """Milliseconds from the first byte of the one click to its answer, and to the decision that obeys it."""
    queue_id = f"4F{number:08X}"
    assert milter.send("news@acme.example", address(number), *message, queue_id)[1], "not rewritten before the opt-out"
    began = time.monotonic()
    answer = web.one_click(candor.tracker_port, opt_out_link)
    answered = time.monotonic()
    at = time.time()
    last_word, _ = milter.send("news@acme.example", address(number), *message, queue_id)
    decided = time.monotonic()
    obeyed = last_word not in (b"a", b"c")
    assert answer.status == 200 and web.request(candor.tracker_port, click_link).status == 302
    return (answered - began) * 1e3, (decided - began) * 1e3, obeyed, at


def opt_outs_under_load(candor, script, clicks, opt_outs):
    mails = Mail(candor.milter_port, [address(number) for number in range(OPT_OUTS, len(clicks))])
    load = threading.Thread(target=lambda: click(candor.tracker_port, script, "keep-alive", 8), daemon=True)
    sys.setswitchinterval(0.0005)  # or this program's own threads wait for each other for 5 ms
    mails.start()
    load.start()
    time.sleep(1)
    milter, message = Milter(candor.milter_port), parts_of(newsletter())
    answered, decided, disobeyed, moments = [], [], 0, []
    for number in range(OPT_OUTS):
        answer, decision, obeyed, at = opt_out_once(candor, milter, message, clicks[number], opt_outs[number], number)
        answered.append(answer)
        decided.append(decision)
        disobeyed += not obeyed
        moments.append((number, at))
        time.sleep(0.1)
    assert load.is_alive() and mails.is_alive(), "the load ended before the measurement"
    load.join()
    mails.enough.set()
    mails.join()
    candor.tracker.stop(signal.SIGUSR2)
    named = sum(clicks_named_after(candor, number, at) for number, at in moments)
    print(f"Opt-outs while clicks and mail ({mails.sent} messages) go on: {OPT_OUTS} one-click POSTs")
    print(f"  on record and answered in {statistics.median(answered):.1f} ms, the slowest in {max(answered):.1f} ms")
    print(f"  obeyed by the next decision after {statistics.median(decided):.1f} ms, the slowest after "
          f"{max(decided):.1f} ms; {disobeyed} not obeyed")
    print(f"  slowest decision   {max(decided):5.1f} ms, less than 50            "
          f"{verdict(max(decided) < 50 and not disobeyed)}")
    print(f"  clicks that named the person later: {named}              {verdict(not named)}")


def restarts_under_load(candor, script, wanted):
    before = candor.clicks_counted()
    answered = failed = restarts = runs = 0
    drains = []
    with socket.create_server(("127.0.0.1", candor.tracker_port), backlog=1024) as held:
        candor.start_tracker(sockets=(held.fileno(),))
        while answered < wanted or restarts < RESTARTS:
            found = []
            load = threading.Thread(target=lambda: found.append(click(candor.tracker_port, script, "keep-alive", 4)))
            load.start()
            time.sleep(1.5)
            if restarts < RESTARTS:
                began = time.monotonic()
                candor.tracker.send(signal.SIGTERM)
                assert candor.tracker.wait(15) == 0, candor.tracker.tail()
                drains.append(time.monotonic() - began)
                candor.start_tracker(sockets=(held.fileno(),))
                restarts += 1
            load.join()
            answered += found[0]["req"]
            failed += found[0]["failed"]
            runs += 1
        candor.tracker.stop(signal.SIGTERM)
    counted = candor.clicks_counted() - before
    lost = max(answered - counted, 0)
    # wrk ends without reading what it asked for last.
    unread = counted - answered
    print(f"\n{answered} clicks answered over {restarts} restarts with an inherited socket, the longest drain "
          f"{max(drains):.2f} s; {counted} counted")
    print(f"  failed requests    {failed:5}, none                    {verdict(failed == 0)}")
    print(f"  lost clicks        {lost:5}, none                    {verdict(lost == 0)}")
    print(f"  counted, not read  {unread:5}, at most {CONNECTIONS * runs} in {runs} runs  "
          f"{verdict(unread <= CONNECTIONS * runs)}")


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    folder = Path(tempfile.mkdtemp(prefix="candor-bench."))
    candor = None
    try:
        candor, clicks, opt_outs = prepare_candor(folder, Path(sys.argv[1]).resolve())
        script = script_for(folder, clicks)
        opt_outs_under_load(candor, script, clicks, opt_outs)
        restarts_under_load(candor, script, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    finally:
        if candor:
            candor.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
