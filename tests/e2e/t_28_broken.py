"""Neither daemon starts on a broken configuration or evidence file: one line with file and line, exit 78."""
from pathlib import Path

BROKEN = Path(__file__).resolve().parents[1] / "broken"


def test(world):
    world.start(milter=False, tracker=False)
    folders = sorted(folder for folder in BROKEN.iterdir() if folder.is_dir())
    assert len(folders) >= 30, f"only {len(folders)} cases"
    for folder in folders:
        world.candor.config = folder / "candor.toml"
        expected = (folder / "expected.txt").read_text()
        for command in ("milter", "tracker", "check"):
            done = world.candor.call("--state", world.folder / "none", command, check=False, seconds=10)
            said = done.stderr.decode().replace(f"{folder}/", "")
            assert done.returncode == 78, f"{folder.name}: {command} exits {done.returncode}: {said}"
            assert said == expected, f"{folder.name}: {command} says {said!r}, expected {expected!r}"
            assert not done.stdout, done.stdout
    assert not (world.folder / "none").exists(), "a state directory was made"
