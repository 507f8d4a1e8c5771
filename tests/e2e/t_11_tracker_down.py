"""Mail flows while the tracker is down, and an opt-out made meanwhile counts at once."""
from lab import mail
from lab.candor import TRACKING_HOST


def test(world):
    world.start(tracker=False)
    data = world.deliver("ann@us.example").data
    assert mail.tokens(data, TRACKING_HOST, "c")
    world.candor.call("optout", "add", "ann@us.example", "--scope", "all")
    assert not world.send("ann@us.example").ok, "an opt-out made without the tracker did not count"

    world.candor.start_tracker()
    world.candor.tracker.kill()
    world.deliver("bob@us.example")
    world.candor.call("optout", "add", "bob@us.example", "--scope", "all")
    assert not world.send("bob@us.example").ok, "an opt-out made after the tracker died did not count"
