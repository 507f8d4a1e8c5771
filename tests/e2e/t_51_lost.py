"""What is lost, broken or another user's: nothing starts on it, one line names the file, and the exit code says whose turn it is."""
import os
import shutil
import subprocess

from lab import mail, web
from lab.process import wait_for


def test(world):
    world.start()
    candor = world.candor
    tracker_log = lambda: candor.tracker.log.read_text(errors="replace")
    ann = candor.text("contact", "id", "ann@us.example")

    # --- an undo leaves the database whole, and what an operator removes leaves evidence ---------------
    unsubscribe = mail.field(world.deliver("ann@us.example").data, "List-Unsubscribe")[0].decode()
    unsubscribe = unsubscribe.strip().strip("<>").split(">")[0]
    page = web.request(candor.tracker_port, unsubscribe)
    visit = page.body.split(b'name="page" value="')[1][:16]
    done = web.request(candor.tracker_port, unsubscribe, "POST", b"choice=all&page=" + visit)
    undo = done.body.split(b'name="undo" value="')[1].split(b'"')[0]
    assert web.request(candor.tracker_port, unsubscribe, "POST", b"undo=" + undo).status == 200
    candor.call("optout", "add", "ann@us.example")
    line = f"opt_out recipient={ann} scope=all source=operator"
    wait_for("the tracker's line", lambda: line in tracker_log(), seconds=5)
    candor.call("optout", "remove", "ann@us.example")
    assert f"opt_out_removed recipient={ann} scope=all source=operator" in tracker_log()
    csv = world.folder / "optouts.csv"
    csv.write_text("address\nx@us.example\ny@us.example\n")
    candor.call("optout", "import", csv)
    assert "opt_outs source=import count=2" in tracker_log()
    undone = candor.rows("optouts.db", "SELECT page <> 0, source FROM undone_opt_outs ORDER BY undone_at, page = 0")
    assert undone == [(1, 2), (0, 3)], undone
    assert candor.call("check", check=False).returncode == 0

    # --- input, and where output goes -------------------------------------------------------------------
    csv.write_text("address,jurisdiction\na@b.example,US\nc@b.example,US\nA@b.example,DE\n")
    said = candor.call("contact", "import", csv).stderr.decode()
    assert "optouts.csv: notice: 1 address has several rows" in said, said
    assert "DE" in candor.text("contact", "show", "a@b.example")
    many = world.folder / "many.csv"
    many.write_text("address\n" + "".join(f"p{i}@us.example\n" for i in range(3000)))
    candor.call("optout", "import", many)
    listed = subprocess.Popen([candor.program, "--config", candor.config, "optout", "list"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, restore_signals=False)
    listed.stdout.readline()
    listed.stdout.close()
    assert listed.stderr.read() == b"" and listed.wait() == 74, listed.returncode

    # --- a second daemon says that it waits ---------------------------------------------------------------
    second = candor.call("tracker", check=False)
    assert second.returncode == 75 and b"store_waits" in second.stderr, second
    candor.stop()

    # --- files: each in turn, as it was put back after ----------------------------------------------------
    def refused(code, *words):
        done = candor.call(*words, check=False)
        assert done.returncode == code, f"{words}: exit {done.returncode}: {done.stderr.decode()}"
        return done.stderr.decode()

    def broken(path, change, commands, named):
        kept = world.folder / "kept"
        (shutil.copytree if path.is_dir() else shutil.copy2)(path, kept)
        change(path)
        for command in commands:
            said = refused(78, *command.split())
            assert named in said, said
        assert named in refused(78, "check")
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        kept.replace(path)

    state = candor.state
    broken(state / "store/optouts", shutil.rmtree, ["tracker", "milter"], "optouts/optouts.db")
    for path in (state / "store/people").glob("people.db-*"):
        path.unlink()
    broken(state / "store/people/people.db", lambda path: path.write_bytes(b"garbage" * 999),
           ["milter", "contact show ann@us.example"], "people/people.db")
    link = state / "keys/1/link-001.key"
    broken(link, lambda path: path.chmod(0o644), ["tracker", "milter", "contact show ann@us.example"], "link-001.key")
    broken(link, lambda path: os.truncate(path, 5), ["tracker", "milter"], "link-001.key")
    broken(link, lambda path: path.unlink(), ["tracker", "milter"], "link-001.key")
    broken(state / "keys/recipient.key", lambda path: path.unlink(), ["milter", "contact show ann@us.example"],
           "recipient.key")
    candor.start_tracker()
    candor.start_milter()
    assert world.send("ann@us.example").ok

    # --- as a user who may not ---------------------------------------------------------------------------
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return
    candor.stop()
    theirs = world.folder / "candor"  # the program, where that user reaches it
    shutil.copy2(candor.program, theirs)
    candor.program = "setpriv"
    as_them = ["--reuid=65534", "--regid=65534", "--clear-groups", theirs, "--config", candor.config]
    call = lambda *words: subprocess.run(["setpriv", *map(str, as_them + list(words))], capture_output=True, timeout=60)
    for path in [state, *state.rglob("*")]:
        os.chown(path, 65534, 65534)
    assert call("check").returncode == 0, call("check").stderr.decode()
    csv.chmod(0o600)
    assert call("contact", "import", csv).returncode == 66
    for folder in (state / "keys/1", state / "store/people"):
        os.chown(folder, 0, 65534)
        done = call("check")
        assert done.returncode == 78 and f"chown -R nobody: {folder}".encode() in done.stderr, done.stderr.decode()
        os.chown(folder, 65534, 65534)
