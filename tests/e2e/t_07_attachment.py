"""The bytes of an attachment are the same under every treatment."""
import re

from lab import mail, smtp
from lab.candor import ROOT
from lab.process import Skip

CORPUS = ROOT.parent / "shared/corpus/eml"


def raw_attachments(data):
    """The encoded bytes of every part with a file name, as they stand in the message."""
    found = []
    for boundary in re.findall(rb'boundary="?([^";\r\n]+)', data):
        for part in data.split(b"--" + boundary)[1:]:
            head, _, body = part.partition(b"\r\n\r\n")
            if b"filename" in head.lower() and b"multipart/" not in head.lower():
                found.append(body.split(b"\r\n--")[0].rstrip(b"\r\n"))
    return found


def with_attachment():
    """Real mail: HTML with links and an attachment beside it."""
    for path in sorted(CORPUS.rglob("*.eml")):
        data = smtp.wire_form(path.read_bytes())
        if len(data) > 2_000_000 or b"multipart/mixed" not in data.lower():
            continue
        head = mail.split(data)[0].lower()
        if b"multipart/signed" in data.lower() or b"\ndkim-signature" in head or b"boundary" not in head:
            continue
        if mail.attachments(data) and mail.hrefs(data) and raw_attachments(data):
            yield path.name, data


def test(world):
    if not CORPUS.is_dir():
        raise Skip("the mail corpus is not beside the clone")
    world.start(milter='foreign_tracked_link = "pass"')
    mails = list(with_attachment())[:4]
    assert mails, "no mail of the corpus has both"
    for name, original in mails:
        header, body = mail.split(original)
        header = re.sub(rb"(?im)^(from|x-candor-campaign|list-unsubscribe[a-z-]*):.*(\r\n[ \t].*)*\r\n", b"", header)
        header = b"From: news@acme.example\r\nX-Candor-Campaign: attachments\r\n" + header
        message = header + b"\r\n" + body
        for recipient in ("ann@us.example", "ivo@it.example", "fay@fr.example", "dora@de.example"):
            data = world.deliver(recipient, message).data
            assert mail.attachments(data) == mail.attachments(original), f"{name} to {recipient}: attachment changed"
            kept = raw_attachments(data)
            for attachment in raw_attachments(original):
                assert attachment in kept, f"{name} to {recipient}: its encoded bytes changed"
