"""What is rendered: mails, their HTML before and after `candor rewrite`, and the labels of their open images."""
import csv
import hashlib
import re

from browser import key
from lab import mail
from lab.candor import ROOT
from lab.process import LabError

CORPUS = ROOT.parent / "shared/corpus/eml"
LABELLED = CORPUS / "foff-milter"
LABELS = ROOT / "tests/rewriter/tracking/labels/pixels.tsv"
NEWSLETTER = ROOT / "examples/newsletter/newsletter.eml"
REFUSED = 65  # EX_DATAERR: the mail server would answer 550

# The corpus is mail as it arrived. An application hands over its mail without what the way adds, and unsigned.
ADDED_LATER = (b"dkim-signature", b"arc-", b"domainkey-signature", b"x-google-dkim-signature", b"received",
               b"return-path", b"authentication-results", b"x-candor")

VALUE = re.compile(rb"""(\s(?:href|src|srcset|background|poster)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)|(url\()([^)]*)""", re.I)


def labels():
    """{file name: [(kind, offset, length, digest)]} of what is labelled; an empty list where nothing is."""
    found = {}
    with open(LABELS, newline="", encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            mine = found.setdefault(row["file"], [])
            if row["kind"] != "none":
                mine.append((row["kind"], int(row["at"]), int(row["length"]), row["sha256"]))
    return found


def labelled(html, rows, kind):
    """The `key`s of the references of that kind in decoded HTML, as often as they are there."""
    keys = []
    for its_kind, at, length, digest in rows:
        value = html[at:at + length]
        if hashlib.sha256(value).hexdigest()[:16] != digest:
            raise LabError(f"no labelled image at {at}: the labels belong to another version of this mail")
        if its_kind == kind:
            keys.append(key(value.decode("latin-1")))
    return keys


def as_handed_over(data):
    """The message as an application would give it to the mail server, with a campaign to count for."""
    newline = b"\n"
    if b"\r\n" in data[:2000]:
        newline, data = b"\r\n", re.sub(rb"(?<!\r)\n", b"\r\n", data)  # as every mail server does
    end = data.find(newline * 2)
    head, body = data[:end + len(newline)], data[end:][len(newline):]
    fields = re.split(rb"(?<=\n)(?![ \t])", head)
    kept = [field for field in fields if not field.lower().startswith(ADDED_LATER)]
    return b"X-Candor-Campaign: visual" + newline + b"".join(kept) + body


def html_part(data):
    """(decoded bytes, Content-Type with charset) of the first text/html part."""
    for part in mail.tree(data).walk():
        if part.get_content_type() == "text/html":
            return part.get_payload(decode=True), f"text/html; charset={part.get_param('charset') or 'utf-8'}"
    return None, None


def rewritten(candor, message, treatment):
    """The message after `candor rewrite`, or None and the reason when it is refused."""
    done = candor.call("rewrite", "--from", "news@acme.example", "--to", "ann@us.example", "--treatment", treatment,
                       stdin=message, check=False)
    if done.returncode == REFUSED:
        return None, done.stderr.decode("utf-8", "replace").strip().splitlines()[-1]
    if done.returncode != 0:
        raise LabError(f"candor rewrite ended with {done.returncode}: {done.stderr[-300:]}")
    return done.stdout, None


def edits(before, after):
    """[(old value, new value)] of URLs, or None when anything else than values of URLs changed.

    A blank in a tag may have become a line break: 998 bytes are all that a line may have.
    """
    old, new = VALUE.split(before), VALUE.split(after)
    if _around(old) != _around(new):
        return None
    return [(a, b) for a, b in zip(_values(old), _values(new)) if a != b]


def _values(pieces):
    return [(one or other or b"").strip(b"\"'") for one, other in zip(pieces[2::5], pieces[4::5])]


def _around(pieces):
    pieces = [b"\0" if number % 5 in (2, 4) else piece or b"" for number, piece in enumerate(pieces)]
    return re.sub(rb"\s+", b" ", b"".join(pieces))


def is_neutral(value):
    """Whether nothing is fetched for this source."""
    return not value or value.startswith(b"data:")


def outlook_view(html):
    """Roughly what Outlook for Windows reads: its conditional comments opened, those for others gone."""
    html = re.sub(rb"<!--\[if\s+!mso[^\]]*\]>\s*(?:<!-->|-->).*?<!(?:--)?\s*<!\[endif\]-->", b"", html, flags=re.I | re.S)
    return re.sub(rb"<!--\[if[^\]]*\bmso\b[^\]]*\]>(.*?)<!\[endif\]-->", rb"\1", html, flags=re.I | re.S)
