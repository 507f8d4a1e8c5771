"""The tracker tests its own opt-out page at its start; the test leaves a record of success and nothing else."""
from lab import mail
from lab.candor import TRACKING_HOST

DUTIES = "SELECT duty FROM duties WHERE controller = 1 ORDER BY duty"


def test(world):
    world.start()
    candor = world.candor
    assert candor.rows("optouts.db", DUTIES) == [(1,), (2,), (3,)], "test, purge and shredding are not all on record"
    assert candor.text("optout", "list").count("\n") == 0, "the test left an opt-out behind"
    assert candor.rows("optouts.db", "SELECT count(*) FROM opt_outs") == [(0,)]
    assert not candor.events() and not candor.clicks_counted(), "the test left an event or a count"
    assert "opt_out_recorded" not in candor.tracker.log.read_text(), "the test was logged as if a person had opted out"
    assert mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c")

    # A day later, as the store tells it: neither old test nor old purge counts.
    for duty, word in ((1, "optout_untested"), (2, "purge_overdue"), (3, "purge_overdue")):
        (old,) = candor.rows("optouts.db", "SELECT done_at FROM duties WHERE duty = ?", duty)
        age(candor, duty, old[0] - 49 * 3600)
        assert not mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c"), f"duty {duty} is overdue"
        said = candor.text("explain", "--from", "news@acme.example", "--to", "ann@us.example")
        assert word in candor.milter.log.read_text() and "untracked" in said, said
        age(candor, duty, old[0])
    assert mail.tokens(world.deliver("ann@us.example").data, TRACKING_HOST, "c")


def age(candor, duty, done_at):
    """Through the tracker, which writes the file."""
    import json
    import socket
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(candor.state / "run/tracker.sock"))
        request = {"ask": "record_duty", "controller": 1, "duty": duty, "done_at": done_at}
        peer.sendall(json.dumps(request).encode() + b"\n")
        assert json.loads(peer.makefile().readline())["ok"]
