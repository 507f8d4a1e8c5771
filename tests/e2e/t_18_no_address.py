"""No recipient's address, in any usual spelling, in tokens, logs or database files."""
import base64
import binascii
import re
import urllib.parse

from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.world import newsletter

PEOPLE = ("ann@us.example", "bob@us.example", "ivo@it.example", "fay@fr.example", "dora@de.example",
          "otto@us.example", "stranger@somewhere.example")
SUBJECT = "a day in Turin"


def spellings(address):
    """What a leak could look like: plain, upper case, URL-encoded, hex, and base64 at all three offsets."""
    for text in (address, address.upper(), urllib.parse.quote(address, safe=""), address.replace("@", "=40"),
                 address.split("@")[0] + "=" + address.split("@")[1], address[::-1]):
        yield text.encode()
    raw = address.encode()
    yield binascii.hexlify(raw)
    yield binascii.hexlify(raw).upper()
    for shift in range(3):
        # The middle of the encoding, which does not depend on what stands around.
        encoded = base64.b64encode(b"x" * shift + raw)[4 if shift else 0:]
        yield encoded[:len(raw) * 4 // 3 - 3]
        yield base64.urlsafe_b64encode(b"x" * shift + raw)[4 if shift else 0:][:len(raw) * 4 // 3 - 3]


def unpadded(token):
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test(world):
    world.start()
    candor = world.candor
    candor.call("optout", "add", "otto@us.example", "--scope", "all")
    tokens = []
    for recipient in PEOPLE:
        if world.send(recipient).ok:
            data = world.sink.wait_for(recipient).data
            tokens += mail.tokens(data, TRACKING_HOST)
            for link in [link for link in mail.hrefs(data) if "/c/" in link][:2]:
                assert web.request(candor.tracker_port, link).status == 302
            for value in mail.field(data, "List-Unsubscribe"):
                assert recipient.encode() not in value
    # A template that names its campaign after the person.
    named = re.sub(rb"(?m)^X-Candor-Campaign: .*?(\r?)$", rb"X-Candor-Campaign: welcome bob@us.example\1", newsletter())
    assert b"bob@us.example" in named
    data = world.deliver("ivo@it.example", named).data
    assert b"bob@us.example" not in data, "the campaign's name travelled"
    assert "notes=campaign_hidden" in candor.milter.log.read_text()
    world.send(["ann@us.example", "otto@us.example"])
    web.one_click(candor.tracker_port, f"https://{TRACKING_HOST}/u/" + [t for k, t in tokens if k == "u"][0])
    world.send("ann@us.example")
    candor.stop()

    found = []
    places = [path for path in candor.folder.rglob("*") if path.is_file() and path.name not in ("contacts.csv",)
              and not path.is_relative_to(world.folder / "arrived") and not path.is_relative_to(world.folder / "postfix")]
    assert any(path.suffix == ".db" for path in places) and any(path.name == "milter.log" for path in places)
    for path in places:
        data = path.read_bytes()
        for address in PEOPLE:
            found += [f"{path.relative_to(world.folder)} holds {address} as {text!r}" for text in spellings(address) if text in data]
        if SUBJECT.encode() in data:
            found.append(f"{path.relative_to(world.folder)} holds the subject")
    for _, token in tokens:
        for address in PEOPLE:
            found += [f"a token holds {address}" for text in spellings(address)
                      if text in token.encode() or text in unpadded(token)]
    assert not found, "\n".join(sorted(set(found)))
    # The search can find: the file that was left out holds them all.
    assert b"ann@us.example" in (world.folder / "contacts.csv").read_bytes()
