"""Every decision is evidence: it says why, fits the body that arrived, and shows what somebody did to it."""
import json
import sqlite3

from lab.process import wait_for


def shown(candor, *words):
    return [json.loads(line) for line in candor.text("decisions", "show", "--json", *words).splitlines()]


def tampered(candor, query):
    """What somebody does who can write the file and has no key."""
    path = next((candor.state / "store/decisions").glob("*.db"))
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(query)
    connection.close()


def verified(candor, *words):
    done = candor.call("decisions", "verify", *words, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test(world):
    world.start()
    candor = world.candor
    candor.call("optout", "add", "otto@us.example", "--scope", "all")
    arrived = world.deliver("ann@us.example").data
    world.deliver("dora@de.example")
    assert not world.send("otto@us.example").ok
    wait_for("three decisions", lambda: len(shown(candor)) == 3)

    message = world.folder / "ann.eml"
    message.write_bytes(arrived)
    ann, = shown(candor, "ann@us.example", "--message", str(message))
    assert (ann["obeyed"], ann["basis"], ann["evidence"], ann["body"]) == (
        "individual", "legitimate_interest", "lia-lab", "matches"), ann
    assert ann["rule"] == "strict-2026/US/with_legitimate_interest" and ann["reasons"], ann
    message.write_bytes(arrived.replace(b"</body>", b"<p>and more</p></body>").replace(b"Turin", b"Milan"))
    assert shown(candor, "ann@us.example", "--message", str(message))[0]["body"] == "differs"
    otto, = shown(candor, "otto@us.example")
    assert (otto["outcome"], otto["rule"]) == ("suppressed", "opt_out"), otto
    assert "individual" in candor.text("decisions", "show", "ann@us.example")

    for words in (["--limit", "0"], ["--since", "yesterday"], ["--recipient", "zz"]):
        assert candor.call("decisions", "show", *words, check=False).returncode == 64, words

    # Erasure goes through the running daemon, and reads as erased.
    assert "1 decision erased" in candor.text("decisions", "erase", "otto@us.example")
    assert not shown(candor, "otto@us.example")
    code, said, complaints = verified(candor)
    assert code == 0 and "chain      whole" in said and "erased     1" in said, said + complaints

    # The end of the chain is in the log of the daemon, and a log that was cut off differs from it.
    candor.stop()
    log = str(candor.folder / "milter.log")
    code, said, complaints = verified(candor, "--heads", log)
    assert code == 0, complaints
    tampered(candor, "UPDATE decisions SET outcome = 3 WHERE number = 1")
    code, said, complaints = verified(candor)
    assert code == 65 and "row 1 was edited" in complaints and "chain      broken" in said, complaints
    tampered(candor, "UPDATE decisions SET outcome = 1 WHERE number = 1")
    assert verified(candor)[0] == 0
    tampered(candor, "DELETE FROM decisions WHERE number > 2")
    (candor.state / "decisions.head").unlink()
    assert verified(candor)[0] == 0, "nobody noted a head: it cannot be known"
    code, said, complaints = verified(candor, "--heads", log)
    assert code == 65 and "rows after 2 are missing" in complaints, complaints
