"""Headless Chromium as a camera: one page at a time, no scripts, no network.

Speaks the DevTools protocol over a pair of pipes, so there is no port anybody could reach. Every request of a page
comes here first: the mail itself and the pictures are answered by us, everything else is refused.
"""
import base64
import contextlib
import ctypes
import html
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import zlib

from lab.process import LabError, Skip

ADDRESS = "http://mail.invalid/"
SLICE = 8000  # CSS pixels of height in one screenshot; a texture of Chromium ends at 16,384


def find_chromium():
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    raise Skip("no chromium on the PATH (package chromium)")


def key(url):
    """The same for a URL as it stands in HTML and as Chromium asks for it: escapes and blanks do not count."""
    return re.sub(r"[^A-Za-z0-9]", "", urllib.parse.unquote(html.unescape(url))).lower()


def _png(width, height, pixel):
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 6, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# What a content image looks like: nobody overlooks it. And what an open image is in truth.
PICTURE = _png(60, 40, lambda x, y: b"\xd0\x30\x60\xff" if (x // 5 + y // 5) % 2 else b"\x20\x60\xd0\xff")
NOTHING_TO_SEE = _png(1, 1, lambda x, y: b"\0\0\0\0")


class Browser:
    """One Chromium with a profile of its own; `close` ends it and takes the profile away."""

    def __init__(self, seconds=30.0):
        self.seconds, self.profile = seconds, tempfile.mkdtemp(prefix="candor-visual-")
        try:
            self._start(find_chromium())
        except BaseException:
            shutil.rmtree(self.profile, ignore_errors=True)
            raise

    def _start(self, program):
        command = [program, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}",
                   "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb", "--disable-lcd-text",
                   "--font-render-hinting=none", "--disable-background-networking", "--disable-extensions",
                   "--disable-component-update", "--disable-sync", "--no-first-run", "--no-proxy-server",
                   "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"]
        if os.getuid() == 0:
            command.append("--no-sandbox")
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()

        def fds():
            # Chromium reads from 3 and writes to 4. Above both first, so that neither is overwritten.
            reading, writing = os.dup(theirs_in), os.dup(theirs_out)
            while reading < 5 or writing < 5:
                reading, writing = os.dup(reading), os.dup(writing)
            os.dup2(reading, 3)
            os.dup2(writing, 4)
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, close_fds=False, start_new_session=True,
                                        preexec_fn=fds)
        os.close(theirs_in)
        os.close(theirs_out)
        self.to, self.fro, self.buffer, self.last = ours_out, ours_in, b"", 0

    def close(self):
        try:
            self._send("Browser.close")
            self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            pass
        # Chromium is a family; its session was begun for it, so this ends only what was started here.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(10)
        os.close(self.to)
        os.close(self.fro)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _send(self, method, session=None, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        return self.last

    def _receive(self, end):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fro], [], [], left)[0]:
                raise LabError(f"chromium said nothing for {self.seconds:g} s")
            data = os.read(self.fro, 1 << 20)
            if not data:
                raise LabError("chromium ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _call(self, method, session=None, on_event=None, **params):
        """The result of a command; events that come before it go to `on_event`."""
        number, end = self._send(method, session, **params), time.monotonic() + self.seconds
        while True:
            message = self._receive(end)
            if message.get("id") == number:
                if "error" in message:
                    raise LabError(f"{method}: {message['error'].get('message')}")
                return message["result"]
            if on_event and "method" in message:
                on_event(message)

    def shoot(self, page, content_type, width, unseen=()):
        """Screenshots (PNG, top to bottom) of the bytes `page`, and the URLs it asked for.

        Images whose `key` is in `unseen` are answered with one transparent pixel, all others with PICTURE.
        """
        with self.tab() as session:
            return self._photograph(session, page, content_type, width, unseen)

    @contextlib.contextmanager
    def tab(self):
        """The session of an empty page that shares nothing with any other."""
        context = self._call("Target.createBrowserContext")["browserContextId"]
        try:
            target = self._call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
            yield self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        finally:
            self._call("Target.disposeBrowserContext", browserContextId=context)

    def load(self, call, loaded, on_event):
        """Goes to ADDRESS, whose requests `on_event` answers, until `loaded` holds something; its height."""
        call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        call("Page.enable")
        call("Page.navigate", url=ADDRESS)
        end = time.monotonic() + self.seconds
        while not loaded:
            event = self._receive(end)
            if "method" in event:
                on_event(event)
        return max(1, int(call("Page.getLayoutMetrics")["cssContentSize"]["height"]))

    def _photograph(self, session, page, content_type, width, unseen):
        asked, loaded = [], []

        def answer(event):
            if event["method"] == "Page.loadEventFired":
                loaded.append(True)
            if event["method"] != "Fetch.requestPaused":
                return
            paused = event["params"]
            url, kind = paused["request"]["url"], paused["resourceType"]
            if url == ADDRESS and kind == "Document":
                self._fulfil(session, paused["requestId"], content_type, page)
                return
            asked.append(url)
            if kind == "Image":
                picture = NOTHING_TO_SEE if key(url) in unseen else PICTURE
                self._fulfil(session, paused["requestId"], "image/png", picture)
            else:
                self._send("Fetch.failRequest", session, requestId=paused["requestId"], errorReason="BlockedByClient")

        call = lambda method, **params: self._call(method, session, answer, **params)
        call("Emulation.setScriptExecutionDisabled", value=True)
        call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        call("Animation.enable")
        call("Animation.setPlaybackRate", playbackRate=0)
        height = self.load(call, loaded, answer)
        shots = []
        for top in range(0, height, SLICE):
            clip = {"x": 0, "y": top, "width": width, "height": min(SLICE, height - top), "scale": 1}
            shots.append(base64.b64decode(call("Page.captureScreenshot", format="png", clip=clip,
                                               captureBeyondViewport=True)["data"]))
        return shots, asked

    def _fulfil(self, session, request, content_type, body):
        self._send("Fetch.fulfillRequest", session, requestId=request, responseCode=200,
                   responseHeaders=[{"name": "Content-Type", "value": content_type}],
                   body=base64.b64encode(body).decode())
