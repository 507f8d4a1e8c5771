"""A click: 302 to exactly where the author's link went, for every link; the event is in the store."""
from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.world import newsletter


def test(world):
    world.start()
    originals = [link for link in mail.hrefs(newsletter()) if link.startswith("https:")]
    clicks = 0
    for recipient in ("ann@us.example", "ivo@it.example"):
        data = world.deliver(recipient).data
        links = [link for link in mail.hrefs(data) if f"{TRACKING_HOST}/c/" in link]
        assert len(links) == len(originals)
        for link, original in zip(links, originals):
            answer = web.request(world.candor.tracker_port, link)
            assert answer.status == 302, f"{answer.status} for {original}"
            assert answer.location == original, f"{answer.location} instead of {original}"
            assert answer.headers.get("referrer-policy") == "no-referrer", answer.headers
            assert answer.headers.get("cache-control") == "no-store", answer.headers
            assert "noindex" in answer.headers.get("x-robots-tag", ""), answer.headers
            assert "set-cookie" not in answer.headers
            clicks += 1
    world.candor.wait_for_clicks(clicks)
    ann = world.candor.text("contact", "id", "ann@us.example")[:16]
    events = world.candor.events()
    assert len(events) == len(originals), f"{len(events)} events for {len(originals)} personal clicks"
    assert {person for _, person, _, _ in events} == {ann}, "an event names somebody else"

    # GPC: the click works, is counted, and nobody is named.
    link = [link for link in mail.hrefs(world.deliver("bob@us.example").data) if "/c/" in link][0]
    answer = web.request(world.candor.tracker_port, link, headers={"Sec-GPC": "1"})
    assert answer.status == 302 and answer.location == originals[0]
    world.candor.wait_for_clicks(clicks + 1)
    assert len(world.candor.events()) == len(originals), "a GPC click was recorded with a person"

    # Whatever the client asks for besides, and whatever a gateway made of the link, it leads there.
    path = "/c/" + link.split("/c/")[1]
    for method, spelling, headers in (
            ("HEAD", path, {}), ("GET", path, {"Range": "bytes=0-9"}), ("GET", path, {"If-None-Match": "*"}),
            ("GET", path, {"If-Modified-Since": "Wed, 25 Nov 2099 10:00:00 GMT"}), ("GET", "/" + path, {}),
            ("GET", path.replace("-", "%252D").replace("_", "%255F"), {}), ("GET", path + "%22)", {}),
            ("GET", path[:40] + "=%0D%0A" + path[40:], {})):
        answer = web.request(world.candor.tracker_port, f"https://{TRACKING_HOST}{spelling}", method, headers=headers)
        assert answer.status == 302 and answer.location == originals[0], (method, spelling, headers, answer)

    # A changed token opens nothing and redirects nowhere.
    changed = links[0][:-6] + ("AAAAAA" if not links[0].endswith("AAAAAA") else "BBBBBB")
    answer = web.request(world.candor.tracker_port, changed)
    assert answer.location is None and answer.status in (200, 404), answer
