"""Human or machine, and why; of the address and the program that it was judged by nothing reaches disk or log."""
import ipaddress
import time

from lab import mail, web
from lab.candor import TRACKING_HOST, Candor
from lab.process import wait_for
from lab.world import newsletter

NONE, HEAD, NETWORK, TOO_FAST, BURST = 0, 1, 7, 8, 9
PROGRAM = "Mozilla/5.0 (Kilroy-7f3a9; rv:128.0) Gecko/20100101 Firefox/128.0"
READER = "203.0.113.77"
READER_V6 = "2001:db8:77:1::4d"
SCANNER = "40.92.17.5"


def links_of(candor, recipient):
    data, _ = candor.rewrite(newsletter(), "news@acme.example", recipient)
    return [link for link in mail.hrefs(data) if f"{TRACKING_HOST}/c/" in link]


def test(world):
    candor = world.candor = world.keep(Candor(world.folder, tracker='trusted_proxies = ["127.0.0.1"]'))
    candor.import_contacts()
    candor.start_tracker()
    shared, personal = links_of(candor, "ivo@it.example"), links_of(candor, "ann@us.example")
    sealed = time.monotonic()
    clicks = 0

    def click(link, client=READER, method="GET"):
        nonlocal clicks
        answer = web.request(candor.tracker_port, link, method, headers={"User-Agent": PROGRAM, "X-Forwarded-For": client})
        assert answer.status == 302, answer
        clicks += 1
        candor.wait_for_clicks(clicks)

    def reasons():
        found = {}
        for reason, count in candor.rows("totals.db", "SELECT reason, sum(count) FROM totals GROUP BY reason"):
            found[reason] = count
        return found

    click(shared[0])
    click(shared[0], READER_V6)
    click(shared[0], SCANNER)
    click(shared[0], READER, "HEAD")
    click(personal[0])
    assert time.monotonic() - sealed < 9, "too slow to be too fast"
    assert reasons() == {NONE: 2, NETWORK: 1, HEAD: 1, TOO_FAST: 1}, reasons()
    assert candor.rows("*.db", "SELECT verdict, reason FROM events") == [(2, TOO_FAST)]

    # Twelve seconds later the same link is a person's; all links in one moment are not.
    time.sleep(max(0, 12 - (time.monotonic() - sealed)))
    click(personal[0])
    assert reasons()[NONE] == 3, reasons()
    time.sleep(2.1)
    for link in personal[:4]:
        assert web.request(candor.tracker_port, link, headers={"User-Agent": PROGRAM}).status == 302
    for link in shared[:4]:
        assert web.request(candor.tracker_port, link,
                           headers={"User-Agent": PROGRAM, "X-Forwarded-For": READER}).status == 302
    clicks += 8
    candor.wait_for_clicks(clicks)
    assert reasons()[BURST] == 4, reasons()

    # Nothing of either is anywhere, neither while the tracker runs nor after it.
    check_nothing_is_left(candor, PROGRAM, (READER, READER_V6, SCANNER))
    candor.stop()
    check_nothing_is_left(candor, PROGRAM, (READER, READER_V6, SCANNER))
    log = candor.tracker.log.read_text(errors="replace")
    assert "scanner_systems_skipped rows=8" in log, log

    # A table of the operator's own takes the place of the one that ships; a faulty one is refused.
    table = world.folder / "scanners.tsv"
    table.write_text("network\tscope\tcertainty\tlabel\n203.0.113.0/24\tall\tcertain\tours\n")
    candor.configure(tracker=f'trusted_proxies = ["127.0.0.1"]\nscanner_networks = "{table}"')
    candor.start_tracker()
    before = reasons()
    click(shared[1], SCANNER)
    click(shared[1], READER)
    assert reasons()[NETWORK] == before[NETWORK] + 1 and reasons()[NONE] == before[NONE] + 1
    table.write_text("network\tscope\tcertainty\tlabel\n203.0.113.0/33\tall\tcertain\tours\n")
    candor.reload(candor.tracker)
    assert "reload_refused" in candor.tracker.log.read_text()
    assert f"{table}:2: `203.0.113.0/33` is not a network" in candor.call("check", check=False).stderr.decode()


def check_nothing_is_left(candor, program, addresses):
    wanted = [program.encode(), program.split("(")[1].split(";")[0].encode()]
    for address in addresses:
        packed = ipaddress.ip_address(address).packed
        wanted += [address.encode(), packed, packed[::-1]]
    searched = 0
    for path in [*candor.state.rglob("*"), candor.tracker.log]:
        if path.is_file():
            content = path.read_bytes()
            searched += 1
            for one in wanted:
                assert one not in content, f"{one!r} lies in {path}"
    assert searched > 10, "the search looked at nothing"
