#!/usr/bin/env python3
"""Renders mails before and after `candor rewrite` in headless Chromium: not one pixel may differ.

  run.py              a quick set: the example newsletter and, where the corpus is at hand, six mails of it
  run.py --all        every labelled mail as `untracked` and with rewritten links
  run.py --out DIR    keeps the pictures of what differs

Exit 0 the same, 1 something differs, 77 skipped (no Chromium, or the program is not built).
"""
import argparse
import functools
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "script")]

import mails  # noqa: E402
from browser import Browser, key  # noqa: E402
from lab.candor import Candor  # noqa: E402
from lab.process import LabError, Skip  # noqa: E402
from pixels import ENOUGH, differing  # noqa: E402

AS_IT_IS = lambda html: html
VIEWS = (("640 wide", 640, AS_IT_IS), ("375 wide", 375, AS_IT_IS), ("Outlook", 640, mails.outlook_view))
PAGE = b"<p>One letter of this <b>sentence</b> will change.</p><img src=https://a.example/1.png alt=''>"
# Open images without a size; of 2x6 pixels; hidden by a table; images for one width only; many spacers; links in VML.
QUICK = ("negative_9_problem-solving_plants_is_your_garden_boring__legitimate.eml",
         "negative_nytimes_breakfast_newsletter.eml",
         "negative_eyebuydirect_lenses_frames_false_positive.eml",
         "negative_consumer_reports_survey_false_positive.eml",
         "negative_Payment_confirmation_Invoice_C_M_1542A-_G_I_Roofing_Solutions_LLC_.eml",
         "negative_30_Off_Online_One_Click._All_the_Gifts_false_positive.eml")
LIMIT, LIMIT_OF_ALL = 540, 3 * 3600  # seconds; the first ends before ctest's own
# Somebody else's click trackers are not the question here.
PASS = 'foreign_tracked_link = "pass"'


def check_the_camera(browser):
    """The same page twice is the same; one letter, or one picture, is not."""
    shoot = lambda page, unseen=(): browser.shoot(page, "text/html; charset=utf-8", 640, unseen)[0]
    first = shoot(PAGE)
    assert differing(first, shoot(PAGE))[0] == 0, "the same page twice differs"
    assert differing(first, shoot(PAGE.replace(b"letter", b"latter")))[0] > 20, "a letter is not seen"
    assert differing(first, shoot(PAGE.replace(b"https://a.example/1.png", b"data:,")))[0] > 1000, "a picture is not seen"


class Check:
    """One mail under one treatment, in every view."""

    def __init__(self, path, treatment, labels=None):
        self.path, self.treatment, self.labels = path, treatment, labels
        self.changed, self.faults, self.said, self.rendered = 0, [], "", False

    def run(self, candor, shoot, out):
        message = mails.as_handed_over(self.path.read_bytes())
        before, content_type = mails.html_part(message)
        result, refused = mails.rewritten(candor, message, self.treatment)
        if refused:
            self.said = refused
            return
        after, _ = mails.html_part(result)
        changes = mails.edits(before, after)
        if changes is None:
            self.faults.append("more than values of URLs changed")
            changes = []
        unseen, self.rendered = self._judge(before, changes), True
        for name, width, view in VIEWS:
            self._compare(shoot, name, width, view(before), view(after), content_type, unseen, out)

    def _judge(self, before, changes):
        """Counts, and what nobody sees. Where images are labelled, Candor's own opinion does not count."""
        self.changed = len(changes)
        gone = [key(old.decode("latin-1")) for old, new in changes if mails.is_neutral(new)]
        self.said = f"{self.changed} values changed, {len(gone)} of them images taken out"
        if self.labels is None:
            return frozenset(gone)
        pixels = mails.labelled(before, self.labels, "pixel")
        taken = sum(one in pixels for one in gone)
        self.said = f"{self.changed} values changed; {taken} of {len(pixels)} open images taken out"
        if len(gone) > taken:
            self.said += f", and {len(gone) - taken} others"
        return frozenset(pixels + mails.labelled(before, self.labels, "spacer"))

    def _compare(self, shoot, name, width, before, after, content_type, unseen, out):
        shots = [shoot(page, content_type, width, unseen)[0] for page in (before, after)]
        count, first = differing(*shots)
        if count:
            more = " or more" if count >= ENOUGH else ""
            self.faults.append(f"{name}: {count}{more} pixels differ, the first at {first[0]},{first[1]}")
        if count and out:
            stem = f"{self.path.stem[:60]}.{self.treatment}.{name.replace(' ', '-')}"
            for side, pictures in zip(("before", "after"), shots):
                for number, png in enumerate(pictures):
                    (out / f"{stem}.{side}.{number}.png").write_bytes(png)

    def line(self):
        return f"{self.treatment:10} {self.path.name[:60]:60} {self.said}"


def checks(everything):
    labels = mails.labels()
    names = sorted(labels) if everything else QUICK
    names = [name for name in names if (mails.LABELLED / name).is_file()]
    if not names:
        print("skipped: the mails of the corpus, which are not beside the clone")
    chosen = [Check(mails.NEWSLETTER, treatment) for treatment in ("individual", "untracked")]
    chosen += [Check(mails.LABELLED / name, "untracked", labels[name]) for name in names]
    if everything:
        chosen += [Check(mails.LABELLED / name, ("individual", "aggregate")[number % 2], labels[name])
                   for number, name in enumerate(names)]
    return chosen


def _too_long(*_):
    raise LabError("took too long; is the machine busy?")


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(words)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that it cleans up
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LIMIT_OF_ALL if options.all else LIMIT)
    began, folder = time.monotonic(), tempfile.mkdtemp(prefix="candor-visual-")
    try:
        candor, browser = Candor(folder, milter=PASS), Browser()
        try:
            candor.import_contacts()
            check_the_camera(browser)
            shoot = functools.lru_cache(maxsize=256)(browser.shoot)  # what was before is the same each time
            chosen = checks(options.all)
            for one in chosen:
                one.run(candor, shoot, options.out)
                print(one.line(), flush=True)
                for fault in one.faults:
                    print(f"  DIFFERS {fault}", flush=True)
        finally:
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rendered = [one for one in chosen if one.rendered]
    faulty = [one for one in chosen if one.faults]
    print(f"{len(rendered)} rewrites in {len(VIEWS)} views, {len(faulty)} not identical, "
          f"{sum(one.changed for one in rendered)} values changed, "
          f"{len(chosen) - len(rendered)} refused; {time.monotonic() - began:.0f} s")
    if not any(one.changed for one in rendered):
        print("nothing was rewritten at all: this shows nothing")
        return 1
    return 1 if faulty else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Skip as why:
        print(f"skipped: {why}")
        sys.exit(77)
    except LabError as why:
        print(why)
        sys.exit(1)
