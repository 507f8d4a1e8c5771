"""What Kannon, EmailEngine, MillionSend, Keila, ahoy and listmonk promise of tracked links and opt-outs, in our words."""
import re
import time

from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.world import newsletter, url

SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; BarracudaCentral/1.0)"}


def links(data, kind="c"):
    return [link for link in mail.hrefs(data) if f"{TRACKING_HOST}/{kind}/" in link]


def unsubscribe(data):
    return mail.field(data, "List-Unsubscribe")[0].decode().strip().strip("<>").split(">")[0]


def kannon(world, ann, ivo):
    """One-click is https only; nobody can be read out of a link; shared links are one and the same;
    a claim to another mode or another use is refused; withdrawal acts on mail already sent."""
    port = world.candor.tracker_port
    assert unsubscribe(ann).startswith("https://"), unsubscribe(ann)
    posts = [field.strip() for field in mail.field(ann, "List-Unsubscribe-Post")]
    assert posts == [b"List-Unsubscribe=One-Click"], posts
    person = world.candor.text("contact", "id", "ann@us.example")
    for link in links(ann) + [unsubscribe(ann)]:
        assert "ann" not in link.split("/")[2] and person[:16] not in link and "us.example" not in link, link
    assert links(ivo) == links(world.deliver("ivo@it.example").data), "two mails of a campaign differ under aggregate"
    token = links(ivo)[0].rsplit("/", 1)[1]
    for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":  # the first byte says what a token is
        if first == token[0]:
            continue
        answer = web.request(port, url("c", first + token[1:]))
        assert answer.status == 404 and not answer.location, f"a token that claims another kind: {answer}"
    click, opt_out = links(ann)[0].rsplit("/", 1)[1], unsubscribe(ann).rsplit("/", 1)[1]
    assert web.request(port, url("c", opt_out)).status == 404, "an opt-out token clicks"
    assert not web.request(port, url("u", click)).location
    web.one_click(port, url("u", click))
    world.deliver("ann@us.example")  # a click token opted nobody out


def emailengine(world, ann):
    """What can never work is answered 2xx, what may work later 5xx; GET is harmless; both encodings of the
    one click are taken; the text of a link stays."""
    port = world.candor.tracker_port
    unknown = url("u", "A" * 90)
    assert web.one_click(port, unknown).status == 200
    assert web.request(port, unsubscribe(ann)).status == 200
    world.deliver("ann@us.example")  # a GET opted nobody out
    texts = [re.sub(r"<[^>]*>", "", text) for text in re.findall(r"(?s)<a\b[^>]*>(.*?)</a>", mail.html_text(ann))]
    wanted = [re.sub(r"<[^>]*>", "", text) for text in re.findall(r"(?s)<a\b[^>]*>(.*?)</a>", mail.html_text(newsletter()))]
    assert texts == wanted, "the text of a link changed"
    multipart = (b"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n")
    bob = world.deliver("bob@us.example").data
    answer = web.request(port, unsubscribe(bob), "POST", multipart, {"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status == 200 and not answer.location and "set-cookie" not in answer.headers, answer
    assert not world.send("bob@us.example").ok, "the very next mail was not suppressed"


def millionsend(world, ann):
    """A damaged token or one of another key is 404 and never a redirect; scanners get what people get, and
    are told apart; a link that is not filled in stays as it is."""
    port = world.candor.tracker_port
    token = links(ann)[0].rsplit("/", 1)[1]
    for spoilt in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:50], token[::-1], "https://evil.example/"):
        answer = web.request(port, url("c", spoilt))
        assert answer.status == 404 and not answer.location, (spoilt, answer)
        assert b"<html" in answer.body, "no page that helps"
    person = web.request(port, links(ann)[0])
    time.sleep(1.1)  # clicks of one second on one link are one row
    scanner = web.request(port, links(ann)[0], headers=SCANNER)
    without_date = lambda answer: (answer.status, {k: v for k, v in answer.headers.items() if k != "date"}, answer.body)
    assert without_date(person) == without_date(scanner), "the answer tells a scanner from a person"
    assert person.status == 302 and "noindex" in person.headers["x-robots-tag"]  # listmonk
    message = newsletter().replace(b"</body>", b'<a href=3D"https://acme.example/{{{path}}}">later</a></body>')
    assert message != newsletter()
    assert "https://acme.example/{{{path}}}" in mail.html_text(world.deliver("ann@us.example", message).data)


def keila(world):
    """The header comes to campaigns and not to other mail; what the application wrote, in any case, stays where
    it is; one click is offered only at an https address that is known to take it, ours; a robot is no reader."""
    other = world.deliver("bob@us.example", newsletter(), sender="alice@acme.example").data
    assert not mail.field(other, "List-Unsubscribe"), "an opt-out in mail that is no campaign"
    for own in (b"List-Unsubscribe: <https://acme.example/stop>", b"LIST-UNSUBSCRIBE: <mailto:stop@acme.example>"):
        message = own + b"\n" + newsletter()
        out, _ = world.candor.rewrite(message, "news@acme.example", "ann@us.example")
        fields = mail.field(out, "List-Unsubscribe")
        assert [field.strip() for field in fields] == [own.split(b": ")[1]], fields
        assert not mail.field(out, "List-Unsubscribe-Post"), "one click at an address that never asked for it"


def test(world):
    world.start(tracker=False)
    world.candor.configure(tracker="too_fast_seconds = 0")  # nothing here waits as people do
    world.candor.start_tracker()
    ann, ivo = world.deliver("ann@us.example").data, world.deliver("ivo@it.example").data
    kannon(world, ann, ivo)
    millionsend(world, ann)
    keila(world)
    emailengine(world, ann)
    world.candor.wait_for_clicks(2)
    verdicts = sorted(verdict for _, _, _, verdict in world.candor.events())
    assert len(verdicts) == 2 and verdicts[0] != verdicts[1], f"a robot's click is a person's: {verdicts}"
