"""Clicks as fast as they go: wrk, the tracker they are for, and nginx to compare it with. For tracker_*.py."""
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "script"))

from lab import mail  # noqa: E402
from lab.candor import CONTACTS, TRACKING_HOST, Candor  # noqa: E402
from lab.process import Daemon, find_program, free_port, listens  # noqa: E402
from lab.world import newsletter  # noqa: E402

PEOPLE = 40
CONNECTIONS = 64

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
{pause}
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


def script_for(folder, links, pause_ms=0):
    """The file that tells wrk to click `links` in turn; with a pause after each answer, as many from each server."""
    script = Path(folder) / f"clicks-{pause_ms}.lua"
    paths = ", ".join(f'"{link.partition(TRACKING_HOST)[2]}"' for link in links)
    pause = f"delay = function() return {pause_ms} end" if pause_ms else ""
    script.write_text(LUA.format(paths=paths, pause=pause))
    return script


def click(port, script, mode, seconds):
    """What wrk on processor 1 says of one run: req, us, err, bad, p50, p99 and the rate."""
    command = [find_program("taskset", "util-linux"), "-c", "1", find_program("wrk", "wrk"), "-t", "1", "-c",
               str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(script)]
    for header in [*HEADERS, f"Connection: {mode}"]:
        command += ["-H", header]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True).stdout
    run = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", said[said.rindex("RES"):])}
    run["failed"] = run["err"] + run["bad"]
    run["rate"] = run["req"] / run["us"] * 1e6
    return run


class Server:
    def __init__(self, name, daemon, port):
        self.name, self.daemon, self.port = name, daemon, port

    def processor_seconds(self):
        """The scheduler's own count, which other programs on the machine hardly change."""
        total = 0
        children = Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children").read_text().split()
        for process in [self.daemon.pid, *map(int, children)]:
            for task in Path(f"/proc/{process}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def load(self, script, mode, seconds):
        """click(), with the server's processor time a request in `cpu`."""
        before = self.processor_seconds()
        run = click(self.port, script, mode, seconds)
        run["cpu"] = (self.processor_seconds() - before) * 1e6 / run["req"]
        return run


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


def address(number):
    return f"p{number}@us.example"


def prepare_candor(folder, program):
    """Both daemons of `program`, the tracker with one thread; links of PEOPLE people: one click each, and one
    opt-out."""
    os.environ["CANDOR_PROGRAM"] = str(program)
    candor = Candor(folder)
    # The machine's own address has no rate limit.
    candor.configure(tracker="threads = 1", milter="")
    candor.config.write_text(candor.config.read_text().replace('level = "debug"', 'level = "info"'))
    candor.import_contacts(CONTACTS.splitlines()[0] + "\n" +
                           "".join(f"{address(number)},US,b2b,,lab\n" for number in range(PEOPLE)))
    candor.start_milter()
    candor.start_tracker()
    clicks, opt_outs = [], []
    for number in range(PEOPLE):
        links = mail.hrefs(candor.rewrite(newsletter(), "news@acme.example", address(number))[0])
        clicks.append(next(link for link in links if f"{TRACKING_HOST}/c/" in link))
        opt_outs.append(next(link for link in links if f"{TRACKING_HOST}/u/" in link))
    return candor, clicks, opt_outs


def start_candor(folder, program):
    """The same with the tracker on processor 0."""
    candor, clicks, opt_outs = prepare_candor(folder, program)
    candor.tracker.stop(signal.SIGUSR2)
    candor.tracker = pinned("candor tracker", [candor.program, "--config", candor.config, "tracker"],
                            folder / "tracker.log")
    candor.tracker.wait_until("the tracker", lambda: listens(candor.tracker_port))
    return candor, Server("candor", candor.tracker, candor.tracker_port), clicks, opt_outs


def verdict(good):
    return "holds" if good else "MISSED"
