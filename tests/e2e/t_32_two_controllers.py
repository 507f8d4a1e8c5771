"""Two companies send through one relay: an opt-out at one does not touch the other, and each has its own id of a person. One leaves."""
import re

from lab import mail, web
from lab.candor import STREAMS
from lab.process import wait_for
from lab.world import newsletter

GLOBEX = """
[[controller]]
name = "globex"
number = 2
domains = ["globex.example"]
tracking_host = "go.globex.example"
privacy_notice_url = "https://www.globex.example/privacy"
self_hosted = true
retention_days = 30

[[stream]]
name = "globex"
controller = "globex"
kind = "marketing"
[stream.match]
from = ["*@globex.example"]
"""


def one_click_link(data):
    field = mail.field(data, "List-Unsubscribe")[0].decode()
    return re.search(r"<(https://[^>]+)>", field.replace("\n", "")).group(1)


def test(world):
    world.start(streams=STREAMS.format(newsletter="") + GLOBEX)
    candor, ann = world.candor, "ann@us.example"
    of_globex = newsletter().replace(b"news@acme.example", b"news@globex.example")
    bounces = "bounces@mailer.example"  # the stream is known by the address in From alone

    acme = one_click_link(world.deliver(ann).data)
    globex = one_click_link(world.deliver(ann, of_globex, sender=bounces).data)
    assert "//go.acme.example/u/" in acme and "//go.globex.example/u/" in globex, (acme, globex)

    assert web.one_click(candor.tracker_port, acme).status == 200
    assert not world.send(ann).ok, "acme still mails who opted out there"
    world.deliver(ann, of_globex, sender=bounces)

    candor.call("optout", "remove", ann, "--controller", "acme")
    assert web.one_click(candor.tracker_port, globex).status == 200
    before = len(world.sink.all())
    world.send(ann, of_globex, sender=bounces)  # taken: whose mail it is shows in the header, after RCPT
    world.deliver(ann)
    assert len(world.sink.all()) == before + 1, "globex still mails who opted out there"
    assert "suppressed stream=globex" in candor.milter.log.read_text()
    # A request on globex's page is seen by who looks at all, and closed there.
    assert web.request(candor.tracker_port, globex, "POST", b"request=erasure").status == 200
    asked = candor.text("requests", "list", "--addresses").split()
    assert asked[2] == "erasure" and asked[5] == "globex", asked
    assert candor.text("requests", "list", "--controller", "acme") == ""
    exported = candor.call("dsar", "export", ann)
    assert b"--controller for globex" in exported.stderr, exported
    candor.call("requests", "close", ann, "erasure")
    assert candor.text("requests", "list") == ""
    ids = {candor.text("contact", "id", ann, "--controller", name) for name in ("acme", "globex")}
    assert len(ids) == 2, "both companies know the person by the same id"

    # One company leaves. What it sent goes on to lead where it led and to take opt-outs, and names nobody any more.
    click = next(link for link in mail.hrefs(world.deliver(ann).data) if "//go.acme.example/c/" in link)
    leads_to = web.request(candor.tracker_port, click).location
    wait_for("the click on record", candor.events)
    text = candor.config.read_text()
    first = text.index("[[controller]]")
    candor.config.write_text(text[:first] + text[text.index("[[controller]]", first + 1):])
    for path in (candor.folder / "evidence").iterdir():
        path.unlink()
    for daemon in (candor.tracker, candor.milter):
        candor.reload(daemon)
    assert "reload_refused" not in candor.tracker.log.read_text() + candor.milter.log.read_text()
    named, counted = candor.events(), candor.clicks_counted()
    assert web.request(candor.tracker_port, click).location == leads_to, "a link died with its configuration"
    candor.wait_for_clicks(counted + 1)
    assert candor.events() == named, "a click was recorded with its person"
    assert web.one_click(candor.tracker_port, acme).status == 200
    assert candor.rows("optouts.db", "SELECT 1 FROM opt_outs WHERE controller = 1 AND scope = 1"), "an opt-out was lost"
    checked = candor.call("check")
    assert b"keys/1: warning: keys of controller number 1" in checked.stderr, checked
