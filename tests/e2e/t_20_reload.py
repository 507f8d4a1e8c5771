"""SIGUSR1 reloads: the next message obeys; a faulty file is refused and the old rules go on."""
from lab import mail
from lab.candor import TRACKING_HOST


def test(world):
    world.start()
    milter = world.candor.milter
    assert mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c")

    world.candor.configure(policy='[policy.override.US]\nwith_legitimate_interest = "untracked"\ndefault = "untracked"\n')
    world.candor.reload(milter)
    assert not mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c"), "the reload did not count"

    good = world.candor.config.read_text()
    world.candor.config.write_text(good + "\n[milter]\nsokcet = 1\n")
    world.candor.reload(milter)
    assert milter.alive()
    assert not mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c")

    world.candor.configure()
    for _ in range(5):  # several at once must not hurt
        milter.send(10)
    world.candor.reload(milter)
    world.candor.reload(world.candor.tracker)
    assert mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c")
    assert milter.alive() and world.candor.tracker.alive()
