"""Keys: a rotation reaches both daemons while they run; a shredded day leads on and names nobody any more."""
import datetime
import shutil
import sqlite3

from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.process import wait_for


def click_links(world, recipient):
    return [link for link in mail.hrefs(world.deliver(recipient).data) if f"{TRACKING_HOST}/c/" in link]


def raw(link):
    """The bytes of the token in a link."""
    import base64
    token = link.rsplit("/", 1)[1]
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def key_of(link):
    return raw(link)[1]


def test(world):
    world.start()
    candor = world.candor
    today = datetime.datetime.now(datetime.timezone.utc).date()

    # --- rotation, while both run -----------------------------------------------------------------
    old = click_links(world, "ann@us.example")[0]
    assert key_of(old) == 1
    before = web.request(candor.tracker_port, old)
    assert before.status == 302
    said = candor.text("keys", "rotate")
    assert "link key 002" in said, said
    wait_for("a link under the new key", lambda: key_of(click_links(world, "ann@us.example")[0]) == 2)
    new = click_links(world, "ann@us.example")[0]
    wait_for("the tracker's new key", lambda: web.request(candor.tracker_port, new).status == 302, seconds=5)
    assert web.request(candor.tracker_port, old).location == before.location, "the old key no longer opens"
    listed = candor.text("keys", "list")
    assert "001  opens\n" in listed and "002  seals and opens\n" in listed, listed
    assert f"daily  {today}  class 3   30 days  until {today + datetime.timedelta(days=30)}  live" in listed, listed

    # --- shredding --------------------------------------------------------------------------------
    ann = candor.text("contact", "id", "ann@us.example").strip()
    wait_for("the clicks as events of Ann", lambda: any(row[1] == ann[:16] for row in candor.events()))
    stolen = world.folder / "stolen"  # what was there before, for counting what is left
    shutil.copytree(candor.state, stolen, ignore=shutil.ignore_patterns("*.sock"))
    assert holds(stolen, ann), "the search below would find nothing in any case"
    counted = candor.clicks_counted()

    said = candor.text("keys", "shred", "--day", str(today), "--class", str(raw(old)[4] >> 4))
    assert "1 daily key of" in said and "forgotten" in said, said
    assert not candor.events(), "events are left"
    assert not holds(candor.state, ann), "rows are left in the bytes of event files or spool"

    for link in (old, new):  # the very same links lead where they led, and nobody is named
        answer = web.request(candor.tracker_port, link)
        assert answer.status == 302 and answer.location == before.location, answer
    candor.wait_for_clicks(counted + 2)
    assert not candor.events(), "a click after the shredding was recorded with a person"

    # With every key that is left, the program and an attacker who has all of STATE read no person.
    for link in (old, new):
        opened = candor.text("token", "open", link)
        assert "has forgotten whom it was for" in opened and before.location in opened, opened
        assert not opens_as(candor.state, raw(link), ann), "a key that is left opens the subject"
    assert opens_as(stolen, raw(old), ann), "the attempt above would fail with the right key too"
    logs = candor.milter.log.read_text(errors="replace") + candor.tracker.log.read_text(errors="replace")
    for link in (old, new):
        assert link.rsplit("/", 1)[1] not in logs, "a token in a log"

    # Neither a restart nor a key that a backup brings back makes it speak again.
    name = f"{today:%Y%m%d}-{raw(old)[4] >> 4}.key"
    daily = candor.state / "keys/1/daily"
    shutil.copy(stolen / "keys/1/daily" / name, daily / name)
    assert "has forgotten" in candor.text("token", "open", old), "a shredded key that came back was used"
    candor.reload(candor.milter)
    candor.stop()
    candor.start_milter()
    candor.start_tracker()
    wait_for("the key to go again", lambda: not (daily / name).exists(), seconds=5)
    assert web.request(candor.tracker_port, old).location == before.location
    candor.wait_for_clicks(counted + 3)
    assert not candor.events()
    assert "shredded" in candor.text("keys", "list")
    # Mail of that class goes on, without identity and without complaint about lost keys.
    assert mail.hrefs(world.deliver("ann@us.example").data)
    assert "keys_lost" not in candor.milter.log.read_text(errors="replace")

    # --- the guard against a clock that jumped ------------------------------------------------------
    candor.stop()
    with sqlite3.connect(candor.state / "store/optouts/optouts.db") as record:  # the daemons' work of 40 days ago
        record.execute("UPDATE duties SET done_at = done_at - 40 * 86400")
    record.close()
    for key in daily.glob("*-1.key"):
        shutil.copy(key, daily / f"{today - datetime.timedelta(days=40):%Y%m%d}-1.key")
        break
    for path in list(daily.glob("*.key")):
        if path.name.startswith(f"{today - datetime.timedelta(days=40):%Y%m%d}"):
            continue
        path.unlink()
    done = candor.call("keys", "shred", "--expired", check=False)
    assert done.returncode == 75 and b"until the clock is set" in done.stderr, done
    candor.start_milter()
    wait_for("the milter to doubt the clock", lambda: "clock_jumped" in candor.milter.log.read_text(errors="replace"))
    left = [path.name for path in daily.glob("*.key")]
    assert len(left) == 1, f"keys were made or destroyed by a clock that may be wrong: {left}"
    candor.stop()
    said = candor.text("keys", "shred", "--expired", "--force")
    assert "1 daily key destroyed" in said and "the clock counts as right" in said, said
    candor.start_milter()
    wait_for("keys of today", lambda: list(daily.glob(f"{today:%Y%m%d}-1.key")))
    for words in (["--day", "2099-01-01"], ["--day", "yesterday"], [], ["--day", str(today), "--expired"]):
        assert candor.call("keys", "shred", *words, check=False).returncode == 64, words


def holds(folder, recipient):
    """Whether any row of any database below names the person, or the eight bytes lie anywhere in its files."""
    wanted = bytes.fromhex(recipient[:16])
    for path in folder.rglob("*"):
        if path.is_file() and {"events", "spool"} & set(path.parts) and wanted in path.read_bytes():
            return True
        if path.suffix == ".db" and "events" in path.parts:
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            number = int.from_bytes(wanted, "big", signed=True)
            if connection.execute("SELECT 1 FROM events WHERE recipient = ?", (number,)).fetchone():
                return True
            connection.close()
    return False


def opens_as(state, token, recipient):
    """Whether any key of that state, whole or any 32 bytes of it, decrypts the subject to that person."""
    subject, tweak = token[7:23], token[4] & 15
    for path in (state / "keys").rglob("*"):
        if not path.is_file():
            continue
        key = path.read_bytes()
        for at in range(0, len(key) - 31, 16):
            plain = aes_256_decrypt(key[at:at + 32], subject)
            if plain[4:12].hex() == recipient[:16] and plain[0] >> 4 == tweak:
                return True
    return False


def aes_256_decrypt(key, block):
    from lab.process import run
    return run(["openssl", "enc", "-d", "-aes-256-ecb", "-nopad", "-K", key.hex()], stdin=block, check=True).stdout
