"""Reading a message as bytes (for comparing) and as a tree (for looking inside)."""
import email
import email.policy
import html
import re


def split(data):
    """Header and body; the empty line between belongs to neither."""
    header, _, body = data.partition(b"\r\n\r\n")
    return header + b"\r\n", body


def fields(data):
    """[(name, raw value with folds)], top of the message first."""
    header, _ = split(data)
    unfolded = re.sub(rb"\r\n([ \t])", rb"\n\1", header)
    return [tuple(line.split(b":", 1)) for line in unfolded.split(b"\r\n") if b":" in line]


def field(data, name):
    """All raw values of that name."""
    return [value for key, value in fields(data) if key.lower() == name.lower().encode()]


def without_trace(data):
    """The message without the fields that an MTA adds on the way, for comparing with what was sent."""
    header, body = split(data)
    lines = re.sub(rb"\r\n([ \t])", rb"\n\1", header).split(b"\r\n")
    added = (b"received:", b"message-id:", b"date:", b"return-path:", b"delivered-to:", b"x-original-to:")
    while lines and lines[0].lower().startswith(added[0]):
        lines.pop(0)
    return b"\r\n".join(lines).replace(b"\n ", b"\r\n ").replace(b"\n\t", b"\r\n\t").replace(
        b"\r\r\n", b"\r\n"), body


def tree(data):
    return email.message_from_bytes(data, policy=email.policy.SMTP)


def parts(data, content_type):
    """The decoded bytes of every leaf of that type."""
    return [part.get_payload(decode=True) for part in tree(data).walk()
            if not part.is_multipart() and part.get_content_type() == content_type]


def html_text(data):
    found = parts(data, "text/html")
    return found[0].decode("utf-8", "replace") if found else None


def plain_text(data):
    found = parts(data, "text/plain")
    return found[0].decode("utf-8", "replace") if found else None


def hrefs(data):
    """The links of the HTML parts, in order, character references undone."""
    text = html_text(data) or ""
    found = re.findall(r"""<(?:a|area)\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)')""", text, re.I | re.S)
    return [html.unescape(a or b).strip() for a, b in found]


def image_sources(data):
    text = html_text(data) or ""
    return [html.unescape(src) for src in re.findall(r"""<img\b[^>]*?\ssrc\s*=\s*"([^"]*)\"""", text, re.I | re.S)]


def attachments(data):
    """{file name: decoded bytes}"""
    return {part.get_filename(): part.get_payload(decode=True) for part in tree(data).walk()
            if part.get_filename() and not part.is_multipart()}


def tokens(data, host, kind="cou"):
    """Every token of a tracking link on `host`, of those kinds, anywhere in the decoded message."""
    text = " ".join([data.decode("latin-1").replace("=\r\n", "").replace("=3D", "=")]
                    + [part.decode("latin-1") for part in parts(data, "text/html") + parts(data, "text/plain")])
    found = re.findall(rf"https?://{re.escape(host)}/([{kind}])/([A-Za-z0-9_-]+)", text)
    return list(dict.fromkeys(found))
