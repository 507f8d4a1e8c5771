"""The confirmation page takes back its own opt-out and no other; a request for data is registered once and listed."""
import re

from lab import mail, web


def test(world):
    world.start()
    port = world.candor.tracker_port
    data = world.deliver("ann@us.example").data
    unsubscribe = mail.field(data, "List-Unsubscribe")[0].decode().strip().strip("<>").split(">")[0]
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}

    page = web.request(port, unsubscribe, headers=german)
    assert page.headers["content-language"] == "de" and page.headers["vary"] == "Accept-Language", page
    visit = re.search(rb'name="page" value="([0-9a-f]{16})"', page.body).group(1)
    done = web.request(port, unsubscribe, "POST", b"choice=all&page=" + visit)
    assert done.status == 200 and not world.send("ann@us.example").ok, "the opt-out did not act"
    undo = b"undo=" + re.search(rb'name="undo" value="([^"]+)"', done.body).group(1)

    assert web.request(port, unsubscribe, "POST", undo).status == 200
    assert world.send("ann@us.example").ok, "what was undone still acts"
    log = world.candor.tracker.tail(500)
    assert "opt_out " in log and "opt_out_undone " in log, log
    assert len(world.candor.rows("optouts.db", "SELECT 1 FROM undone_opt_outs")) == 1

    # Made elsewhere meanwhile: the page takes back nothing.
    again = web.request(port, unsubscribe, "POST", b"choice=all&page=" + visit)
    undo = b"undo=" + re.search(rb'name="undo" value="([^"]+)"', again.body).group(1)
    world.candor.call("optout", "add", "ann@us.example")
    assert web.request(port, unsubscribe, "POST", undo).status == 200
    assert not world.send("ann@us.example").ok, "an opt-out made elsewhere was taken back"

    who = world.candor.text("contact", "id", "ann@us.example")
    for _ in range(2):
        assert web.request(port, unsubscribe, "POST", b"request=access").status == 200
    assert world.candor.text("requests", "list").count(who) == 1
    assert "ann@us.example" in world.candor.text("requests", "list", "--addresses")
    world.candor.call("requests", "close", "ann@us.example", "access")
    assert world.candor.text("requests", "list") == "" and who in world.candor.text("requests", "list", "--all")
    assert world.candor.call("requests", "close", who, "access", check=False).returncode == 66

    # A broken theme is refused with file and line, and a good one counts at the next reload.
    theme = world.folder / "theme"
    theme.mkdir()
    (theme / "style.css").write_text("main { color: red }\n@import 'https://x';\n")
    world.candor.configure(tracker=f'theme_dir = "{theme}"\n')
    check = world.candor.call("check", check=False)
    assert check.returncode == 78 and b"style.css:2: @import" in check.stderr, check.stderr
    world.candor.reload(world.candor.tracker)
    assert b"color: red" not in web.request(port, unsubscribe).body, "a faulty theme counted"
    (theme / "style.css").write_text("main { color: red }\n")
    world.candor.reload(world.candor.tracker)
    page = web.request(port, unsubscribe)
    assert b"color: red" in page.body and page.headers["content-security-policy"].count("sha256-") == 1
