"""In France, without consent, links stay as written and the tracking pixel of the sender goes."""
from lab import mail
from lab.candor import TRACKING_HOST
from lab.world import newsletter


def test(world):
    world.start()
    data = world.deliver("fay@fr.example").data

    assert not mail.tokens(data, TRACKING_HOST, "co"), "a link of an untracked mail is tracked"
    written = [link for link in mail.hrefs(newsletter()) if link.startswith("https:")]
    assert [link for link in mail.hrefs(data) if "www.acme.example" in link] == written, mail.hrefs(data)
    assert not any("list-manage.com" in source for source in mail.image_sources(data)), "the pixel is still there"
    images = [source for source in mail.image_sources(newsletter()) if "www.acme.example" in source]
    assert [source for source in mail.image_sources(data) if "www.acme.example" in source] == images
    assert mail.tokens(data, TRACKING_HOST, "u"), "no opt-out link"
    assert mail.field(data, "List-Unsubscribe-Post"), "no one-click (RFC 8058)"
