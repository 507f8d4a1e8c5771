"""Openings: a picture only where stream and law allow it; always served; counted apart from clicks; proxies told apart."""
import re

from lab import web
from lab.candor import STREAMS, TRACKING_HOST, Candor
from lab.process import wait_for
from lab.world import newsletter

HUMAN, MACHINE = 1, 2
NONE, MAIL_PRIVACY, IMAGE_PROXY, NETWORK = 0, 5, 6, 7
CONTACTS = """\
address,jurisdiction,class,segments,source
cora@us.example,US-CO,b2b,,lab
carl@us.example,US-CO,b2c,,lab
cleo@us.example,US-CO,b2c,,lab
ann@us.example,US,b2b,,lab
ivo@it.example,IT,b2b,,lab
"""


def pictures(data):
    text = re.sub(rb"=\r?\n", b"", data).replace(b"=3D", b"=").decode("utf-8", "replace")
    return re.findall(rf'https://{re.escape(TRACKING_HOST)}/o/[A-Za-z0-9_-]+', text)


def test(world):
    options = 'too_fast_seconds = 0\ntoo_fast_from_scanner_seconds = 0\ntrusted_proxies = ["127.0.0.1"]'
    streams = STREAMS.format(newsletter="open_pixel = true")
    candor = world.candor = world.keep(Candor(world.folder, tracker=options, streams=streams))
    candor.import_contacts(CONTACTS)
    candor.start_tracker()
    for nobody in ("ann@us.example", "ivo@it.example"):
        data, _ = candor.rewrite(newsletter(), "news@acme.example", nobody)
        assert not pictures(data), f"a picture for {nobody}"
    data, decision = candor.rewrite(newsletter(), "news@acme.example", "cora@us.example")
    assert decision["open_pixel"] is True, decision
    found = pictures(data)
    assert len(found) == 1, found
    again, _ = candor.rewrite(data, "news@acme.example", "cora@us.example")
    assert pictures(again) == found, "the second pass changed the picture"
    assert again == data, "twice is not once"

    def fetch(headers=None, url=found[0]):
        answer = web.request(candor.tracker_port, url, headers=headers or {})
        assert answer.status == 200 and answer.headers["content-type"] == "image/gif", answer
        assert answer.headers["cache-control"] == "no-store" and len(answer.body) == 43, answer
        assert "set-cookie" not in answer.headers and "etag" not in answer.headers, answer.headers
        return answer.body

    picture = fetch()
    google = {"User-Agent": "Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)",
              "X-Forwarded-For": "66.249.84.1"}
    for headers in ({"User-Agent": "Mozilla/5.0"}, google, {"X-Forwarded-For": "66.249.84.2"}, {"Sec-GPC": "1"}):
        assert fetch(headers) == picture
    for url in (found[0][:-4] + "AAAA", f"https://{TRACKING_HOST}/o/", f"https://{TRACKING_HOST}/o/x"):
        assert fetch(url=url) == picture, "a broken picture says something"
    click = re.sub(r"/o/", "/c/", found[0])
    assert web.request(candor.tracker_port, click).status == 404, "a picture's token led somewhere"

    def opens():
        return {(verdict, reason): count for verdict, reason, count in candor.rows(
            "totals.db", "SELECT verdict, reason, sum(count) FROM totals WHERE kind = 2 GROUP BY verdict, reason")}

    wait_for("five openings", lambda: sum(opens().values()) >= 5)
    assert opens() == {(HUMAN, NONE): 2, (MACHINE, MAIL_PRIVACY): 1, (HUMAN, IMAGE_PROXY): 1, (MACHINE, NETWORK): 1}, opens()
    assert candor.clicks_counted() == 0, "an opening was counted as a click"
    cora = candor.text("contact", "id", "cora@us.example")[:16]
    events = candor.events()
    # The same within a second is one row; the one with GPC is in none.
    assert {person for _, person, _, _ in events} == {cora} and len(events) <= 4, events

    # After an opt-out the picture of the old mail is as it was, and tells of nobody.
    candor.call("optout", "add", "cora@us.example", "--scope", "tracking")
    assert fetch() == picture
    wait_for("the sixth", lambda: sum(opens().values()) >= 6)
    assert candor.events() == events, "an opening was recorded with a person who objects"
    assert "open pixel" in candor.text("token", "open", found[0])

    # Who is counted in aggregate gets the one picture of the campaign: the same bytes, an opening of nobody.
    shared = []
    for whom in ("carl@us.example", "cleo@us.example"):
        data, decision = candor.rewrite(newsletter(), "news@acme.example", whom)
        assert decision["treatment"] == "aggregate" and decision["open_pixel"] is True, decision
        shared += pictures(data)
    assert len(shared) == 2 and shared[0] == shared[1] != found[0], shared
    assert fetch(url=shared[0]) == picture
    wait_for("the seventh", lambda: sum(opens().values()) >= 7)
    assert opens()[(HUMAN, NONE)] == 4, opens()
    assert candor.events() == events, "an opening in aggregate was recorded with somebody"
    assert "the same for every recipient" in candor.text("token", "open", shared[0])
