"""Streams by SASL user and by sender; transactional mail stays as it is; the author may only restrict."""
from lab import mail
from lab.candor import STREAMS, TRACKING_HOST
from lab.world import newsletter


def test(world):
    world.start()
    data = world.deliver("ann@us.example", sender="someone@acme.example", login="sales-7@acme.example").data
    assert mail.tokens(data, TRACKING_HOST, "c"), "the stream of the SASL user did not match"
    receipt = world.deliver("dora@de.example", sender="receipts@acme.example").data
    assert mail.without_trace(receipt)[1] == mail.split(newsletter())[1], "a receipt was changed"

    asked = newsletter().replace(b"\r\nSubject:", b"\r\nX-Candor-Treatment: plaintext\r\nSubject:", 1)
    data = world.deliver("ann@us.example", asked).data
    assert not mail.parts(data, "text/html") and not mail.field(data, "X-Candor-Treatment")
    asked = newsletter().replace(b"\r\nSubject:", b"\r\nX-Candor-Treatment: individual\r\nSubject:", 1)
    assert not mail.parts(world.deliver("dora@de.example", asked).data, "text/html"), "a header raised the treatment"

    world.candor.configure(streams=STREAMS.format(newsletter="").replace(
        'kind = "transactional"', 'kind = "transactional"\nclean = true'))
    world.candor.reload(world.candor.milter)
    clean = world.deliver("dora@de.example", sender="receipts@acme.example").data
    assert b"list-manage" not in clean and mail.parts(clean, "text/html"), "clean = true did not take the pixel out"
    assert not mail.tokens(clean, TRACKING_HOST, "c")
