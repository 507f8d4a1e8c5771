"""Observe mode decides and logs what would have been done, and changes not one byte."""
from lab import mail, smtp
from lab.world import newsletter

ENCRYPTED = smtp.wire_form(b"From: news@acme.example\nTo: you@example.com\nSubject: sealed\nX-Candor-Campaign: c\n"
                           b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
                           b"Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQAx\n")


def log_of(world):
    return world.candor.milter.log.read_text()


def test(world):
    world.start(mode="observe")
    world.candor.call("optout", "add", "otto@us.example", "--scope", "all")
    for recipient in ("ann@us.example", "fay@fr.example", "dora@de.example", "otto@us.example"):
        data = world.deliver(recipient).data
        header, body = mail.without_trace(data)
        assert (header, body) == mail.split(newsletter()), f"{recipient}: observe mode changed the message"
    log = log_of(world)
    for treatment in ("individual", "untracked", "plaintext"):
        assert f"treatment={treatment}" in log, f"no line about {treatment}"
    data = world.deliver("dora@de.example", ENCRYPTED).data
    assert mail.split(data)[1] == mail.split(ENCRYPTED)[1], "observe mode changed what it would refuse"
    log = log_of(world)
    assert "would=rejected" in log and "would=reject because=encrypted" in log, "no line about what would have been done"
    for word in (" refused ", " suppressed ", " passed_untreated "):
        assert word not in log, f"observe mode says{word}of mail that was delivered"

    world.candor.stop()
    totals = [line for line in log_of(world).splitlines() if " totals " in line][-1]
    assert "messages=5 " in totals and "suppressed=0 unchanged=0 observed=5 refused=0 failed=0" in totals, totals
