"""`candor check --live` over real TLS: our tracker is known by its keys, everything else is named for what it is."""
import http.server
import ssl
import threading
import urllib.error
import urllib.request

from lab.candor import TRACKING_HOST
from lab.certificates import make_certificates


class Front:
    """A TLS proxy in front of a tracker, or of nothing."""

    def __init__(self, certificate, key, tracker_port=None, body=b"hello\n"):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, text = 200, body
                if tracker_port:
                    try:
                        with urllib.request.urlopen(f"http://127.0.0.1:{tracker_port}{self.path}", timeout=5) as answer:
                            status, text = answer.status, answer.read()
                    except urllib.error.HTTPError as error:
                        status, text = error.code, error.read()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None  # a client that refuses the certificate
        self.via = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def test(world):
    world.start()
    candor = world.candor

    def check(front, ca=None):
        fronts = front if isinstance(front, list) else [front]
        words = ["check", "--live"] + [word for one in fronts for word in ("--via", one.via)]
        words += ["--ca", str(ca)] if ca else []
        done = candor.call(*words, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    ca, certificate, key = make_certificates(world.folder, "good", TRACKING_HOST, 60)
    ours = world.keep(Front(certificate, key, candor.tracker_port))
    code, said, complaints = check(ours, ca)
    assert code == 0, complaints
    assert f"{TRACKING_HOST}: the tracker there is ours (link key 001)" in said, said
    assert "has a good certificate until" in said and "aligned with acme.example" in said, said
    assert "certificate ends" not in complaints, complaints

    # Nobody vouches for the certificate; it is for another host; it ends soon.
    code, said, complaints = check(ours)
    assert code == 69 and "the certificate is not good for" in complaints and "ours" not in said, complaints
    _, other, other_key = make_certificates(world.folder, "other", "go.other.example", 60)
    code, _, complaints = check(world.keep(Front(other, other_key, candor.tracker_port)), world.folder / "other-ca.pem")
    assert code == 69 and "mismatch" in complaints, complaints
    soon_ca, soon, soon_key = make_certificates(world.folder, "soon", TRACKING_HOST, 20)
    code, said, complaints = check(world.keep(Front(soon, soon_key, candor.tracker_port)), soon_ca)
    assert code == 0 and "warning: " in complaints and "the certificate ends on" in complaints, complaints

    # Something else answers: a web server, a page that says 200 to all, a tracker with other keys.
    code, said, complaints = check(world.keep(Front(certificate, key, body=b"200 for everything\n")), ca)
    assert code == 69 and "no tracker of ours" in complaints and "ours" not in said, complaints
    forged = b"1 " + b"A" * 43 + b"\n"
    code, said, complaints = check(world.keep(Front(certificate, key, body=forged)), ca)
    assert code == 69 and "a tracker with other keys" in complaints, complaints

    # Of several addresses every one has to be right; one that cannot be reached is none of the others' fault.
    stranger = world.keep(Front(other, other_key))
    code, said, complaints = check([ours, stranger], ca)
    assert code == 69 and "127.0.0.1: the certificate is not good for" in complaints, complaints
    assert "127.0.0.1: the tracker there is ours" in said, said
    gone = Front(certificate, key)
    gone.stop()
    code, said, complaints = check([gone, ours], ca)
    assert code == 0 and "warning: " in complaints and "no connection to 127.0.0.1" in complaints, complaints

    # A tracker that has not got the new key yet (here: one that was stopped before the rotation).
    with urllib.request.urlopen(f"http://127.0.0.1:{candor.tracker_port}/.well-known/candor/1/{'A' * 43}") as answer:
        assert answer.read().startswith(b"1 ")
    candor.tracker.stop()
    code, said, complaints = check(ours, ca)
    assert code == 69 and ("no tracker of ours" in complaints or "no answer" in complaints), complaints

    # The name itself: `example` never resolves (RFC 6761), and --live says so.
    done = candor.call("check", "--live", check=False)
    assert done.returncode == 69 and f"{TRACKING_HOST} does not resolve" in done.stderr.decode(), done.stderr
    assert candor.call("check", "--live", "--via", "nowhere", check=False).returncode == 64
