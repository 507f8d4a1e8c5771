"""The milter dies (SIGKILL) in the middle of a message: the client is told to retry, and the mail arrives once."""
from lab import smtp
from lab.world import newsletter

PARTS = 3  # kill after the envelope, within the headers, within the body


def test(world):
    world.start()
    data = smtp.dot_stuffed(smtp.wire_form(newsletter()))
    for number, cut in enumerate((0, 200, len(data) // 2)):
        with smtp.Client(world.mta.port) as client:
            _, answers = client.envelope("news@acme.example", ["ann@us.example"])
            assert answers["ann@us.example"].ok
            assert client.command("DATA").code == 354
            client.raw(data[:cut])
            world.candor.milter.kill()
            client.raw(data[cut:] + b".\r\n")
            reply = client.reply()
        assert 400 <= reply.code < 500, f"killed at byte {cut}: {reply}"
        world.mta.wait_until_empty()
        assert len(world.sink.all()) == number, "a message that was refused arrived"

        sent = world.send("ann@us.example")
        assert not sent.ok, "mail flowed without the milter"
        world.candor.start_milter()
        world.deliver("ann@us.example")
        world.mta.wait_until_empty()
        assert len(world.sink.all()) == number + 1, "the message did not arrive exactly once"
    assert world.mta.corrupt() == 0
