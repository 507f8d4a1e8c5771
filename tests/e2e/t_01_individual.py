"""A b2b recipient in the United States with an assessment on file gets links of their own."""
from lab import mail
from lab.candor import TRACKING_HOST
from lab.world import newsletter


def test(world):
    world.start()
    ann, bob = world.deliver("ann@us.example").data, world.deliver("bob@us.example").data

    before = [link for link in mail.hrefs(newsletter()) if link.startswith("https:")]
    tracked = [link for link in mail.hrefs(ann) if link.startswith(f"https://{TRACKING_HOST}/c/")]
    assert len(tracked) == len(before), f"{len(tracked)} of {len(before)} links are tracked"
    theirs = [link for link in mail.hrefs(bob) if f"{TRACKING_HOST}/c/" in link]
    assert not set(tracked) & set(theirs), "two people share a personal link"
    for link, original in zip(tracked, before):
        opened = world.candor.text("token", "open", link.rsplit("/", 1)[1])
        assert original in opened, f"{link} opens to {opened}, not to {original}"
        assert "ann" not in opened, "opening a token names the person"

    assert "candor:" not in mail.html_text(ann), "a placeholder was left"
    for page in ("unsubscribe", "stop-tracking"):
        assert f"candor:{page}" not in (mail.plain_text(ann) or ""), f"candor:{page} was left in the text"
    assert len(mail.tokens(ann, TRACKING_HOST, "u")) >= 1, "no opt-out link of their own"
    assert not mail.field(ann, "X-Candor-Campaign"), "the control header went out"
    (unsubscribe,) = mail.field(ann, "List-Unsubscribe")
    assert f"https://{TRACKING_HOST}/u/".encode() in unsubscribe, unsubscribe
    assert mail.field(ann, "List-Unsubscribe-Post"), "no one-click (RFC 8058)"
    assert mail.field(ann, "Subject") == mail.field(newsletter(), "Subject")
    assert max(len(line) for line in ann.split(b"\r\n")) <= 998
