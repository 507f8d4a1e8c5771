"""One person asks for a copy: the file has every kind of row about them and none of anybody else's; then they are erased."""
import json

from lab import mail, web
from lab.candor import STREAMS, Candor
from lab.mail import hrefs
from lab.milter import Milter, parts_of
from lab.process import wait_for
from lab.world import newsletter
from t_44_opens import pictures

CORA, CARL = "cora@us.example", "carl@us.example"
PEOPLE = f"""\
address,jurisdiction,class,segments,source
{CORA},US-CO,b2b,press,crm-cora
{CARL},US-CO,b2b,,crm-carl
"""
DOMAINS = "domain,jurisdiction,class,source\nus.example,US,b2b,list\n"
CONSENTS = f"""\
address,purpose,given_at,method,source,text_version,proof,withdrawn_at
{CORA},click,2026-01-02,double-opt-in,https://acme.example/cora,v1,paper-7,
{CORA},profile,2026-01-02,form,https://acme.example/cora,v1,,2026-02-03
{CARL},click,2026-01-02,form,https://acme.example/carl,v1,,
"""
POLICY = '[policy.segments]\npress = "individual"'
LISTS = ("consents", "opt_outs", "opt_outs_taken_back", "requests", "events", "decisions")


def exported(candor, address):
    """(the document, the receipt)"""
    done = candor.call("dsar", "export", address)
    receipt = done.stderr.decode()
    assert "@" not in receipt and address.partition("@")[0] not in receipt, receipt
    return json.loads(done.stdout), receipt


def counts_of(receipt):
    lines = [line.rsplit(None, 1) for line in receipt.splitlines()]
    return {words[0].strip(): int(words[1]) for words in lines if len(words) == 2 and words[1].isdigit()}


def field_of_page(page, name):
    return page.body.split(f'name="{name}" value="'.encode())[1].split(b'"')[0]


def test(world):
    options = "too_fast_seconds = 0\ntoo_fast_from_scanner_seconds = 0"
    streams = STREAMS.format(newsletter="open_pixel = true")
    candor = world.candor = world.keep(Candor(world.folder, tracker=options, streams=streams, policy=POLICY))

    # Nobody on record, and no daemon ever ran.
    nothing, receipt = exported(candor, "Nobody@US.example")
    assert nothing["address"] == "nobody@us.example" and nothing["contact"] is None and nothing["domain"] is None
    assert all(nothing[kind] == [] for kind in LISTS), nothing
    assert set(counts_of(receipt).values()) == {0} and "candor requests" not in receipt, receipt
    wrong = candor.call("dsar", "export", "no-address", check=False)
    assert wrong.returncode == 65 and wrong.stdout == b"" and b"no-address" not in wrong.stderr, wrong

    for what, csv in ("contact", PEOPLE), ("contact", DOMAINS), ("consent", CONSENTS):
        file = world.folder / "rows.csv"
        file.write_text(csv)
        candor.call(what, "import", file)
    candor.start_milter()
    candor.start_tracker()
    port = candor.tracker_port
    cora, carl = (candor.text("contact", "id", who) for who in (CORA, CARL))
    unsubscribe = {}
    mta = Milter(candor.milter_port)
    for queue_id, who in ("4F2A1C", CORA), ("4F2A1D", CARL):
        said, _ = mta.send("news@acme.example", who, *parts_of(newsletter()), queue_id)
        assert said in (b"a", b"c"), said
        data, decision = candor.rewrite(newsletter(), "news@acme.example", who)
        assert decision["treatment"] == "individual", decision
        links = [link for link in hrefs(data) if "/c/" in link]
        web.request(port, links[0])
        web.request(port, links[1], headers={"User-Agent": "curl/8"})
        web.request(port, pictures(data)[0])
        said = mail.field(data, "List-Unsubscribe")[0].decode()
        unsubscribe[who] = said.strip().strip("<>").split(">")[0]
    mta.close()
    candor.wait_for_clicks(4)
    wait_for("six events", lambda: len(candor.events()) == 6)
    wait_for("two decisions", lambda: len(candor.text("decisions", "show", "--json").splitlines()) == 2)

    # On the page: an opt-out taken back, one that stays, a request for a copy. Carl does the same but for the request.
    for who, url in unsubscribe.items():
        visit = field_of_page(web.request(port, url), "page")
        done = web.request(port, url, "POST", b"choice=all&page=" + visit)
        assert web.request(port, url, "POST", b"undo=" + field_of_page(done, "undo")).status == 200
    candor.call("consent", "withdraw", CORA, "--purpose", "click")
    assert web.request(port, unsubscribe[CORA], "POST", b"request=access").status == 200
    # Waits in the journal until the tracker takes it, and counts from there.
    candor.call("optout", "add", CORA, "--scope", "tracking")

    about, receipt = exported(candor, CORA)
    assert carl not in json.dumps(about) and "carl" not in json.dumps(about), about
    assert (about["controller"], about["address"], about["recipient_id"]) == ("acme", CORA, cora), about
    assert about["contact"] == {"address": CORA, "jurisdiction": "US-CO", "class": "b2b", "segments": ["press"],
                                "gpc": False, "source": "crm-cora"}, about["contact"]
    assert about["domain"] == {"domain": "us.example", "jurisdiction": "US", "class": "b2b", "source": "list"}
    click, profile = about["consents"]
    assert (click["purpose"], click["method"], click["proof"]) == ("click", "double-opt-in", "paper-7"), click
    assert click["withdrawn_at"] and profile["withdrawn_at"] == "2026-02-03T00:00:00Z", about["consents"]
    stays, = about["opt_outs"]
    assert (stays["scope"], stays["source"]) == ("tracking", "operator"), stays
    undone, = about["opt_outs_taken_back"]
    assert (undone["scope"], undone["source"]) == ("all", "page") and undone["taken_back_at"], undone
    silenced = about["silenced_until"]
    assert silenced["clicks"] and silenced["openings"] is None and silenced["erased"] is None, silenced
    asked, = about["requests"]
    assert asked["kind"] == "access" and asked["closed_at"] is None, asked
    assert sorted((one["kind"], one["verdict"], one["reason"]) for one in about["events"]) == [
        ("click", "human", "none"), ("click", "machine", "user_agent"), ("open", "human", "none")], about["events"]
    assert all(one["campaign"] and one["kept_until"] > one["at"] for one in about["events"]), about["events"]
    decided, = about["decisions"]
    assert decided == json.loads(candor.text("decisions", "show", "--json", CORA)), decided
    assert decided["queue_id"] == "4F2A1C" and decided["recipient"] == cora, decided
    assert about["handling"] == {"events_kept_days": 90, "decisions_kept_months": 36, "processors": [],
                                 "privacy_notice_url": "https://www.acme.example/privacy"}, about["handling"]
    assert counts_of(receipt) == {"contact": 1, "domain": 1, "consents": 2, "opt-outs": 1, "taken back": 1,
                                  "requests": 1, "clicks": 2, "openings": 1, "decisions": 1}, receipt

    # What the receipt says is to be run is what closes it.
    command, = [line.split() for line in receipt.splitlines() if "candor requests" in line]
    assert command[0] == "candor" and cora in command, receipt
    candor.call(*command[1:])
    about, receipt = exported(candor, CORA)
    assert about["requests"][0]["closed_at"] and "candor requests" not in receipt, receipt
    whose = candor.call("dsar", "--controller", "acme", "export", CARL)
    assert b"candor requests" not in whose.stderr and cora not in whose.stdout.decode(), whose

    # Then they want it gone: the request that says so is closed by doing it.
    assert web.request(port, unsubscribe[CORA], "POST", b"request=erasure").status == 200
    assert web.request(port, unsubscribe[CARL], "POST", b"request=access").status == 200
    erased = candor.text("dsar", "erase", CORA)
    assert "request     closed" in erased and "clicks      3 erased" in erased and "@" not in erased, erased
    assert "request     none open" in candor.text("dsar", "erase", CORA)
    left = candor.text("requests", "list")
    assert cora not in left and carl in left, left
    about, receipt = exported(candor, CORA)
    assert about["contact"] is None and all(about[kind] == [] for kind in ("consents", "events", "decisions")), about
    assert about["silenced_until"]["erased"] and len(about["opt_outs"]) == 1, about
    assert [(one["kind"], bool(one["closed_at"])) for one in about["requests"]] == [("access", True), ("erasure", True)]
    kept, receipt = exported(candor, CARL)
    assert len(kept["events"]) == 3 and len(kept["decisions"]) == 1 and kept["contact"], kept
    assert f"close {carl} access" in receipt, receipt
