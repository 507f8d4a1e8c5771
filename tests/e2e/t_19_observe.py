"""Observe mode decides and logs, and changes not one byte."""
from lab import mail
from lab.world import newsletter


def test(world):
    world.start(mode="observe")
    world.candor.call("optout", "add", "otto@us.example", "--scope", "all")
    for recipient in ("ann@us.example", "fay@fr.example", "dora@de.example", "otto@us.example"):
        data = world.deliver(recipient).data
        header, body = mail.without_trace(data)
        assert (header, body) == mail.split(newsletter()), f"{recipient}: observe mode changed the message"
    log = world.candor.milter.log.read_text()
    for treatment in ("individual", "untracked", "plaintext"):
        assert f"treatment={treatment}" in log, f"no line about {treatment}"
