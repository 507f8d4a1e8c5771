"""OpenDKIM behind Candor, with a key made for the occasion, and a check of what it signed by openssl."""
import base64
import hashlib
import re
from pathlib import Path

from . import mail
from .process import Daemon, find_program, free_port, listens, run

SETTINGS = """\
Mode s
Domain acme.example
Selector lab
KeyFile {folder}/key.pem
Socket inet:{port}@127.0.0.1
Canonicalization simple/simple
SignatureAlgorithm rsa-sha256
InternalHosts 127.0.0.1
RequireSafeKeys no
Syslog no
"""


class Signer:
    """An OpenDKIM that signs for acme.example: the second milter of the line."""

    def __init__(self, folder):
        program = find_program("opendkim", "opendkim")
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        find_program("openssl", "openssl")
        run(["openssl", "genrsa", "-out", self.folder / "key.pem", "2048"], check=True)
        run(["openssl", "rsa", "-in", self.folder / "key.pem", "-pubout", "-out",
             self.folder / "public.pem"], check=True)
        settings = self.folder / "opendkim.conf"
        settings.write_text(SETTINGS.format(folder=self.folder, port=self.port))
        self.daemon = Daemon("opendkim", [program, "-f", "-x", settings], self.folder / "opendkim.log")
        self.daemon.wait_until("opendkim to listen", lambda: listens(self.port))

    @property
    def milter(self):
        return f"inet:127.0.0.1:{self.port}"

    def stop(self):
        self.daemon.stop()

    def faults(self, data):
        """What is wrong with the signature of the message; empty when it verifies (RFC 6376)."""
        header, body = mail.split(data)
        lines = re.findall(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*", header)
        signature = next((line for line in lines if line.lower().startswith(b"dkim-signature:")), None)
        if signature is None:
            return ["there is no DKIM-Signature"]
        tags = {key.strip().decode(): re.sub(rb"\s", b"", value) for key, _, value in
                (tag.partition(b"=") for tag in signature.split(b":", 1)[1].split(b";"))}
        faults = []
        # "simple": empty lines at the end count as one line end.
        digest = hashlib.sha256(re.sub(rb"(?:\r\n)*\Z", b"", body) + b"\r\n").digest()
        if base64.b64encode(digest) != tags["bh"]:
            faults.append("the body hash differs: the body was changed after signing")
        signed, rest = b"", lines[::-1]
        for name in tags["h"].lower().split(b":"):
            found = next((line for line in rest if line.lower().startswith(name + b":")), None)
            if found is not None:
                signed += found
                rest.remove(found)
        unsigned = re.sub(rb"([;\s]b=)[^;]*", rb"\1", signature)
        signed += unsigned.rstrip(b"\r\n")
        (self.folder / "signed").write_bytes(signed)
        (self.folder / "signature").write_bytes(base64.b64decode(tags["b"]))
        checked = run(["openssl", "dgst", "-sha256", "-verify", self.folder / "public.pem", "-signature",
                       self.folder / "signature", self.folder / "signed"])
        if checked.returncode != 0:
            faults.append("the header signature does not verify: a signed field was changed")
        return faults
