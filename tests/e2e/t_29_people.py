"""People come and go as CSV while both daemons run: row by row, all or nothing, one mailbox by the rules."""
import resource

from lab import mail
from lab.candor import TRACKING_HOST

ADDRESSES = """[addresses]
plus_tags = "drop"
"""
CONSENT = "address,purpose,given_at,method,source,text_version\n"


def many(path, count):
    with open(path, "w", newline="") as out:
        out.write("source,address,gpc,jurisdiction,subdivision,class\r\n")
        for i in range(count):
            out.write(f'"crm, ""{i}""\nnight",person.{i}@firm{i % 997}.example,,US,CA,b2b\r\n')
    return path


def peak_kilobytes(world, path):
    """The most memory that any command of ours has needed so far, after importing `path`."""
    world.candor.call("contact", "import", path, seconds=90)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def test(world):
    world.start()
    candor = world.candor
    candor.config.write_text(candor.config.read_text() + "\n" + ADDRESSES)
    candor.reload(candor.milter)
    candor.import_contacts()

    # Memory: what three batches need, one and a half need too, on both sides of the control socket.
    daemon = f"/proc/{candor.milter.pid}/status"
    small = peak_kilobytes(world, many(world.folder / "small.csv", 60_000))
    small_daemon = high_water(daemon)
    large = peak_kilobytes(world, many(world.folder / "large.csv", 130_000))
    assert large < small * 1.2, f"the import took {small} KB, then {large} KB"
    assert high_water(daemon) < small_daemon * 1.3, f"the milter took {small_daemon} KB, then {high_water(daemon)} KB"

    # The same again is the same state, and so is what comes out.
    out = candor.call("contact", "export").stdout
    assert out.count(b"person.") == 130_000
    back = world.folder / "back.csv"
    back.write_bytes(out)
    candor.call("contact", "import", back, seconds=90)
    assert candor.call("contact", "export").stdout == out

    # One faulty line among many: nothing of the file is written, no cell is repeated.
    broken = world.folder / "broken.csv"
    broken.write_text("address,jurisdiction\nnew@x.example,US\nnobody-leak,US\n")
    done = candor.call("contact", "import", broken, check=False)
    assert done.returncode == 65 and b":3: not an e-mail address" in done.stderr and b"leak" not in done.stderr, done
    assert "no contact row" in candor.text("contact", "show", "new@x.example")

    # A consent, its withdrawal, and an older file that does not undo it.
    consent = world.folder / "consent.csv"
    consent.write_text(CONSENT + "claire@fr.example,click,2026-01-02,double-opt-in,https://acme.example/f,v1\n")
    candor.call("consent", "import", consent)
    assert mail.tokens(world.deliver("claire@fr.example").data, TRACKING_HOST, "c"), "with consent nothing was tracked"
    candor.call("consent", "withdraw", "claire@fr.example", "--purpose", "click")
    candor.call("consent", "import", consent)
    assert not mail.tokens(world.deliver("claire@fr.example").data, TRACKING_HOST, "c"), "tracked after a withdrawal"
    assert "withdrawn  -" not in candor.text("consent", "show", "claire@fr.example")

    # Many opt-outs go through the tracker's socket; the rules find the mailbox behind a tag.
    gone = world.folder / "gone.csv"
    gone.write_text("address,scope\n" + "".join(f"person.{i}+news@firm{i % 997}.example,all\n" for i in range(6_000)))
    candor.call("optout", "import", gone, seconds=90)
    assert not list(candor.state.rglob("optouts.journal")), "a whole import waits in the journal of single opt-outs"
    assert world.send("person.17+sale@firm17.example").recipients["person.17+sale@firm17.example"].code == 550
    exported = candor.call("optout", "export").stdout
    assert exported.count(b",all,") == 6_000 and b"person.17@firm17.example" in exported


def high_water(status):
    with open(status) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
