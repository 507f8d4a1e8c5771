"""A link that nobody sees: a scanner that follows it is a machine from then on, a reader elsewhere is none; no mail looks different."""
import re

from lab import mail, web
from lab.candor import TRACKING_HOST
from t_14_smime import signed
from t_43_verdicts import check_nothing_is_left

HUMAN, MACHINE = 1, 2
NONE, HONEYPOT = 0, 10
PROGRAM = "Mozilla/5.0 (Wilbur-5c1e8; rv:128.0) Gecko/20100101 Firefox/128.0"
SCANNER, OTHER_SCANNER, READER = "198.51.100.24", "2001:db8:9::24", "203.0.113.91"
NOTICE = "https://www.acme.example/privacy"
HIDDEN = re.compile(rf'<a href="(https://{re.escape(TRACKING_HOST)}/c/[\w-]+)" style="display:none!important" '
                    r'aria-hidden="true" tabindex="-1"></a>')
HTML_ALONE = (b"From: news@acme.example\nTo: you@example.com\nSubject: one\nX-Candor-Campaign: one\nMIME-Version: 1.0\n"
              b"Content-Type: text/html; charset=utf-8\n\n<body><p>Read <a href=\"https://www.acme.example/one\">the "
              b"news</a> or <a href=\"candor:unsubscribe\">leave</a>.</p></body>\n")


def honeypots(data):
    return HIDDEN.findall(mail.html_text(data) or "")


def tracked(data):
    return [link for link in mail.hrefs(data) if f"{TRACKING_HOST}/c/" in link]


def test(world):
    world.start(tracker=False, newsletter="honeypot = true")
    candor = world.candor
    candor.configure(newsletter="honeypot = true", tracker='trusted_proxies = ["127.0.0.1"]\ntoo_fast_seconds = 0\n'
                                                           'too_fast_from_scanner_seconds = 0')
    candor.start_tracker()
    clicks = 0

    def click(link, client):
        nonlocal clicks
        answer = web.request(candor.tracker_port, link, headers={"User-Agent": PROGRAM, "X-Forwarded-For": client})
        assert answer.status == 302, answer
        clicks += 1
        return answer.location

    def counted():
        candor.wait_for_clicks(clicks)
        rows = candor.rows("totals.db", "SELECT verdict, reason, sum(count) FROM totals GROUP BY verdict, reason")
        return {(verdict, reason): count for verdict, reason, count in rows}

    personal = world.deliver("ann@us.example").data
    shared = world.deliver("ivo@it.example").data
    for nobody in ("fay@fr.example", "dora@de.example"):
        data = world.deliver(nobody).data
        assert not honeypots(data) and not mail.tokens(data, TRACKING_HOST, "c"), f"a honeypot for {nobody}"
    (trap,) = honeypots(personal)
    assert re.search(r"<body[^>]*>" + HIDDEN.pattern, mail.html_text(personal)), "it does not stand behind the body tag"
    assert tracked(personal)[0] == trap and len(tracked(personal)) > 4
    said = candor.text("token", "open", trap)
    assert "honeypot" in said and NOTICE in said and "ann" not in said, said

    # A scanner takes the links in their order, within a second or two. Somebody else clicks meanwhile.
    assert click(tracked(personal)[0], SCANNER) == NOTICE
    for link in tracked(personal)[1:]:
        click(link, SCANNER)
    click(tracked(personal)[1], READER)
    machine = len(tracked(personal))
    assert counted() == {(MACHINE, HONEYPOT): machine, (HUMAN, NONE): 1}, counted()
    ann = candor.text("contact", "id", "ann@us.example")[:16]
    verdicts = candor.rows("*.db", "SELECT link, verdict, reason FROM events")
    assert {person for _, person, _, _ in candor.events()} == {ann}
    assert (0, MACHINE, HONEYPOT) in verdicts and (1, HUMAN, NONE) in verdicts, verdicts
    assert {verdict for _, verdict, reason in verdicts if reason == HONEYPOT} == {MACHINE}, verdicts

    # The same where all have the same links, for another scanner. Its first click was answered before anybody could know.
    (trap,) = honeypots(shared)
    for link in (tracked(shared)[2], trap, tracked(shared)[3], tracked(shared)[2]):
        click(link, OTHER_SCANNER)
    click(tracked(shared)[2], READER)
    assert counted() == {(MACHINE, HONEYPOT): machine + 3, (HUMAN, NONE): 3}, counted()

    # Twice through the milter it is one, and in a text that is made of the mail it is none.
    again = world.deliver("ann@us.example", personal).data
    assert mail.split(again)[1] == mail.split(personal)[1], "the second pass changed the body"
    once, _ = candor.rewrite(HTML_ALONE, "news@acme.example", "ann@us.example")
    assert len(honeypots(once)) == 1, once
    for message in (HTML_ALONE, once):
        made, decision = candor.rewrite(message, "news@acme.example", "dora@de.example")
        assert decision["treatment"] == "plaintext" and NOTICE.encode() not in made and b"/c/" not in made, made
    message = signed(world.folder)
    assert mail.split(world.deliver("ann@us.example", message).data)[1] == mail.split(message)[1]

    check_nothing_is_left(candor, PROGRAM, (SCANNER, OTHER_SCANNER, READER))
    candor.stop()
    check_nothing_is_left(candor, PROGRAM, (SCANNER, OTHER_SCANNER, READER))
