"""A store that cannot answer is a 4xx: nothing leaks, nothing is lost, and mail flows when it is back."""
import sqlite3

from lab.process import LabError


def codes(sent):
    replies = [*sent.recipients.values(), sent.mail] + ([sent.data] if sent.data else [])
    return [reply.code for reply in replies if not reply.ok]


def test(world):
    world.start()
    candor = world.candor
    candor.call("optout", "add", "otto@us.example", "--scope", "all")
    candor.tracker.stop()
    candor.milter.stop()
    saved = {}
    for path in sorted(candor.state.rglob("*.db")):
        with sqlite3.connect(path) as connection:  # nothing may wait in a -wal
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        saved[path] = path.read_bytes()

    def damaged(names):
        for path, data in saved.items():
            path.write_bytes(b"not a database" * 100 if names in str(path) else data)
            for side in ("-wal", "-shm"):
                path.with_name(path.name + side).unlink(missing_ok=True)

    for names in ("people", "opt"):
        assert any(names in str(path) for path in saved), list(saved)
        damaged(names)
        try:
            candor.start_milter()
        except LabError:
            pass  # it may refuse to start; Postfix answers 4xx for it
        for recipient in ("ann@us.example", "otto@us.example", "stranger@fr.example"):
            refused = codes(world.send(recipient))
            assert refused and all(400 <= code < 500 for code in refused), f"{names}: {recipient}: {refused}"
        candor.milter.stop()
    assert not world.sink.all(), "mail left without a decision"

    damaged("nothing")
    candor.start_milter()
    world.deliver("ann@us.example")
    assert not world.send("otto@us.example").ok, "the opt-out was lost"
