"""An SMTP client with control over every byte: raw data, XCLIENT, sessions left in the middle."""
import re
import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    code: int
    text: str

    @property
    def ok(self):
        return 200 <= self.code < 400

    def __str__(self):
        return f"{self.code} {self.text}"


@dataclass(frozen=True)
class Sent:
    """What the server said to one transaction."""
    mail: Reply
    recipients: dict  # address -> Reply
    data: Reply | None  # None: no recipient was taken, so no data was sent

    @property
    def ok(self):
        return self.data is not None and self.data.ok


def wire_form(message):
    """The message with CRLF line ends and a final one; nothing else changes."""
    data = re.sub(rb"\r?\n", b"\r\n", message)
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def dot_stuffed(data):
    return re.sub(rb"(?m)^\.", b"..", data)


class Client:
    def __init__(self, port, login=None, seconds=60.0):
        """With `login`, the session claims (by XCLIENT) to be authenticated as that user."""
        self._socket = socket.create_connection(("127.0.0.1", port), seconds)
        self._lines = self._socket.makefile("rb")
        self.reply()
        self.command("EHLO client.example")
        if login:
            self.command(f"XCLIENT LOGIN={login}")
            self.command("EHLO client.example")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._lines.close()
        self._socket.close()

    def reply(self):
        texts = []
        while True:
            line = self._lines.readline().decode("utf-8", "replace").rstrip("\r\n")
            if not line:
                return Reply(421, "connection closed by the server")
            texts.append(line[4:])
            if line[3:4] != "-":
                return Reply(int(line[:3]), " ".join(texts))

    def command(self, text):
        self.raw(text.encode() + b"\r\n")
        return self.reply()

    def raw(self, data):
        self._socket.sendall(data)

    def envelope(self, sender, recipients):
        """MAIL and RCPT; returns both answers, recipients as a dictionary."""
        mail = self.command(f"MAIL FROM:<{sender}>")
        if not mail.ok:
            return mail, {}
        return mail, {address: self.command(f"RCPT TO:<{address}>") for address in recipients}

    def send(self, sender, recipients, message):
        mail, answers = self.envelope(sender, recipients)
        if not any(answer.ok for answer in answers.values()):
            self.command("RSET")
            return Sent(mail, answers, None)
        go = self.command("DATA")
        if go.code != 354:
            return Sent(mail, answers, go)
        self.raw(dot_stuffed(wire_form(message)) + b".\r\n")
        return Sent(mail, answers, self.reply())


def send(port, sender, recipients, message, login=None):
    """One transaction in a session of its own."""
    if isinstance(recipients, str):
        recipients = [recipients]
    with Client(port, login) as client:
        sent = client.send(sender, recipients, message)
        client.command("QUIT")
        return sent
