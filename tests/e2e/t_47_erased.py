"""Erasing one person: what is on record goes, what waits in the spool comes back as a count, old links name nobody."""
import sqlite3

from lab import web
from lab.candor import Candor
from lab.mail import hrefs
from lab.process import wait_for
from lab.world import newsletter


def test(world):
    options = "too_fast_seconds = 0\ntoo_fast_from_scanner_seconds = 0"
    candor = world.candor = world.keep(Candor(world.folder, tracker=options))
    candor.import_contacts()
    candor.start_milter()
    candor.start_tracker()

    def links_of(whom):
        data, decision = candor.rewrite(newsletter(), "news@acme.example", whom)
        assert decision["treatment"] == "individual", decision
        return [link for link in hrefs(data) if "/c/" in link]

    def people():
        return {person for _, person, _, _ in candor.events()}

    ann, bob = (candor.text("contact", "id", f"{who}@us.example")[:16] for who in ("ann", "bob"))
    links = {who: links_of(f"{who}@us.example") for who in ("ann", "bob")}
    for who in links:
        assert web.request(candor.tracker_port, links[who][0]).status == 302
    candor.wait_for_clicks(2)
    assert people() == {ann, bob}

    # The store goes away, both click again, the tracker is killed: two clicks lie in the spool alone.
    lock = sqlite3.connect(candor.state / "store/totals/totals.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    for who in links:
        assert web.request(candor.tracker_port, links[who][1]).status == 302
    candor.tracker.kill()
    spooled = b"".join(path.read_bytes() for path in (candor.state / "spool").glob("*.spool"))
    assert len(spooled) >= 2 * 48, "nothing waits in the spool"
    lock.execute("ROLLBACK")
    lock.close()
    assert candor.clicks_counted() == 2

    receipt = candor.text("dsar", "erase", "ann@us.example")
    assert "clicks      1 erased" in receipt and "contact     erased" in receipt and "@" not in receipt, receipt
    assert people() == {bob}
    candor.start_tracker()
    candor.wait_for_clicks(4)
    assert people() == {bob}, "a click that waited brought the erased person back"
    assert len([1 for _, person, _, _ in candor.events() if person == bob]) == 2, "somebody else's click was lost"

    # The mail is still there, and its links lead on.
    answer = web.request(candor.tracker_port, links["ann"][2])
    assert answer.status == 302 and answer.location.startswith("http"), answer
    candor.wait_for_clicks(5)
    assert people() == {bob}
    assert "no contact row" in candor.text("contact", "show", "ann@us.example")
    assert candor.text("decisions", "show", "ann@us.example") == ""

    # With the tracker running it is the tracker that does it. Twice is once.
    assert "clicks      2 erased" in candor.text("dsar", "erase", "bob@us.example")
    assert people() == set()
    again = candor.text("dsar", "erase", "bob@us.example")
    assert "clicks      0 erased" in again and "contact     none on record" in again, again
    wrong = candor.call("dsar", "erase", "no-address", check=False)
    assert wrong.returncode == 65 and b"no-address" not in wrong.stderr, wrong
    wait_for("nothing left in the spool", lambda: candor.clicks_counted() == 5)
