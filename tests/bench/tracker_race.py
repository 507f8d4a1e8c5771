#!/usr/bin/env python3
"""The tracker against nginx' `return 302`, in turns: requests a second, processor time a request, latency; then
with 2,000 half-open connections beside it; then how soon an opt-out is obeyed while clicks go on.

    tracker_race.py CANDOR [ROUNDS [SECONDS]]

Every click of ours opens a token, looks for opt-outs and is recorded. Both servers have one thread on processor 0,
wrk has processor 1. Processor time is the scheduler's (/proc/PID/task/*/schedstat), which other programs on the machine
hardly change; requests a second they do. Prints targets and whether they hold, judges nothing: see script/bench."""
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "script"))

from lab import mail, web  # noqa: E402
from lab.candor import CONTACTS, TRACKING_HOST, Candor  # noqa: E402
from lab.process import Daemon, find_program, free_port, listens  # noqa: E402
from lab.world import newsletter  # noqa: E402

PEOPLE = 40
CONNECTIONS = 64
HALF_OPEN = 2000

NGINX = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 10000; multi_accept on; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 60; tcp_nodelay on; server_tokens off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location /c/ {{
      add_header Referrer-Policy no-referrer always; add_header Cache-Control no-store always;
      add_header X-Robots-Tag noindex always;
      return 302 https://www.acme.example/landing?m=$request_uri;
    }}
  }}
}}
"""

LUA = """\
local paths = {{ {paths} }}
local wanted, number = {{}}, 0
init = function(args)
  for i, path in ipairs(paths) do wanted[i] = wrk.format("GET", path) end
end
request = function()
  number = number % #wanted + 1
  return wanted[number]
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RES req=%d us=%d err=%d bad=%d p50=%d p99=%d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout, e.status, latency:percentile(50), latency:percentile(99)))
end
"""

HEADERS = [
    f"Host: {TRACKING_HOST}",
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: de-CH,de;q=0.9,en;q=0.8", "Accept-Encoding: gzip, deflate, br", "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: cross-site"]


class Server:
    def __init__(self, name, daemon, port):
        self.name, self.daemon, self.port = name, daemon, port
        self.runs = {}

    def processor_seconds(self):
        total = 0
        children = Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children").read_text().split()
        for process in [self.daemon.pid, *map(int, children)]:
            for task in Path(f"/proc/{process}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def load(self, script, mode, seconds):
        """What wrk says of one run, with the server's processor time a request in `cpu`."""
        command = [find_program("taskset", "util-linux"), "-c", "1", find_program("wrk", "wrk"), "-t", "1", "-c",
                   str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(script)]
        for header in [*HEADERS, f"Connection: {mode}"]:
            command += ["-H", header]
        before = self.processor_seconds()
        said = subprocess.run([*command, f"http://127.0.0.1:{self.port}/"], capture_output=True, text=True).stdout
        spent = self.processor_seconds() - before
        numbers = dict(re.findall(r"(\w+)=(\d+)", said[said.rindex("RES"):]))
        run = {name: int(value) for name, value in numbers.items()}
        run["rate"] = run["req"] / run["us"] * 1e6
        run["cpu"] = spent * 1e6 / run["req"]
        return run

    def median(self, mode, what):
        return statistics.median(run[what] for run in self.runs[mode])


def pinned(name, command, log):
    return Daemon(name, [find_program("taskset", "util-linux"), "-c", "0", *command], log)


def start_nginx(folder):
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    daemon = pinned("nginx", [find_program("nginx", "nginx-light"), "-c", config, "-e", folder / "nginx.err"],
                    folder / "nginx.log")
    daemon.wait_until("nginx", lambda: listens(port))
    return Server("nginx", daemon, port)


def start_candor(folder, program):
    """A tracker with one thread, and personal links of PEOPLE people: one each, and their opt-out."""
    os.environ["CANDOR_PROGRAM"] = str(program)
    candor = Candor(folder)
    # The machine's own address has no rate limit.
    candor.configure(tracker="threads = 1", milter="")
    candor.config.write_text(candor.config.read_text().replace('level = "debug"', 'level = "info"'))
    people = [f"p{number}@us.example" for number in range(PEOPLE)]
    candor.import_contacts(CONTACTS.splitlines()[0] + "\n" + "".join(f"{one},US,b2b,,lab\n" for one in people))
    candor.start_milter()
    candor.start_tracker()
    clicks, opt_outs = [], []
    for one in people:
        links = mail.hrefs(candor.rewrite(newsletter(), "news@acme.example", one)[0])
        clicks.append(next(link for link in links if f"{TRACKING_HOST}/c/" in link))
        opt_outs.append(next(link for link in links if f"{TRACKING_HOST}/u/" in link))
    candor.tracker.stop(signal.SIGUSR2)
    candor.tracker = pinned("candor tracker", [candor.program, "--config", candor.config, "tracker"],
                            folder / "tracker.log")
    candor.tracker.wait_until("the tracker", lambda: listens(candor.tracker_port))
    return candor, Server("candor", candor.tracker, candor.tracker_port), clicks, opt_outs


def verdict(good):
    return "holds" if good else "MISSED"


def race(servers, script, mode, rounds, seconds):
    for server in servers:
        server.runs[mode] = []
    for number in range(rounds + 1):
        for server in servers if number % 2 else reversed(servers):
            run = server.load(script, mode, seconds if number else 1)
            if number:  # the first round warms up
                server.runs[mode].append(run)
    nginx, candor = servers
    print(f"\n{mode}: {rounds} rounds of {seconds} s, {CONNECTIONS} connections, in turns; medians")
    print("  server     req/s   p50 us   p99 us   cpu us/req   failed")
    for server in servers:
        failed = sum(run["err"] + run["bad"] for run in server.runs[mode])
        print(f"  {server.name:8}{server.median(mode, 'rate'):8.0f} {server.median(mode, 'p50'):8.0f} "
              f"{server.median(mode, 'p99'):8.0f} {server.median(mode, 'cpu'):12.2f} {failed:8}")
    least = 0.7 if mode == "keep-alive" else 0.9
    rate = candor.median(mode, "rate") / nginx.median(mode, "rate")
    cpu = candor.median(mode, "cpu") / nginx.median(mode, "cpu")
    tail = candor.median(mode, "p99") / nginx.median(mode, "p99")
    print(f"  requests a second  {rate:5.2f} of nginx, at least {least}   {verdict(rate >= least)}")
    print(f"  processor time     {cpu:5.2f} of nginx, at most 1.8    {verdict(cpu <= 1.8)}")
    print(f"  p99                {tail:5.2f} of nginx, at most 1      {verdict(tail <= 1)}")


def slow_clients(server, script, seconds):
    """Requests that never end, beside those that do."""
    alone = server.load(script, "keep-alive", seconds)
    with contextlib.ExitStack() as stack:
        for _ in range(HALF_OPEN):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(b"GET /c/x HTTP/1.1\r\nHost: ")
        beside = server.load(script, "keep-alive", seconds)
    ratio = beside["p99"] / alone["p99"]
    failed = beside["err"] + beside["bad"]
    print(f"\n{HALF_OPEN} half-open connections beside: p99 {alone['p99']} us alone, {beside['p99']} us beside, {failed} "
          f"failed\n  ratio              {ratio:5.2f}, at most 3               {verdict(ratio <= 3 and not failed)}")


def opt_out_latency(candor, server, script, clicks, opt_outs):
    """From the first byte of the one click to the answer; and nothing that begins after it names the person."""
    load = threading.Thread(target=lambda: server.load(script, "keep-alive", 6))
    load.start()
    time.sleep(1)
    took, decided = [], []
    for click, opt_out in list(zip(clicks, opt_outs))[:20]:
        person = candor.text("contact", "id", f"p{clicks.index(click)}@us.example")[:16]
        began = time.monotonic()
        answer = web.one_click(server.port, opt_out)
        took.append((time.monotonic() - began) * 1e3)
        assert answer.status == 200, answer
        # The clicks of the load go on: whatever is named from here on was clicked before.
        decided.append((click, person, time.time()))
    load.join()
    candor.tracker.stop(signal.SIGUSR2)
    late = 0
    for _, person, at in decided:
        number = int(person, 16)
        signed = number - 2**64 if number >= 2**63 else number
        late += sum(n for (n,) in candor.rows("*.db", "SELECT count(*) FROM events WHERE recipient = ? AND at > ?",
                                              signed, int(at)))
    worst = max(took)
    print(f"\nOpt-outs while clicks go on: {len(took)} one-click POSTs on record and answered in "
          f"{statistics.median(took):.1f} ms, the slowest in {worst:.1f} ms; clicks that named the person later: {late}")
    print(f"  slowest            {worst:5.1f} ms, less than 50            {verdict(worst < 50 and late == 0)}")


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    folder = Path(tempfile.mkdtemp(prefix="candor-bench."))
    started = []
    try:
        candor, ours, clicks, opt_outs = start_candor(folder, Path(sys.argv[1]).resolve())
        started.append(candor)
        nginx = start_nginx(folder)
        started.append(nginx.daemon)
        script = folder / "clicks.lua"
        paths = ", ".join(f'"{link.partition(TRACKING_HOST)[2]}"' for link in clicks)
        script.write_text(LUA.format(paths=paths))
        print(f"Clicks: {PEOPLE} personal links of {len(clicks[0]) - len('https://' + TRACKING_HOST)} bytes")
        for mode in ("keep-alive", "close"):
            race([nginx, ours], script, mode, rounds, seconds)
        sent = sum(run["req"] for runs in ours.runs.values() for run in runs)
        slow_clients(ours, script, seconds)
        opt_out_latency(candor, ours, script, clicks, opt_outs)
        print(f"\n{candor.clicks_counted()} clicks counted, at least {sent} of them measured above")
    finally:
        for one in started:
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
