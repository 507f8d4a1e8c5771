"""One HTTP request to the tracker, as a mail client, a provider's one-click robot or a browser sends it."""
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

PEOPLES_BROWSER = ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes

    @property
    def location(self):
        return self.headers.get("location")


def request(port, url, method="GET", body=None, headers=None, seconds=10):
    """`url` as it stands in the mail; the connection goes to the tracker on `port`."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": parts.netloc, "User-Agent": PEOPLES_BROWSER, "Accept": "text/html,*/*;q=0.8",
              "Accept-Language": "en", "X-Forwarded-Proto": "https"}
    if body is not None:
        fields["Content-Type"] = "application/x-www-form-urlencoded"
    fields.update(headers or {})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(method, target, body=body, headers=fields)
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def one_click(port, url, seconds=10):
    """RFC 8058, section 3.2: what a mailbox provider sends when its user presses "unsubscribe"."""
    return request(port, url, "POST", b"List-Unsubscribe=One-Click", {"User-Agent": "provider-one-click"}, seconds)
