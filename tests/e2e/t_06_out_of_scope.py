"""Mail of no stream leaves byte for byte as it came, header and body."""
from lab import mail, smtp

ODD = (b"From: Alice  <alice@acme.example>\nTo: bob@us.example\n"
       b"Subject:no blank here\nX-Folded: one\n\ttwo\n  three\nX-Trailing: blanks   \n"
       b"Message-ID: <odd@acme.example>\nDate: Mon, 05 Oct 2026 08:00:00 +0200\nMIME-Version: 1.0\n"
       b"X-Twice: 1\nX-Twice: 2\nContent-Type: text/html\n\n"
       b"<a href=https://www.acme.example/?a=1&b=2>x</a>\n..dots\n.\n\ttabs and trailing blanks  \n\n\n"
       + b"long " * 180 + b"\n\xff\xfe\x00raw\n")


def test(world):
    world.start()
    for message in (ODD, ODD.replace(b"text/html", b"multipart/mixed; boundary=never"), ODD + b"no end"):
        data = world.deliver("bob@us.example", message, sender="alice@acme.example").data
        wanted = mail.split(smtp.wire_form(message))
        header, body = mail.without_trace(data)
        assert header == wanted[0], f"header changed:\n{wanted[0]!r}\n{header!r}"
        assert body == wanted[1], f"body changed:\n{wanted[1]!r}\n{body!r}"
