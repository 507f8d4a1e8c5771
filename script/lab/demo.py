"""The demo: one newsletter to five people through a real Postfix, a click, an opt-out, told as it happens.

Run by script/demo. Every claim it prints is read off the mails that arrived, the tracker's answers and the
store; where one does not hold, the demo says so and fails.
"""
import argparse
import csv
import json
import os
import re
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from . import mail, terminal, web
from .candor import CONTACTS, ROOT, TRACKING_HOST
from .process import LabError, Skip
from .terminal import pair, say
from .world import Interrupted, World, as_root, newsletter

EXPECTED = ("individual", "aggregate", "untracked", "plaintext", "suppressed")
NAMES = {"US": "United States", "IT": "Italy", "FR": "France", "DE": "Germany"}


class Surprise(Exception):
    """Something is not as this program promises."""


def holds(condition, text):
    if not condition:
        raise Surprise(text)


def five_people(contacts):
    """US, IT, FR, DE and one more who will have opted out, from the rows of a contacts file."""
    rows = [row for row in csv.DictReader(line for line in contacts.splitlines() if not line.startswith("#"))
            if row["class"] == "b2b" and not row.get("segments", "").strip()]
    chosen = []
    for country in ("US", "IT", "FR", "DE"):
        of_country = [row for row in rows if row["jurisdiction"] == country]
        holds(of_country, f"the contacts have no b2b row for {country}")
        chosen.append(of_country[0])
    rest = [row for row in rows if row not in chosen]
    named = [row for row in rest if "opt" in row["address"] or row["jurisdiction"] == "US"]
    holds(rest, "the contacts have no fifth b2b row")
    chosen.append((named or rest)[0])
    return [(row["address"], row["jurisdiction"]) for row in chosen]


def own_configuration(world, candor_port, tracker_port):
    """examples/candor.toml, unchanged but for where the state lies, who listens where, and that a click may come
    at once: nobody waits here as long as a person takes to open a mail."""
    folder = world.folder / "etc"
    shutil.copytree(ROOT / "examples", folder)
    path = folder / "candor.toml"
    wanted = {("", "state_dir"): str(world.folder / "state"),
              ("milter", "socket"): f"inet:127.0.0.1:{candor_port}",
              ("tracker", "listen"): f"127.0.0.1:{tracker_port}",
              ("tracker", "too_fast_seconds"): 0,
              ("log", "to"): "stderr"}
    section, lines = "", []
    for line in path.read_text().splitlines():
        if match := re.match(r"\s*\[+([^\]]*)\]+", line):
            lines += [f"{key} = {json.dumps(wanted.pop((of, key)))}" for of, key in list(wanted) if of == section]
            section = match.group(1).strip()
        elif match := re.match(r"\s*(\w+)\s*=", line):
            value = wanted.pop((section, match.group(1)), None)
            if value is not None:
                line = f"{match.group(1)} = {json.dumps(value)}"
        lines.append(line)
    lines += [f"{key} = {json.dumps(wanted.pop((of, key)))}" for of, key in list(wanted) if of == section]
    for of, key in wanted:
        lines += [f"[{of}]", f"{key} = {json.dumps(wanted[of, key])}"]
    path.write_text("\n".join(lines) + "\n")
    return path


def what_changed(original, arrived):
    """(treatment or None for a tracked one, a few words): what the mail that arrived shows."""
    tracked = [link for link in mail.hrefs(arrived) if f"//{TRACKING_HOST}/c/" in link]
    gone = [src for src in mail.image_sources(original) if src not in mail.image_sources(arrived)]
    if not mail.parts(arrived, "text/html"):
        return "plaintext", "text only, no HTML"
    pixels = f"{len(gone)} pixel removed"
    if not tracked:
        return "untracked", pixels
    return None, f"{len(tracked)} links{{}}, {pixels}"


MEANINGS = (("individual", f"links lead to {TRACKING_HOST}, each with a token of this person's own"),
            ("aggregate", "the same, but every recipient has the very same links: only sums can be counted"),
            ("untracked", "links as written; the tracking pixel of the sending service is taken out"),
            ("plaintext", "only the text goes out: no HTML, nothing that loads from anywhere"),
            ("suppressed", "the person opted out: the mail server is told 550 and nothing leaves"))


def short_link(link):
    return terminal.shortened(link.split("//", 1)[1], 44)


class Demo:
    def __init__(self, world):
        self.world = world
        self.sent_at = time.monotonic()

    def start(self):
        world = self.world
        world.start(milter=False, tracker=False, contacts=False)
        candor = world.candor
        if (ROOT / "examples/candor.toml").is_file():
            candor.state = world.folder / "state"
            candor.config = own_configuration(world, candor.milter_port, candor.tracker_port)
        contacts = ROOT / "examples/contacts.csv"
        text = contacts.read_text() if contacts.is_file() else CONTACTS
        self.people = five_people(text)
        candor.import_contacts(text)
        candor.start_milter()
        candor.start_tracker()
        opted_out = self.people[4][0]
        candor.call("optout", "add", opted_out, "--scope", "all")

    def send_newsletter(self):
        terminal.heading(1, "One newsletter, five people")
        rows, self.arrived = [], {}
        for (address, country), expected in zip(self.people, EXPECTED):
            decision = self.explain(address)
            sent = self.world.send(address)
            if sent.ok:
                data = self.world.sink.wait_for(address).data
                self.arrived[address] = data
                treatment, words = what_changed(newsletter(), data)
                if treatment is None:
                    treatment, words = self.tracked(address, words)
            else:
                reply = next(iter(sent.recipients.values()))
                treatment, words = "suppressed", f"refused, {reply.code}"
            holds(treatment == expected, f"{address} got {treatment}, expected was {expected}")
            holds(decision["treatment"] == treatment, f"{address}: decided {decision['treatment']}, sent {treatment}")
            rows.append((address, decision.get("jurisdiction") or country, treatment, decision["rule"], words))
        terminal.table(("recipient", "where", "treatment", "rule", "what changed"), rows,
                       lambda row: row[2])
        print()
        for treatment, meaning in MEANINGS:
            pair(treatment, meaning, None)

    def explain(self, address):
        path = self.world.folder / "newsletter.eml"
        path.write_bytes(newsletter())
        text = self.world.candor.text("explain", "--json", "--from", "news@acme.example", "--to", address, path)
        found = json.loads(text)
        return found[0] if isinstance(found, list) else found

    def tracked(self, address, words):
        """Individual or aggregate: what does a link of this mail open to?"""
        link = next(link for link in mail.hrefs(self.arrived[address]) if f"//{TRACKING_HOST}/c/" in link)
        opened = self.world.candor.text("token", "open", link.rsplit("/", 1)[1]).lower()
        if "aggregate" in opened:
            return "aggregate", words.format(" shared by all")
        return "individual", words.format(", a token each")

    def click(self):
        terminal.heading(2, "The first person clicks")
        address = self.people[0][0]
        self.link = [link for link in mail.hrefs(self.arrived[address]) if "/c/" in link][1]
        original = [link for link in mail.hrefs(newsletter()) if link.startswith("https:")][1]
        answer = web.request(self.world.candor.tracker_port, self.link)
        holds(answer.status == 302 and answer.location == original, f"the click was answered {answer}")
        self.world.candor.wait_for_clicks(1)
        (event,) = self.world.candor.events()
        me = self.world.candor.text("contact", "id", address)[:16]
        holds(event[1] == me, "the event names somebody else")
        holds(event[3] == 1, "the click of a person counts as a machine's")
        pair("link", short_link(self.link))
        pair("answer", f"302 to {answer.location}")
        pair("stored", f"campaign {event[0]}, link {event[2]}, by a person, "
                       f"recipient {event[1]} (a keyed hash, no address)")

    def opt_out(self):
        terminal.heading(3, "The first person opts out with one click (RFC 8058)")
        address = self.people[0][0]
        candor = self.world.candor
        field = mail.field(self.arrived[address], "List-Unsubscribe")[0].decode()
        unsubscribe = re.search(r"<(https://[^>]+)>", field.replace("\n", "")).group(1)
        page = web.request(candor.tracker_port, unsubscribe)
        holds(page.status == 200, f"the page was answered {page.status}")
        holds(not candor.text("optout", "list").count(candor.text("contact", "id", address)),
              "looking at the page opted out")
        answer = web.one_click(candor.tracker_port, unsubscribe)
        holds(answer.status == 200, f"the one-click POST was answered {answer.status}")
        pair("POST", f"{short_link(unsubscribe)}  {answer.status}")

        again = web.request(candor.tracker_port, self.link)
        candor.wait_for_clicks(2)
        holds(again.status == 302, "the link died with the opt-out")
        holds(len(candor.events()) == 1, "the click after the opt-out was recorded with the person")
        pair("same link", f"302 to {again.location}")
        pair("stored", "the count went to 2; no new event: nobody knows any more who clicked")

        sent = self.world.send(address)
        holds(not sent.ok, "the next mail was not suppressed")
        reply = next(iter(sent.recipients.values()))
        pair("next mail", f"{reply.code} {reply.text}".replace(f"<{address}>: ", ""))

    def places(self, keeper):
        folder, candor = self.world.folder, self.world.candor
        terminal.heading(4, "Still running; look around")
        pair("mails", f"{folder}/arrived/*.eml")
        pair("logs", f"{candor.milter.log}  {candor.tracker.log}  {self.world.mta.log}")
        pair("store", f"{candor.state}")
        pair("settings", f"{candor.config}")
        pair("send mail", f"SMTP on 127.0.0.1:{self.world.mta.port} from news@acme.example")
        pair("tracker", f"http://127.0.0.1:{candor.tracker_port}/ (Host: {TRACKING_HOST})")
        pair("programs", f"milter {candor.milter.pid}, tracker {candor.tracker.pid}, Postfix {self.world.mta.master()}")
        pair("stop", f"kill {keeper}      (ends them all and removes the folder)")


def perform(keep, told):
    """The whole demo; 0 when everything was as promised. `told` is called when the story has been told."""
    world = World("demo")
    try:
        with world:
            try:
                demo = Demo(world)
                demo.start()
                say(f"A private Postfix, candor milter and candor tracker run in {world.folder}", "soft")
                demo.send_newsletter()
                demo.click()
                demo.opt_out()
                print()
                if keep:
                    demo.places(os.getpid())
                    told(0)
                    while True:
                        signal.pause()
                say("All of it was real: every line above was read off a mail, an answer or the store.", "good")
                say("Nothing is left running. script/demo --keep leaves it up to look around.", "soft")
                return 0
            except Interrupted:
                raise
            except BrokenPipeError:  # nobody reads any more, e.g. `script/demo | head`
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            except Skip as why:
                print(f"demo: {why}", file=sys.stderr)
            except Exception as error:
                text = str(error) if isinstance(error, (Surprise, LabError)) else traceback.format_exc()
                print(f"\ndemo: {text}\n{world.logs()}", file=sys.stderr)
            return 1
    except Interrupted:
        if not keep:
            print("\ninterrupted; everything that was started has been ended", file=sys.stderr)
        return 130
    finally:
        world.remove()


def perform_and_stay():
    """The story is told by a child that stays behind; this process returns when it has been told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setsid()

        def told(status):
            sys.stdout.flush()
            os.write(writing, bytes([status]))
            os.close(writing)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)

        os._exit(perform(True, told))
    os.close(writing)
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, lambda *_: os.kill(child, signal.SIGTERM))
    answer = os.read(reading, 1)
    return answer[0] if answer else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main():
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="leave everything running, and say where to look")
    keep = parser.parse_args().keep
    sys.stdout.flush()
    return perform_and_stay() if keep else perform(False, None)


if __name__ == "__main__":
    as_root()
    sys.exit(main())
