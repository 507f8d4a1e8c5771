"""A reply that quotes an older tracked link: the link goes back to its destination, and twice is still once."""
import re

from lab import mail
from lab.candor import TRACKING_HOST


def reply_with(link, unsubscribe):
    return (f"From: news@acme.example\r\nTo: someone@example.com\r\nSubject: Re: news\r\n"
            f"X-Candor-Campaign: replies\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            f"<p>See <a href=\"https://www.acme.example/new\">this</a>.</p><blockquote>"
            f"<a href=\"{link}\">the release</a> <a href=\"{unsubscribe}\">opt out</a></blockquote>"
            f"<p><a href=\"candor:unsubscribe\">off</a></p>\r\n").encode()


def test(world):
    world.start()
    first = world.deliver("ann@us.example").data
    release = "https://www.acme.example/releases/7.4"
    own = [link for link in mail.hrefs(first) if "/c/" in link]
    link = next(one for one in own if release in re.split(r"\s", world.candor.text("token", "open", one.rsplit("/", 1)[1])))
    unsubscribe = f"https://{TRACKING_HOST}/u/" + mail.tokens(first, TRACKING_HOST, "u")[0][1]

    to_france = world.deliver("fay@fr.example", reply_with(link, unsubscribe)).data
    assert link not in mail.html_text(to_france), "somebody else's personal link went out"
    assert release in mail.hrefs(to_france), mail.hrefs(to_france)
    assert unsubscribe not in mail.html_text(to_france), "the opt-out of another person went out"
    assert b"/c/" not in to_france

    to_bob = world.deliver("bob@us.example", reply_with(link, unsubscribe)).data
    assert link not in mail.html_text(to_bob) and unsubscribe not in mail.html_text(to_bob)
    for one in mail.hrefs(to_bob):
        if "/c/" in one:
            opened = world.candor.text("token", "open", one.rsplit("/", 1)[1])
            assert TRACKING_HOST not in opened, f"a tracked link was wrapped once more: {opened}"
    # The same mail once more through Candor, to the same person: nothing is wrapped twice.
    again = first.replace(b"\r\nSubject:", b"\r\nX-Candor-Campaign: planner-news-2026-autumn\r\nSubject:", 1)
    twice = world.deliver("ann@us.example", again).data
    assert mail.hrefs(twice) == mail.hrefs(first), "a second pass changed the links"
