"""`candor check` on a file with ten faults prints ten lines with file and line and exits 78."""
import re

FAULTS = """\
mode = "enfroce"
[milter]
sokcet = "inet:127.0.0.1:1"
max_parts = 0
[tracker]
listen = "nowhere"
threads = 1000
[log]
level = "loud"
[policy]
default_jurisdiction = "XYZ"
cohort_threshold = 1
[[controller]]
name = "acme"
number = 1
domains = ["acme.example"]
tracking_host = "https://go.acme.example/"
privacy_notice_url = "http://www.acme.example/privacy"
"""


def test(world):
    world.start(milter=False, tracker=False)
    assert world.candor.call("check", check=False).returncode == 0, world.candor.call("check", check=False).stderr
    path = world.folder / "faulty.toml"
    path.write_text(FAULTS)
    world.candor.config = path
    done = world.candor.call("check", check=False)
    lines = [line for line in (done.stdout + done.stderr).decode().splitlines() if "faulty.toml:" in line]
    assert done.returncode == 78, f"exit {done.returncode}: {done.stderr.decode()}"
    assert len(lines) == 10, f"{len(lines)} lines:\n" + "\n".join(lines)
    for line in lines:
        assert re.search(r"faulty\.toml:\d+: \S", line), line
    assert len({re.search(r":(\d+):", line).group(1) for line in lines}) == 10, "two faults on one line"
