"""In Germany, without consent, only the text goes out: no HTML, nothing remote."""
from lab import mail
from lab.candor import TRACKING_HOST
from lab.world import newsletter


def test(world):
    world.start()
    data = world.deliver("dora@de.example").data

    assert not mail.parts(data, "text/html"), "HTML went out"
    assert b"list-manage" not in data and b"<img" not in data.lower()
    text = mail.plain_text(data)
    assert text and "The warehouse day in Turin" in text, text
    assert not mail.tokens(data, TRACKING_HOST, "co")
    links = "https://www.acme.example/events/turin-2026/register?seat=business&lang=en"
    assert links in text, "a link is not as the author wrote it"
    assert "candor:" not in text and mail.tokens(data, TRACKING_HOST, "u"), text[-400:]
    assert mail.plain_text(newsletter())[:200].split() == text[:200].split()
