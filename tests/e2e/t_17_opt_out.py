"""One click opts out: the next mail is suppressed and the links already sent forget whom they were for."""
from lab import mail, web
from lab.candor import TRACKING_HOST


def test(world):
    world.start()
    port = world.candor.tracker_port
    data = world.deliver("ann@us.example").data
    unsubscribe = mail.field(data, "List-Unsubscribe")[0].decode().strip().strip("<>").split(">")[0]
    link = [link for link in mail.hrefs(data) if "/c/" in link][0]

    page = web.request(port, unsubscribe)
    assert page.status == 200 and b"<form" in page.body.lower(), page
    assert b"ann" not in page.body.lower().replace(b"annul", b""), "the page shows something about the person"
    assert world.send("ann@us.example").ok, "looking at the page opted out"

    assert web.request(port, link).status == 302
    world.candor.wait_for_clicks(1)
    assert len(world.candor.events()) == 1

    answer = web.one_click(port, unsubscribe)
    assert answer.status == 200, answer
    sent = world.send("ann@us.example")
    assert not sent.ok, "the very next mail was not suppressed"
    assert world.candor.text("contact", "id", "ann@us.example") in world.candor.text("optout", "list")

    after = web.request(port, link)
    assert after.status == 302 and after.location, "the link died with the opt-out"
    world.candor.wait_for_clicks(2)
    assert len(world.candor.events()) == 1, "a click after the opt-out was recorded with the person"
    assert web.one_click(port, unsubscribe).status == 200, "twice is once"

    # Only tracking: mail goes on, untracked.
    data = world.deliver("bob@us.example").data
    world.candor.call("optout", "add", "bob@us.example", "--scope", "tracking")
    quiet = world.deliver("bob@us.example").data
    assert mail.tokens(data, TRACKING_HOST, "c") and not mail.tokens(quiet, TRACKING_HOST, "c")

    unknown = web.one_click(port, f"https://{TRACKING_HOST}/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert unknown.status == 200, "an unknown token is a neutral page"
