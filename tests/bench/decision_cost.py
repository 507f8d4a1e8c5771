#!/usr/bin/env python3
"""What keeping decisions costs the milter: processor time per message with the decision log and without,
two daemons in turns, spoken to over the milter protocol itself.

    decision_cost.py CANDOR [MESSAGES_PER_ROUND [ROUNDS]]

The target: at most 1.03 times the time without. Prints, judges nothing: see script/bench."""
import os
import shutil
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "script"))

from lab.milter import Milter, parts_of  # noqa: E402
from lab.process import Daemon, free_port, listens, run  # noqa: E402


class Side:
    """A milter with a state of its own, and a connection to it."""

    def __init__(self, candor, folder, name, keep):
        self.name = name
        self.folder = Path(folder) / name
        self.folder.mkdir()
        port = free_port()
        text = (ROOT / "examples/candor.toml").read_text()
        own = ("state_dir", "evidence_dir", "socket", "listen", "keep ")
        text = "\n".join(line for line in text.splitlines() if not line.startswith(own))
        text = text.replace("[milter]", f'[milter]\nsocket = "inet:127.0.0.1:{port}"', 1)
        text = text.replace("[tracker]", f'[tracker]\nlisten = "127.0.0.1:{free_port()}"', 1)
        text = text.replace("[policy]", f'[policy]\nevidence_dir = "{ROOT}/examples/evidence"', 1)
        text = f'state_dir = "{self.folder}/state"\n' + text
        text = text.replace("[decisions]", f"[decisions]\nkeep = {'true' if keep else 'false'}", 1)
        config = self.folder / "candor.toml"
        config.write_text(text)
        command = [candor, "--config", config]
        for csv in ("contacts.csv", "domains.csv"):
            run([*command, "contact", "import", ROOT / "examples" / csv], check=True)
        self.daemon = Daemon("candor milter", [*command, "milter"], self.folder / "milter.log")
        self.daemon.wait_until("the milter to listen", lambda: listens(port))
        self.milter = Milter(port)
        self.test_opt_out(command)

    def test_opt_out(self, command):
        """A tracker for a moment: before it has tested its opt-out page nothing is tracked."""
        tracker = Daemon("candor tracker", [*command, "tracker"], self.folder / "tracker.log")
        try:
            tracker.wait_until("the test of the opt-out page", self.duties_are_done)
        finally:
            tracker.stop(signal.SIGUSR2, seconds=15)

    def duties_are_done(self):
        database = sqlite3.connect(self.folder / "state/store/optouts/optouts.db")
        try:
            return database.execute("SELECT count(*) FROM duties WHERE duty < 3").fetchone()[0] == 2
        finally:
            database.close()

    def processor_seconds(self):
        """Of every thread that lives, as the scheduler counts it: threads of libmilter's pool stay."""
        total = 0
        for task in Path(f"/proc/{self.daemon.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def stop(self):
        self.daemon.stop(signal.SIGUSR2, seconds=15)


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    candor = str(Path(sys.argv[1]).resolve())
    per_round = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    # A newsletter as bulk mail is: 70 KB in quoted-printable, 60 links.
    headers, body = parts_of((ROOT / "examples/newsletter/newsletter.eml").read_bytes())
    folder = tempfile.mkdtemp(prefix="candor-bench.")
    sides = []
    try:
        sides.append(Side(candor, folder, "without", False))
        sides.append(Side(candor, folder, "with", True))
        spent = {side.name: [] for side in sides}
        for number in range(rounds + 1):
            for side in sides if number % 2 else reversed(sides):
                before = side.processor_seconds()
                for k in range(per_round):
                    _, changed = side.milter.send("news@acme.example", "ann@lumen.example", headers, body,
                                                  f"4F{number:02X}{k:05X}")
                    assert changed, "the newsletter was not rewritten"
                time.sleep(1.3)  # what waits is written once a second, and counts
                if number:  # the first round warms up
                    spent[side.name].append((side.processor_seconds() - before) / per_round * 1e6)
        ratios = [one / other for one, other in zip(spent["with"], spent["without"])]
        ratio = statistics.median(ratios)
        print(f"Keeping decisions: newsletter of {len(body) / 1000:.0f} KB, {rounds} rounds of {per_round} messages, in turns")
        for name in ("without", "with"):
            print(f"  {name:8} {statistics.median(spent[name]):8.1f} us of processor time a message")
        print(f"  ratio    {ratio:8.3f} (rounds {min(ratios):.3f} to {max(ratios):.3f}), at most 1.03  "
              f"{'holds' if ratio <= 1.03 else 'MISSED'}")
    finally:
        for side in sides:
            side.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
