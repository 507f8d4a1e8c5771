"""Every mail of the corpus under every treatment: no crash, twice is once, links open to what they were.

A sample of the corpus in a usual run; all of it with CANDOR_E2E_FULL=1.
"""
import os
import re
from concurrent.futures import ThreadPoolExecutor

from lab import mail, web
from lab.candor import ROOT, TRACKING_HOST
from lab.process import Skip

CORPUS = ROOT.parent / "shared/corpus/eml"
TREATMENTS = ("individual", "aggregate", "untracked", "plaintext", "suppressed")
SAMPLE = 60
REFUSED = 65  # EX_DATAERR: the MTA would answer 550, and it says why

CAMPAIGN = b"X-Candor-Campaign: corpus\n"


def with_campaign(data):
    """The author's control header, which the first pass has consumed."""
    return (CAMPAIGN.replace(b"\n", b"\r\n") if b"\r\n" in data[:4000] else CAMPAIGN) + data


def check(candor, path):
    """Faults of one file, and the tracked links of its aggregate copy with their originals."""
    data, faults = path.read_bytes(), []
    name = path.relative_to(CORPUS)
    for treatment in TREATMENTS:
        def rewrite(message):
            return candor.call("rewrite", "--from", "news@acme.example", "--to", "ann@us.example",
                               "--treatment", treatment, "--explain", stdin=message, check=False, seconds=60)
        once = rewrite(with_campaign(data))
        said = once.stderr.decode("utf-8", "replace")
        if once.returncode not in (0, REFUSED) or "Sanitizer" in said:
            faults.append(f"{name} as {treatment}: exit {once.returncode}: {said[-300:]}")
            continue
        if once.returncode == REFUSED:
            if "550 5.7.1" not in said:
                faults.append(f"{name} as {treatment}: refused without a reason: {said[-200:]}")
            continue
        if treatment == "suppressed":
            if once.stdout:
                faults.append(f"{name}: a suppressed message was printed")
            continue
        twice = rewrite(with_campaign(once.stdout))
        if twice.stdout != once.stdout:
            faults.append(f"{name} as {treatment}: twice is not once{first_difference(once.stdout, twice.stdout)}")
    return faults


def first_difference(one, two):
    for number, (a, b) in enumerate(zip(one.split(b"\n"), two.split(b"\n")), 1):
        if a != b:
            return f", line {number}: {a[:120]!r} became {b[:120]!r}"
    return f", {len(one)} bytes became {len(two)}"


def out_of_scope(candor, path):
    data = path.read_bytes()
    done = candor.call("rewrite", "--from", "nobody@other.example", "--to", "ann@us.example", stdin=data, check=False)
    if done.returncode != 0 or done.stdout != data:
        return [f"{path.relative_to(CORPUS)}: out of scope, but not as it came (exit {done.returncode})"]
    return []


def test(world):
    if not CORPUS.is_dir():
        raise Skip("the mail corpus is not beside the clone")
    world.start(milter=False, tracker=True)
    candor = world.candor
    paths = sorted(CORPUS.rglob("*.eml"))
    if os.environ.get("CANDOR_E2E_FULL") != "1":
        paths = paths[::max(1, len(paths) // SAMPLE)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for found in pool.map(lambda path: check(candor, path), paths) for fault in found]
        faults += links_open(candor, paths)
        candor.configure(policy="bulk_unlisted = false")
        faults += [fault for found in pool.map(lambda path: out_of_scope(candor, path), paths) for fault in found]
    assert not faults, f"{len(faults)} faults in {len(paths)} mails:\n" + "\n".join(faults[:40])
    print(f"  {len(paths)} mails")


def links_open(candor, paths):
    """Every tracked link of the aggregate copies leads, through the real tracker, where the original did."""
    faults, followed = [], 0
    for path in paths:
        data = with_campaign(path.read_bytes())
        done = candor.call("rewrite", "--from", "news@acme.example", "--to", "ann@us.example", "--treatment", "aggregate",
                           stdin=data, check=False)
        if done.returncode != 0:
            continue
        before, after = mail.hrefs(data), mail.hrefs(done.stdout)
        if len(before) != len(after):
            continue  # Python reads this malformed mail differently; the unit tests look closer
        for original, link in zip(before, after):
            if f"//{TRACKING_HOST}/c/" not in link or TRACKING_HOST in original:
                continue
            answer = web.request(candor.tracker_port, link)
            followed += 1
            if answer.status != 302 or answer.location != serialised(without_person(original)):
                faults.append(f"{path.relative_to(CORPUS)}: {original!r} became {answer.status} {answer.location!r}")
    assert followed > 20, f"only {followed} links were followed"
    return faults


def personal_parameters():
    rows = (ROOT / "rewriter/data/tracking-parameters.tsv").read_text().splitlines()
    return {row.split("\t")[0].lower() for row in rows if row.split("\t")[1:2] == ["person"]}


def without_person(url, personal=personal_parameters()):
    """What `aggregate` leaves of a destination."""
    head, hash_mark, fragment = url.partition("#")
    path, question, query = head.partition("?")
    pairs = [pair for pair in query.split("&") if pair.partition("=")[0].lower() not in personal]
    if len(pairs) < query.count("&") + 1:
        head = path + (question + "&".join(pairs) if pairs else "")
    return head + hash_mark + fragment


def serialised(url):
    """The destination as a mail client opens it: blanks trimmed, TAB, CR and LF out, the rest as bytes."""
    url = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(0x21)))))
    return "".join(chr(b) if 0x20 < b < 0x7F else f"%{b:02X}" for b in url.encode("utf-8", "surrogateescape"))
