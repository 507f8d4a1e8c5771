"""`candor check` on a file with ten faults prints ten lines with file and line and exits 78."""
import re
from datetime import datetime, timedelta, timezone

FAULTS = """\
mode = "enfroce"
[milter]
sokcet = "inet:127.0.0.1:1"
max_parts = 0
[tracker]
listen = "nowhere"
threads = 1000
[log]
level = "loud"
[policy]
default_jurisdiction = "XYZ"
cohort_threshold = 1
[[controller]]
name = "acme"
number = 1
domains = ["acme.example"]
tracking_host = "https://go.acme.example/"
privacy_notice_url = "http://www.acme.example/privacy"
"""


def test(world):
    world.start(milter=False, tracker=False)
    assert world.candor.call("check", check=False).returncode == 0, world.candor.call("check", check=False).stderr
    good = world.candor.config
    path = world.folder / "faulty.toml"
    path.write_text(FAULTS)
    world.candor.config = path
    done = world.candor.call("check", check=False)
    lines = [line for line in (done.stdout + done.stderr).decode().splitlines() if "faulty.toml:" in line]
    assert done.returncode == 78, f"exit {done.returncode}: {done.stderr.decode()}"
    assert len(lines) == 10, f"{len(lines)} lines:\n" + "\n".join(lines)
    for line in lines:
        assert re.search(r"faulty\.toml:\d+: \S", line), line
    assert len({re.search(r":(\d+):", line).group(1) for line in lines}) == 10, "two faults on one line"
    everything = (done.stdout + done.stderr).decode().splitlines()
    assert everything == lines, f"more than the faults is said:\n" + "\n".join(everything)
    # Nor of a file that cannot be read: nobody knows what it would have named.
    world.candor.config = world.folder / "absent.toml"
    done = world.candor.call("check", check=False)
    said = done.stderr.decode().splitlines()
    assert len(said) == 1 and said[0].endswith("absent.toml: No such file or directory"), said

    # What stops tracking, or soon will, is said before the mail goes out.
    world.candor.config = good
    notice = world.candor.folder / "evidence" / "privacy-notice.toml"
    attested = notice.read_text()
    notice.write_text(attested.replace("/privacy", "/old"))
    said = world.candor.call("check").stderr.decode()
    assert re.search(r"candor\.toml:\d+: warning: nothing of controller `acme` is tracked: The attestation in "
                     r"\S+privacy-notice\.toml is of https://www\.acme\.example/old", said), said
    in_a_week = datetime.now(timezone.utc).date() + timedelta(days=7)
    notice.write_text(attested.replace("2027-08-31", str(in_a_week)))
    said = world.candor.call("check").stderr.decode()
    assert (f"privacy-notice.toml:8: warning: the attestation of the privacy notice ends on {in_a_week}: "
            "from then on nothing of controller `acme` is tracked") in said, said
    notice.write_text(attested)
    good_text = good.read_text()
    good.write_text(re.sub("evidence_dir = .*", "", good_text))
    said = world.candor.call("check").stderr.decode()
    assert "candor.toml: warning: no policy.evidence_dir: " in said and ":0:" not in said, said
    good.write_text(good_text)

    # The mail server's side, by its own reader of the file.
    world.candor.config = good
    postfix = world.folder / "postfix-side"
    postfix.mkdir()
    (postfix / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    signer = world.folder / "signer.conf"
    signer.write_text("Socket inet:1@localhost\n")
    (postfix / "main.cf").write_text(
        f"compatibility_level = 3.6\nsmtpd_milters = inet:localhost:1,\n  {world.candor.socket}\n"
        "non_smtpd_milters = $smtpd_milters\nmilter_default_action = accept\n")
    done = world.candor.call("check", "--postfix", postfix, "--opendkim", signer, check=False)
    said = done.stderr.decode()
    assert done.returncode == 78, said
    assert "main.cf:2: smtpd_milters: the signer inet:localhost:1 stands before Candor" in said, said
    assert "main.cf:5: milter_default_action lets mail pass untreated" in said, said
    assert "signer.conf: warning: List-Unsubscribe-Post is not signed" in said, said
    (postfix / "main.cf").write_text(
        f"compatibility_level = 3.6\nsmtpd_milters = {world.candor.socket}, inet:localhost:1\n"
        "non_smtpd_milters = $smtpd_milters\n")
    signer.write_text("Socket inet:1@localhost\nSignHeaders *,+List-Unsubscribe-Post\n")
    done = world.candor.call("check", "--postfix", postfix / "main.cf", "--opendkim", signer, check=False)
    assert done.returncode == 0 and "postfix-side" not in done.stderr.decode(), done.stderr.decode()
