#!/usr/bin/env python3
"""The tracker against nginx' `return 302`, in turns: requests a second, processor time a request, latency; then
with 2,000 half-open connections beside it.

    tracker_race.py CANDOR [ROUNDS [SECONDS]]

Every click of ours opens a token, looks for opt-outs and is recorded. Both servers have one thread for requests, and all
their threads are on processor 0; wrk has processor 1. A server that answers more requests a second in a closed loop
also has the shorter queue, so the latency is compared a second time where both have the same to do. Prints targets and
whether they hold, judges nothing: see script/bench."""
import contextlib
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from click_load import (CONNECTIONS, PEOPLE, TRACKING_HOST, script_for, start_candor, start_nginx, verdict)
from lab.process import allow_descriptors

HALF_OPEN = 2000
PAUSE_MS = 1
# Taking or ending so many connections at once costs a thread 30 ms, which is not what is measured here.
SETTLE = 1


def in_turns(servers, script, mode, rounds, seconds):
    """Medians of each server's runs, in the order of `servers`; `failed` and `req` are sums."""
    runs = [[] for _ in servers]
    for number in range(rounds + 1):
        for place in range(len(servers)) if number % 2 else reversed(range(len(servers))):
            run = servers[place].load(script, mode, seconds if number else 1)
            if number:  # the first round warms up
                runs[place].append(run)
    return [{what: (sum if what in ("failed", "req") else statistics.median)(run[what] for run in own)
             for what in own[0]} for own in runs]


def show(servers, medians):
    print("  server     req/s   p50 us   p99 us   cpu us/req   failed")
    for server, run in zip(servers, medians):
        print(f"  {server.name:8}{run['rate']:8.0f} {run['p50']:8.0f} {run['p99']:8.0f} {run['cpu']:12.2f} "
              f"{run['failed']:8}")


def race(servers, script, mode, rounds, seconds):
    medians = in_turns(servers, script, mode, rounds, seconds)
    print(f"\n{mode}: {rounds} rounds of {seconds} s, {CONNECTIONS} connections, in turns; medians")
    show(servers, medians)
    nginx, candor = medians
    least = 0.7 if mode == "keep-alive" else 0.9
    rate, cpu, tail = (candor[what] / nginx[what] for what in ("rate", "cpu", "p99"))
    print(f"  requests a second  {rate:5.2f} of nginx, at least {least}   {verdict(rate >= least)}")
    print(f"  processor time     {cpu:5.2f} of nginx, at most 1.8    {verdict(cpu <= 1.8)}")
    print(f"  p99                {tail:5.2f} of nginx, at most 1      {verdict(tail <= 1)}")
    return candor["req"]


def same_load(servers, script, rounds, seconds):
    """Every client waits a moment after each answer, so that neither server is at its limit."""
    medians = in_turns(servers, script, "keep-alive", rounds, seconds)
    print(f"\nkeep-alive at the same load, a pause of {PAUSE_MS} ms after each answer")
    show(servers, medians)
    nginx, candor = medians
    tail = candor["p99"] / nginx["p99"]
    print(f"  p99                {tail:5.2f} of nginx, at most 1      {verdict(tail <= 1)}")
    return candor["req"]


def slow_clients(server, script, rounds, seconds):
    """Requests that never end, beside those that do."""
    alone, beside, failed = [], [], 0
    for _ in range(rounds):
        time.sleep(SETTLE)
        alone.append(server.load(script, "keep-alive", seconds)["p99"])
        with contextlib.ExitStack() as stack:
            for _ in range(HALF_OPEN):
                slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                slow.sendall(b"GET /c/x HTTP/1.1\r\nHost: ")
            time.sleep(SETTLE)
            run = server.load(script, "keep-alive", seconds)
        beside.append(run["p99"])
        failed += run["failed"]
    before, after = statistics.median(alone), statistics.median(beside)
    ratio = after / before
    print(f"\n{HALF_OPEN} half-open connections beside: p99 {before:.0f} us alone, {after:.0f} us beside, {failed} failed"
          f"\n  ratio              {ratio:5.2f}, at most 3               {verdict(ratio <= 3 and not failed)}")


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    if not allow_descriptors(2 * HALF_OPEN + 1000):
        sys.exit("tracker_race: the system does not allow enough open files (ulimit -Hn)")
    folder = Path(tempfile.mkdtemp(prefix="candor-bench."))
    started = []
    try:
        candor, ours, clicks, _ = start_candor(folder, Path(sys.argv[1]).resolve())
        started.append(candor)
        nginx = start_nginx(folder)
        started.append(nginx.daemon)
        script = script_for(folder, clicks)
        print(f"Clicks: {PEOPLE} personal links of {len(clicks[0]) - len('https://' + TRACKING_HOST)} bytes")
        sent = sum(race([nginx, ours], script, mode, rounds, seconds) for mode in ("keep-alive", "close"))
        sent += same_load([nginx, ours], script_for(folder, clicks, PAUSE_MS), rounds, seconds)
        slow_clients(ours, script, rounds, seconds)
        candor.stop()
        counted = candor.clicks_counted()
        print(f"\n{counted} clicks counted, {sent} of them measured above   {verdict(counted >= sent)}")
    finally:
        for one in started:
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
