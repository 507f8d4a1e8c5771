#!/usr/bin/env python3
"""Peak memory of `candor rewrite` on a message of 50 MB with one rewritten HTML part of 100 KB.

    peak_memory.py CANDOR CONFIG

The target: at most 1.3 times the message and 30 MB. Prints, judges nothing: see script/bench."""
import base64
import os
import random
import subprocess
import sys
import tempfile

MESSAGE_BYTES = 51_000_000  # with CRLF below max_message_bytes of candor.toml
HTML_BYTES = 100_000


def html_lines():
    lines, size, number = ["<html><body>"], 0, 0
    while size < HTML_BYTES:
        number += 1
        line = (f'<p>Item {number}: <a href="https://www.acme.example/item/{number}?colour=red&amp;size=2">'
                "a link to an item</a> and some words about it.</p>")
        lines.append(line)
        size += len(line)
    return lines + ['<p><a href="candor:unsubscribe">Unsubscribe</a></p></body></html>']


def write_message(path, line_end):
    head = ["From: News <news@acme.example>", "To: <ann@lumen.example>", "Subject: large",
            "X-Candor-Campaign: large", "MIME-Version: 1.0",
            'Content-Type: multipart/mixed; boundary="b"', "",
            "--b", "Content-Type: text/html; charset=utf-8", ""] + html_lines() + [
            "--b", "Content-Type: application/octet-stream",
            'Content-Disposition: attachment; filename="x.bin"', "Content-Transfer-Encoding: base64", ""]
    end = line_end.encode()
    noise = random.Random(1).randbytes(57)
    row = base64.b64encode(noise) + end
    with open(path, "wb") as out:
        out.write(line_end.join(head).encode() + end)
        while out.tell() < MESSAGE_BYTES - 100_000:
            out.write(row * 1000)
        out.write(b"--b--" + end)


def peak_of(command, path):
    """Kilobytes and exit status. The output goes where nobody keeps it."""
    with open(path, "rb") as message, open(os.devnull, "wb") as nowhere:
        child = subprocess.Popen(command, stdin=message, stdout=nowhere)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss, child.returncode


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    candor, config = sys.argv[1:]
    print("Peak memory of candor rewrite, 100 KB HTML and a large attachment")
    with tempfile.TemporaryDirectory(prefix="candor-bench.") as folder:
        for name, line_end in (("CRLF", "\r\n"), ("LF", "\n")):
            path = os.path.join(folder, name)
            write_message(path, line_end)
            size = os.path.getsize(path)
            limit = 1.3 * size / 1e6 + 30
            for treatment in ("individual", "plaintext"):
                state = os.path.join(folder, "state")
                peak, status = peak_of(
                    [candor, "--config", config, "--state", state, "rewrite", "--from", "news@acme.example",
                     "--to", "ann@lumen.example", "--treatment", treatment], path)
                megabytes = peak * 1024 / 1e6
                verdict = f"exit {status}" if status else "holds" if megabytes <= limit else "MISSED"
                print(f"  {name:4} {treatment:10} message {size / 1e6:5.1f} MB, peak {megabytes:6.1f} MB, "
                      f"at most {limit:5.1f}  {verdict}")


main()
