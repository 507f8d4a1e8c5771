"""Who opted out gets nothing: refused at RCPT, or taken out silently where the operator wants that."""
from lab.process import wait_for


def test(world):
    world.start()
    world.candor.call("optout", "add", "otto@us.example", "--scope", "all")
    sent = world.send("otto@us.example")
    reply = sent.recipients["otto@us.example"]
    assert sent.data is None and reply.code == 550 and "5.7.1" in reply.text, f"the server said {reply}"
    assert "otto" not in reply.text.split(":", 1)[-1].replace("<otto@us.example>", ""), reply

    # A receipt is no marketing: it arrives.
    world.deliver("otto@us.example", b"From: receipts@acme.example\nSubject: receipt\n\nThank you.\n",
                  sender="receipts@acme.example")

    world.candor.configure(milter='suppress = "discard"')
    world.candor.reload(world.candor.milter)
    count = len(world.sink.all())
    assert world.send("otto@us.example").ok, "discard is silent"
    both = world.send(["otto@us.example", "fay@fr.example"])
    assert both.ok
    arrived = world.sink.wait_for("fay@fr.example", after=count)
    assert arrived.recipients == ("fay@fr.example",), arrived.recipients
    world.mta.wait_until_empty()
    assert len(world.sink.all()) == count + 1, "mail to somebody who opted out arrived"
    wait_for("the log line", lambda: "discard" in world.candor.milter.log.read_text()
             or "removed" in world.candor.milter.log.read_text())
