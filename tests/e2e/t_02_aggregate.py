"""Everybody in Italy gets the very same links, byte for byte."""
from lab import mail
from lab.candor import CONTACTS, TRACKING_HOST


def test(world):
    world.start(contacts=False)
    world.candor.import_contacts(CONTACTS + "ida@it.example,IT,b2b,,lab\n")
    ivo, ida = world.deliver("ivo@it.example").data, world.deliver("ida@it.example").data

    links = [mail.tokens(data, TRACKING_HOST, "c") for data in (ivo, ida)]
    assert links[0], "no link was rewritten"
    assert links[0] == links[1], "the aggregate links of two people differ"
    opened = world.candor.text("token", "open", links[0][0][1])
    assert "aggregate" in opened.lower(), opened
    # Only the opt-out may differ: that one has to know whom it is for.
    assert mail.tokens(ivo, TRACKING_HOST, "u") != mail.tokens(ida, TRACKING_HOST, "u")
