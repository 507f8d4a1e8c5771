"""No application slips by: mail that no stream names but that calls itself bulk is treated as marketing."""
from lab import mail
from lab.candor import TRACKING_HOST
from lab.process import wait_for
from lab.world import newsletter


def with_field(field):
    return newsletter().replace(b"\r\nSubject:", b"\r\n" + field + b"\r\nSubject:", 1)


def test(world):
    world.start()
    for field in (b"List-Unsubscribe: <mailto:off@acme.example>", b"List-Id: <news.acme.example>",
                  b"Feedback-ID: a:b:c:acme", b"Precedence: bulk"):
        data = world.deliver("dora@de.example", with_field(field), sender="unknown@acme.example").data
        assert not mail.parts(data, "text/html"), f"{field}: HTML went to Germany"
    plain = world.deliver("dora@de.example", sender="unknown@acme.example").data
    assert mail.parts(plain, "text/html"), "without such a field the mail is out of scope"
    assert not mail.tokens(plain, TRACKING_HOST)
    wait_for("the log line", lambda: "bulk-unlisted" in world.candor.milter.log.read_text())
