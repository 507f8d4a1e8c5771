"""From a clone, without root, daemon or MTA: `candor rewrite` with the example configuration and a directory."""
import json

from lab import mail
from lab.candor import ROOT, TRACKING_HOST, program
from lab.process import run
from lab.world import NEWSLETTER


def test(world):
    state, example = world.folder / "try", ROOT / "examples/candor.toml"

    def candor(*words, code=0):
        done = run([program(), *words])
        assert done.returncode == code, f"exit {done.returncode}: {done.stderr.decode()}"
        return done

    common = ("--config", example, "--state", state)
    done = candor("rewrite", *common, "--from", "news@acme.example", "--to", "you@example.it", "--explain", NEWSLETTER)
    decision = json.loads(done.stderr)
    for key in ("treatment", "jurisdiction", "stream", "basis", "rule", "reasons", "links_rewritten"):
        assert key in decision, f"{key} is not in the decision"
    assert decision["treatment"] == "untracked" and decision["stream"] == "newsletter", decision
    assert not mail.tokens(done.stdout, TRACKING_HOST, "c")

    candor(*common, "contact", "import", ROOT / "examples/contacts.csv")
    rows = (ROOT / "examples/contacts.csv").read_text().splitlines()
    us = next(row.split(",")[0] for row in rows if ",US,b2b" in row)
    done = candor("rewrite", *common, "--from", "news@acme.example", "--to", us, "--explain", NEWSLETTER)
    decision = json.loads(done.stderr)
    assert decision["treatment"] == "individual" and decision["links_rewritten"] >= 10, decision
    assert all(isinstance(reason, str) for reason in decision["reasons"])

    for treatment in ("aggregate", "untracked", "plaintext", "suppressed"):
        done = candor("rewrite", *common, "--from", "news@acme.example", "--to", us, "--treatment", treatment, NEWSLETTER)
        assert bool(done.stdout) == (treatment != "suppressed"), treatment
    words = candor("explain", *common, "--from", "news@acme.example", "--to", us, NEWSLETTER).stdout.decode()
    assert "individual" in words and us not in words, words
    candor("check", "--config", example, "--state", state)
    assert "Germany" in candor("policy", "table", "--config", example).stdout.decode()
    assert mail.hrefs(done.stdout) == []
