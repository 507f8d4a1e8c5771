"""A signer behind Candor signs what Candor made: OpenDKIM's signature verifies on what arrives."""
from lab import mail
from lab.candor import TRACKING_HOST


def test(world):
    world.start(signer=True)
    for recipient in ("ann@us.example", "ivo@it.example", "fay@fr.example", "dora@de.example"):
        data = world.deliver(recipient).data
        faults = world.signer.faults(data)
        assert not faults, f"{recipient}: {faults}"
    # The check can fail: one changed byte is found.
    assert world.signer.faults(data.replace(b"Turin", b"Milan", 1))
    assert mail.tokens(data, TRACKING_HOST, "u")
