"""An SMTP server that accepts everything and keeps it byte for byte, with the envelope."""
import itertools
import socketserver
import threading
from dataclasses import dataclass
from pathlib import Path

from .process import LabError


@dataclass(frozen=True)
class Arrived:
    """One message as it came over the wire, dots unstuffed, nothing else changed."""
    number: int
    sender: str
    recipients: tuple
    data: bytes
    path: Path


class Sink:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._arrived = []  # guarded by _changed
        sink = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    sink._converse(self.rfile, self.wfile)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # a client may hang up whenever it likes

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Session)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def all(self):
        with self._changed:
            return list(self._arrived)

    def wait(self, count, seconds=20.0):
        """All messages, as soon as there are `count`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._arrived) >= count, seconds):
                raise LabError(f"waited {seconds:g} s for message {count}; {len(self._arrived)} arrived")
            return list(self._arrived)

    def wait_for(self, recipient, seconds=20.0, after=0):
        """The first message to `recipient` with a number above `after`."""
        def found():
            return [m for m in self._arrived if recipient in m.recipients and m.number > after]
        with self._changed:
            if not self._changed.wait_for(found, seconds):
                raise LabError(f"waited {seconds:g} s for a message to {recipient}; arrived: "
                               f"{[m.recipients for m in self._arrived]}")
            return found()[0]

    def _keep(self, sender, recipients, data):
        with self._changed:
            number = next(self._numbers)
            path = self.folder / f"{number:02d}.eml"
            path.write_bytes(data)
            (self.folder / f"{number:02d}.env").write_text(f"{sender}\n" + "\n".join(recipients) + "\n")
            self._arrived.append(Arrived(number, sender, tuple(recipients), data, path))
            self._changed.notify_all()
            return number

    def _converse(self, lines, out):
        def say(*texts):
            for index, text in enumerate(texts):
                mark = " " if index == len(texts) - 1 else "-"
                out.write(f"{text[:3]}{mark}{text[4:]}\r\n".encode())

        say("220 sink.example")
        sender, recipients = "", []
        for line in iter(lines.readline, b""):
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                say("250 sink.example", "250 PIPELINING", "250 8BITMIME", "250 SMTPUTF8",
                    "250 SIZE 104857600", "250 ENHANCEDSTATUSCODES")
            elif verb == b"MAIL":
                sender, recipients = _address(line), []
                say("250 2.1.0 ok")
            elif verb == b"RCPT":
                recipients.append(_address(line))
                say("250 2.1.5 ok")
            elif verb == b"DATA":
                say("354 go on")
                data = bytearray()
                for piece in iter(lines.readline, b".\r\n"):
                    if not piece:
                        return
                    data += piece[1:] if piece.startswith(b".") else piece
                say(f"250 2.0.0 kept as {self._keep(sender, recipients, bytes(data))}")
                sender, recipients = "", []
            elif verb == b"QUIT":
                say("221 2.0.0 bye")
                return
            elif verb in (b"RSET", b"NOOP"):
                say("250 2.0.0 ok")
            else:
                say("502 5.5.2 what?")


def _address(line):
    return line[line.index(b"<") + 1:line.index(b">")].decode("utf-8", "replace")
