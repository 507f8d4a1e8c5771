#!/usr/bin/env python3
"""Runs end-to-end tests: each t_NN_<what>.py has one function `test(world)` and a sentence that says what
it shows. Each run has its own temporary folder and its own Postfix.

  run.py [--limit SECONDS] [t_01_individual ...]     default: all of this folder

Exit 0 passed, 1 failed (logs are printed, the folder is kept as build/e2e-failed/<test>), 77 skipped.
"""
import importlib
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "script")]

from lab.process import Skip  # noqa: E402
from lab.world import Interrupted, World, as_root  # noqa: E402


def run(name, limit):
    module = importlib.import_module(name)
    print(f"{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
    began, world = time.monotonic(), World(name)
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError(f"took over {limit} s")))
    signal.alarm(limit)
    kept, result = None, "passed"
    try:
        with world:
            try:
                module.test(world)
            except Skip as why:
                result = f"skipped: {why}"
            except Exception as error:
                result = "FAILED"
                signal.alarm(0)
                traceback.print_exc()
                print(f"\n{world.logs()}")
                # The exception was said; the servers are ended on the way out.
                del error
    finally:
        signal.alarm(0)
        if result == "FAILED":
            kept = HERE.parents[1] / "build/e2e-failed" / name
            shutil.rmtree(kept, ignore_errors=True)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(world.folder, kept, symlinks=True, ignore=shutil.ignore_patterns("queue", "*.sock"))
        world.remove()
    print(f"  {result} in {time.monotonic() - began:.1f} s" + (f", see {kept}" if kept else ""), flush=True)
    return result


def main(words):
    limit = 110
    if words[:1] == ["--limit"]:
        limit, words = int(words[1]), words[2:]
    as_root()
    names = [Path(word).stem for word in words] or sorted(path.stem for path in HERE.glob("t_*.py"))
    try:
        results = [run(name, limit) for name in names]
    except Interrupted as why:
        print(f"interrupted by {why}", file=sys.stderr)
        return 130
    if "FAILED" in results:
        return 1
    return 77 if all(result.startswith("skipped") for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
