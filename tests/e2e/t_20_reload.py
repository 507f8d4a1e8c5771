"""SIGUSR1 swaps configuration, packs and evidence; one faulty file of them is refused and the old rules go on."""
import re

from lab import mail
from lab.candor import LIA, TRACKING_HOST

PACK = """\
[pack]
name = "{name}"
kind = "pack"
facts_date = 2026-10-01

[[row]]
code = "ZZ"
name = "everywhere"
default = "{default}"
with_consent = "individual"
with_legitimate_interest = "{default}"
open_pixel = "no"
optout_deadline_days = 0
retention_days = 30
source = "memo"
confidence = "low"
"""


def test(world):
    world.start()
    candor, milter = world.candor, world.candor.milter

    def treatment(recipient="ann@us.example"):
        body = world.deliver(recipient).data
        word = re.findall(r" treated .* treatment=(\w+)", milter.log.read_text(errors="replace"))[-1]
        assert bool(mail.tokens(body, TRACKING_HOST, "c")) == (word in ("individual", "aggregate")), word
        return word

    assert treatment() == "individual"
    candor.configure(policy='[policy.override.US]\nwith_legitimate_interest = "untracked"\ndefault = "untracked"\n')
    candor.reload(milter)
    assert treatment() == "untracked", "the reload did not count"

    good = candor.config.read_text()
    candor.config.write_text(good + "\n[milter]\nsokcet = 1\n")
    candor.reload(milter)
    assert milter.alive()
    assert treatment() == "untracked"

    # A text that is cut off is a fault like any other.
    candor.config.write_text(good + "\n[")
    candor.reload(milter)
    assert milter.alive()
    assert treatment() == "untracked"

    # Evidence: a file that goes, one that is faulty, one that comes back.
    candor.configure()
    candor.reload(milter)
    assert treatment() == "individual"
    candor.configure(lia=LIA.replace('"approved"', '"draft"'))
    candor.reload(milter)
    assert treatment() == "aggregate", "the assessment is a draft now"
    candor.configure(lia=LIA.replace('"approved"', '"aproved"'))
    candor.reload(milter)
    assert milter.alive() and treatment() == "aggregate", "a faulty file of evidence was taken"
    candor.configure()
    candor.reload(milter)
    assert treatment() == "individual"

    # A pack of one's own: taken whole, refused whole, and nothing of a refused reload is taken.
    pack = candor.folder / "house.toml"
    pack.write_text(PACK.format(name="house", default="untracked"))
    with_pack = candor.config.read_text().replace('"strict-2026"', '"./house.toml"')
    candor.config.write_text(with_pack)
    candor.reload(milter)
    assert treatment() == "untracked", "the pack of the house allows nothing"
    pack.write_text(PACK.format(name="house", default="agregate"))
    candor.config.write_text(with_pack.replace('mode = "enforce"', 'mode = "observe"'))
    candor.reload(milter)
    body = world.deliver("otto@us.example").data
    assert not mail.tokens(body, TRACKING_HOST, "c")
    assert mail.tokens(body, TRACKING_HOST, "u"), "observe mode of a refused reload was taken"

    # What only a restart changes is said.
    candor.configure(tracker="threads = 3")
    candor.reload(milter)
    assert treatment() == "individual"
    milter.wait_until("the word about the restart",
                      lambda: "reload_needs_restart daemon=milter text=tracker.threads" in milter.log.read_text(errors="replace"))

    for _ in range(5):  # several at once must not hurt
        milter.send(10)
    candor.reload(milter)
    candor.reload(candor.tracker)
    assert treatment() == "individual"
    assert milter.alive() and candor.tracker.alive()
