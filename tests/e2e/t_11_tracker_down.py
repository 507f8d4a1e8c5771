"""Mail flows while the tracker is down: untracked until it has shown that opting out works; opt-outs count at once."""
from lab import mail
from lab.candor import TRACKING_HOST


def tracked(data):
    return bool(mail.tokens(data, TRACKING_HOST, "c"))


def test(world):
    world.start(tracker=False)
    assert not tracked(world.deliver("ann@us.example").data), "tracked although no opt-out page was ever tested"
    assert "optout_untested" in world.candor.milter.log.read_text(), "the log does not say why"
    world.candor.call("optout", "add", "ann@us.example", "--scope", "all")
    assert not world.send("ann@us.example").ok, "an opt-out made without the tracker did not count"

    world.candor.start_tracker()
    assert tracked(world.deliver("bob@us.example").data), "the very next mail is not tracked"
    world.candor.tracker.kill()
    assert tracked(world.deliver("bob@us.example").data), "a test counts for a day"
    world.candor.call("optout", "add", "bob@us.example", "--scope", "all")
    assert not world.send("bob@us.example").ok, "an opt-out made after the tracker died did not count"
