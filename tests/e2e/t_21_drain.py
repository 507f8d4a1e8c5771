"""SIGUSR2 drains: the open message ends well, new ones are asked to retry, the program ends by itself."""
import signal
import time

from lab import smtp
from lab.world import newsletter


def test(world):
    world.start(milter="drain_seconds = 15")
    data = smtp.dot_stuffed(smtp.wire_form(newsletter()))
    with smtp.Client(world.mta.port) as client:
        _, answers = client.envelope("news@acme.example", ["ann@us.example"])
        assert answers["ann@us.example"].ok
        assert client.command("DATA").code == 354
        client.raw(data[:5000])
        world.candor.milter.send(signal.SIGUSR2)
        time.sleep(0.5)  # the signal has to arrive; nothing tells that it did
        assert not world.send("bob@us.example").ok, "a draining milter took new mail"
        client.raw(data[5000:] + b".\r\n")
        reply = client.reply()
    assert reply.ok, f"the open message was answered {reply}"
    world.sink.wait_for("ann@us.example")
    began = time.monotonic()
    assert world.candor.milter.wait(20) == 0, world.candor.milter.tail()
    assert time.monotonic() - began < 12, "the drain waited although nothing was open"

    world.candor.tracker.send(signal.SIGUSR2)
    assert world.candor.tracker.wait(15) == 0
    world.candor.start_milter()
    world.deliver("bob@us.example")
