#!/usr/bin/env python3
"""The pages recipients see, in headless Chromium: axe finds nothing, nothing scrolls sideways, the style counts.

  run.py              every page, in English, German and Japanese, wide and narrow, light and dark
  run.py --out DIR    keeps the screenshots

Needs Chromium and axe-core (`npm install --no-save axe-core` in the clone, or CANDOR_AXE=.../axe.min.js).
Exit 0 all is well, 1 something is wrong, 77 skipped with the reason.
"""
import argparse
import base64
import json
import os
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent / "visual"), str(ROOT / "script")]

from browser import ADDRESS, Browser  # noqa: E402
from lab import web  # noqa: E402
from lab.candor import Candor  # noqa: E402
from lab.process import LabError, Skip  # noqa: E402

MESSAGE = (b"From: Acme News <news@acme.example>\r\nTo: ann@us.example\r\nSubject: News\r\nDate: Mon, 23 Nov 2026 "
           b"12:00:00 +0000\r\nMessage-ID: <1@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; "
           b"charset=utf-8\r\n\r\n<p>Hello</p><p><a href=\"https://www.acme.example/x\">Offer</a></p><p>"
           b"<a href=\"candor:unsubscribe\">Unsubscribe</a> <a href=\"candor:stop-tracking\">No tracking</a> "
           b"<a href=\"candor:privacy\">Privacy</a></p>\r\n")
LANGUAGES = ("en", "de", "ja")
VIEWS = (("wide", 1100, False), ("phone", 360, False), ("wide-dark", 1100, True), ("phone-dark", 360, True))
# Sees more than WCAG asks; what it only suggests is reported, what it calls serious or critical is a fault.
AXE = """new Promise(done => axe.run(document, {resultTypes: ["violations"]}).then(found => done(JSON.stringify(
    found.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.target.join(" ")).join(", ")])))))"""
LAYOUT = """[document.documentElement.scrollWidth, innerWidth, getComputedStyle(document.querySelector("main")).maxWidth,
    [...document.querySelectorAll("button, .choice")].every(e => e.getBoundingClientRect().height >= 44)]"""


def axe():
    for path in (os.environ.get("CANDOR_AXE"), ROOT / "node_modules/axe-core/axe.min.js"):
        if path and Path(path).is_file():
            return Path(path).read_text()
    raise Skip("no axe-core (npm install --no-save axe-core, or CANDOR_AXE=FILE)")


class PageBrowser(Browser):
    """Shows what the tracker answered, with its headers, and looks at it."""

    def examine(self, answer, width, dark, script):
        with self.tab() as session:
            return self._examine(session, answer, width, dark, script)

    def _examine(self, session, answer, width, dark, script):
        asked, loaded = [], []

        def react(event):
            if event["method"] == "Page.loadEventFired":
                loaded.append(True)
            if event["method"] != "Fetch.requestPaused":
                return
            paused = event["params"]
            if paused["request"]["url"] != ADDRESS:
                asked.append(paused["request"]["url"])
                self._send("Fetch.failRequest", session, requestId=paused["requestId"], errorReason="BlockedByClient")
                return
            headers = [{"name": name, "value": value} for name, value in answer.headers.items()]
            self._send("Fetch.fulfillRequest", session, requestId=paused["requestId"], responseCode=answer.status,
                       responseHeaders=headers, body=base64.b64encode(answer.body).decode())

        call = lambda method, **params: self._call(method, session, react, **params)
        evaluate = lambda expression: call("Runtime.evaluate", expression=expression, awaitPromise=True,
                                           returnByValue=True)["result"].get("value")
        call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
        call("Emulation.setEmulatedMedia",
             features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        height = self.load(call, loaded, react)
        layout = evaluate(LAYOUT)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = base64.b64decode(call("Page.captureScreenshot", format="png", clip=clip,
                                     captureBeyondViewport=True)["data"])
        evaluate(script + ";0")
        return shot, layout, evaluate(AXE), asked


def check_the_eye(browser, script):
    """What is wrong on purpose is found: otherwise nothing found would say nothing."""
    bad = (b"<!DOCTYPE html><html lang=en><title>t</title><main style='color:#aaa'><h1>t</h1><img src=/x.png>"
           b"<p>grey on white</p><button>x</button><div style='width:2000px'>wide</div></main>")
    answer = web.Answer(200, {"content-type": "text/html"}, bad)
    _, (scroll, inner, measure, tall), found, asked = browser.examine(answer, 360, False, script)
    rules = {rule for _, rule, _ in json.loads(found)}
    assert {"image-alt", "color-contrast"} <= rules, f"axe found only {rules}"
    assert scroll > inner and measure == "none" and not tall, "the layout is not measured"
    assert any(url.endswith("/x.png") for url in asked), "a request is not seen"


def pages(candor, language):
    """(name, Answer) of everything a recipient can come to see."""
    data, _ = candor.rewrite(MESSAGE, "news@acme.example", "ann@us.example")
    links = re.findall(rb"https://[^\"> ]*/u/[A-Za-z0-9_-]+", data.replace(b"=\r\n", b"").replace(b"=3D", b"="))
    kinds = {}
    ask = lambda link, method="GET", body=None: web.request(candor.tracker_port, link, method, body,
                                                            {"Accept-Language": language})
    for link in dict.fromkeys(link.decode() for link in links):
        answer = ask(link)
        name = ("privacy" if b'name="request"' in answer.body else
                "tracking" if re.search(rb'value="tracking"[^>]* checked', answer.body) else "unsubscribe")
        kinds[name] = (link, answer)
    if len(kinds) != 3:
        raise LabError(f"the mail has opt-out links for {sorted(kinds)} only")
    for name, (_, answer) in sorted(kinds.items()):
        yield name, answer
    link = kinds["unsubscribe"][0]
    yield "missing", ask(link, "POST", b"")
    for choice in (b"tracking", b"all"):
        done = ask(link, "POST", b"choice=" + choice)
        yield "done-" + choice.decode(), done
    undo = re.search(rb'name="undo" value="([^"]+)"', done.body).group(1)
    yield "undone", ask(link, "POST", b"undo=" + undo)
    yield "asked", ask(kinds["privacy"][0], "POST", b"request=access")
    yield "bad-opt-out", ask(link[:-8])
    yield "bad-link", ask(link.replace("/u/", "/c/"))
    yield "no-page", ask(link.split("/u/")[0] + "/x")
    yield "method", ask(link.split("/u/")[0] + "/healthz", "POST", b"")


def check(browser, script, name, answer, language, view, out):
    label, width, dark = view
    shot, layout, found, asked = browser.examine(answer, width, dark, script)
    if out:
        (out / f"{name}-{language}-{label}.png").write_bytes(shot)
    wrong = []
    if layout is None or found is None:
        return ["the page could not be examined"]
    scroll, inner, measure, tall = layout
    if scroll > inner:
        wrong.append(f"scrolls sideways: {scroll} px in a window of {inner}")
    if measure == "none":
        wrong.append("the style is not in force: does its digest fit?")
    if not tall:
        wrong.append("something to press is lower than 44 px")
    if requests := [url for url in asked if not url.endswith("/favicon.ico")]:
        wrong.append(f"asks for {requests}")
    if f'lang="{language}"'.encode() not in answer.body:
        wrong.append(f"is not in {language}")
    for impact, rule, where in json.loads(found):
        wrong.append(f"axe: {impact}: {rule} at {where}")
    return wrong


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--out", type=Path)
    out = words.parse_args().out
    if out:
        out.mkdir(parents=True, exist_ok=True)
    script, browser, faults, seen = axe(), PageBrowser(), 0, 0
    try:
        check_the_eye(browser, script)
        with tempfile.TemporaryDirectory(prefix="candor-pages-") as folder:
            candor = Candor(folder)
            candor.call("optout", "list")  # makes the keys
            candor.import_contacts()
            candor.start_tracker()
            try:
                for language in LANGUAGES:
                    for name, answer in pages(candor, language):
                        for view in VIEWS:
                            seen += 1
                            for wrong in check(browser, script, name, answer, language, view, out):
                                faults += 1
                                print(f"{name} {language} {view[0]}: {wrong}")
            finally:
                candor.stop()
    finally:
        browser.close()
    print(f"{seen} pages seen, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as skip:
        print(f"skipped: {skip}")
        sys.exit(77)
    except LabError as error:
        print(f"error: {error}")
        sys.exit(1)
