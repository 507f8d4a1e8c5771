"""A consent ends: links and pictures of mail already sent forget whom they were for, at once; no link outlives a consent."""
from datetime import datetime, timedelta, timezone

from lab import web
from lab.candor import STREAMS, Candor
from lab.mail import hrefs
from lab.process import wait_for
from lab.world import newsletter
from t_44_opens import pictures

CONSENT = "address,purpose,given_at,method,source,text_version,expires_at\n"


def later(**time):
    return (datetime.now(timezone.utc) + timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test(world):
    streams = STREAMS.format(newsletter="open_pixel = true")
    options = "too_fast_seconds = 0\ntoo_fast_from_scanner_seconds = 0"
    candor = world.candor = world.keep(Candor(world.folder, tracker=options, streams=streams))
    candor.import_contacts()
    candor.start_milter()
    candor.start_tracker()
    file = world.folder / "consent.csv"

    def consents(*rows, columns=CONSENT):
        file.write_text(columns + "".join(row + "\n" for row in rows))
        candor.call("consent", "import", file)

    def send(whom="fay@fr.example"):
        data, decision = candor.rewrite(newsletter(), "news@acme.example", whom)
        return [link for link in hrefs(data) if "/c/" in link], pictures(data), decision

    counted = 0

    def named(url):
        """Whether one more event of the person is there after the URL was fetched."""
        nonlocal counted
        before = len(candor.events())
        answer = web.request(candor.tracker_port, url)
        assert answer.status in (200, 302), answer
        counted += 1
        wait_for("the event", lambda: sum(n for n, in candor.rows("totals.db", "SELECT count FROM totals")) >= counted)
        return len(candor.events()) > before

    def given(purpose, at, expires="", whom="fay@fr.example"):
        return f"{whom},{purpose},{at},double-opt-in,https://acme.example/f,v1,{expires}"

    consents(given("click", "2026-01-02"), given("open", "2026-01-02"))
    links, shown, decision = send()
    assert decision["treatment"] == "individual" and links and len(shown) == 1, decision
    assert named(links[0]) and named(shown[0])

    # Of openings alone: clicks go on. Then of clicks: the very next one is nobody's.
    candor.call("consent", "withdraw", "fay@fr.example", "--purpose", "open")
    assert not named(shown[0]) and named(links[1])
    candor.call("consent", "withdraw", "fay@fr.example", "--purpose", "click")
    where = web.request(candor.tracker_port, links[0]).location
    counted += 1
    assert where and not named(links[0]) and not named(links[1]) and not named(shown[0])
    assert send()[2]["treatment"] == "untracked"
    # It is no opt-out: no list has it, and it does not stop mail.
    assert candor.text("contact", "show", "fay@fr.example").endswith("opted out     no")
    assert "fay" not in candor.text("optout", "export"), candor.text("optout", "export")

    # By import, with the milter or the tracker away.
    for away, whom in (candor.milter, "ivo@it.example"), (candor.tracker, "dora@de.example"):
        consents(given("click", "2026-01-02", whom=whom))
        links, _, decision = send(whom)
        assert decision["treatment"] == "individual" and named(links[0]), decision
        away.stop()
        consents(given("click", "2026-01-02", later(), whom), columns=CONSENT.replace("expires", "withdrawn"))
        candor.start_milter() if away is candor.milter else candor.start_tracker()
        assert not named(links[0]) and not named(links[1]), "a withdrawal by import was not obeyed"
        assert send(whom)[2]["treatment"] != "individual"

    # What ends by itself: the key of its links ends before. With a week to go there are none.
    today = datetime.now(timezone.utc).date()
    for days, memory in ((400, 30), (20, 14), (10, 7), (5, 0)):
        whom = f"one{days}@fr.example"
        candor.call("contact", "set", whom, "--jurisdiction", "FR")
        consents(given("click", "2026-01-02", later(days=days), whom))
        links, _, decision = send(whom)
        if memory:
            said = candor.text("token", "open", links[0])
            assert decision["treatment"] == "individual", decision
            assert f"forgets on   {today + timedelta(days=memory + 1)}" in said, said
        else:
            assert decision["treatment"] == "aggregate" and "consent_ends_soon" in str(decision["reasons"]), decision
