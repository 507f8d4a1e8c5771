"""Several recipients share one body: the opted-out one goes, the others get the strictest, nothing personal."""
from lab import mail
from lab.candor import TRACKING_HOST
from lab.world import newsletter


def test(world):
    world.start()
    world.candor.call("optout", "add", "otto@us.example", "--scope", "all")

    sent = world.send(["ann@us.example", "otto@us.example", "fay@fr.example"])
    assert sent.ok and not sent.recipients["otto@us.example"].ok, sent.recipients
    arrived = world.sink.wait(1)[0]
    assert set(arrived.recipients) == {"ann@us.example", "fay@fr.example"}, arrived.recipients
    assert not mail.tokens(arrived.data, TRACKING_HOST), "a token went to several people"
    assert b"list-manage" not in arrived.data, "France asks for untracked; the pixel is still there"
    assert "https://www.acme.example/releases/7.4" in mail.hrefs(arrived.data)

    # The stream is known by a header only: the opted-out one is taken out at the end of the message.
    bulk = newsletter().replace(b"\r\nSubject:", b"\r\nList-Unsubscribe: <mailto:off@acme.example>\r\nSubject:", 1)
    sent = world.send(["ann@us.example", "otto@us.example", "dora@de.example"], bulk, sender="alice@acme.example")
    assert sent.ok, sent
    arrived = world.sink.wait(2)[1]
    assert set(arrived.recipients) == {"ann@us.example", "dora@de.example"}, arrived.recipients
    assert not mail.tokens(arrived.data, TRACKING_HOST), "a token went to several people"
    assert not mail.parts(arrived.data, "text/html"), "Germany asks for plain text"
