"""A log file can be moved away: after SIGUSR1 both daemons write to a new one, and both say who they are."""
import os
import signal
from pathlib import Path

from lab.process import wait_for


def test(world):
    world.start(milter=False, tracker=False)
    candor = world.candor
    log = world.folder / "candor.log"
    candor.config.write_text(candor.config.read_text().replace('to = "stderr"', f'to = "{log}"'))
    daemons = {"milter": candor.start_milter(), "tracker": candor.start_tracker()}
    wait_for("both to have started", lambda: log.read_text().count("started daemon=") == 2)

    moved = log.with_suffix(".log.1")
    log.rename(moved)
    before = moved.read_text()
    for name, daemon in daemons.items():
        daemon.send(signal.SIGUSR1)
        wait_for(f"the {name} in the new file",
                 lambda: log.exists() and f"reloaded daemon={name} " in log.read_text())
        links = [os.readlink(link) for link in Path(f"/proc/{daemon.process.pid}/fd").iterdir()]
        assert str(log) in links and str(moved) not in links, links
    assert "reloaded" not in moved.read_text()[len(before):]
    assert os.stat(log).st_mode & 0o137 == 0, oct(os.stat(log).st_mode)
