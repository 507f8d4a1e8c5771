"""A commit of an opt-out hangs on its disk: clicks, pages and other opt-outs are answered meanwhile, by one thread."""
import concurrent.futures
import os

from lab import mail, web
from lab.candor import TRACKING_HOST
from lab.process import Skip, wait_for


def test(world):
    library = os.environ.get("HELD_SYNC", "")
    if not os.path.exists(library):
        raise Skip("HELD_SYNC does not name the library that holds syncs up, or it is not built")
    world.start()
    candor = world.candor
    candor.tracker.stop()
    candor.configure(tracker="threads = 1")
    flag = candor.folder / "hold"
    candor.start_tracker(under=("env", f"LD_PRELOAD={library}", f"HELD_SYNC_WHILE={flag}"))
    port = candor.tracker_port
    links = {name: mail.hrefs(world.deliver(f"{name}@us.example").data) for name in ("ann", "bob")}
    first = lambda name, kind: next(link for link in links[name] if f"{TRACKING_HOST}/{kind}/" in link)
    on_record = lambda: len(candor.rows("optouts.db", "SELECT 1 FROM opt_outs WHERE scope = 1"))

    flag.touch()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        try:
            held = pool.submit(web.one_click, port, first("ann", "u"), seconds=60)
            wait_for("ann's commit to wait for the disk", (candor.folder / "hold.met").exists)
            for name in ("ann", "bob"):
                assert web.request(port, first(name, "c"), seconds=10).status == 302
                assert web.request(port, first(name, "u"), seconds=10).status == 200
            assert web.one_click(port, first("bob", "u"), seconds=10).status == 200
            assert not world.send("bob@us.example").ok, "an opt-out in the journal is not obeyed"
            assert not held.done(), "it was answered before it was on disk"
        finally:
            flag.unlink()
        assert held.result().status == 200
    assert not world.send("ann@us.example").ok
    wait_for("both on record", lambda: on_record() == 2)
