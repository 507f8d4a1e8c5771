"""A signed mail to Germany must lose its HTML and cannot: 550 with the reason. To Italy it passes unchanged."""
from lab import mail, smtp
from lab.process import find_program, run

HTML = (b"Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
        b"--inner\r\nContent-Type: text/html\r\n\r\n<p>Hello <a href=\"https://www.acme.example/\">you</a></p>\r\n"
        b"--inner--\r\n")


def signed(folder):
    find_program("openssl", "openssl")
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=news@acme.example",
         "-keyout", folder / "key", "-out", folder / "certificate"], check=True)
    body = run(["openssl", "smime", "-sign", "-signer", folder / "certificate", "-inkey", folder / "key", "-nodetach"
                if False else "-outform", "SMIME"], stdin=HTML, check=True).stdout
    return smtp.wire_form(b"From: news@acme.example\nTo: you@example.com\nSubject: signed\n"
                          b"X-Candor-Campaign: signed\n" + body)


def test(world):
    world.start()
    message = signed(world.folder)
    assert b"multipart/signed" in message
    sent = world.send("dora@de.example", message)
    assert sent.data and sent.data.code == 550, f"the server said {sent.data}"
    assert "5.7.1" in sent.data.text and "sign" in sent.data.text.lower(), sent.data
    assert "dora" not in sent.data.text, sent.data

    data = world.deliver("ivo@it.example", message).data
    assert mail.split(data)[1] == mail.split(message)[1], "a signed body was changed"
    assert len(world.sink.all()) == 1
