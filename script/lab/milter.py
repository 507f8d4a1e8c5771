"""The milter protocol as an MTA speaks it, without the MTA: for measurements."""
import socket
import struct

CHUNK = 65535


class Milter:
    """One connection to a milter, as an MTA has it."""

    def __init__(self, port):
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming = self.stream.makefile("rb")
        # Version 6, all actions, every protocol step except that the milter may leave replies out.
        self.packet(b"O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF))
        command, data = self.reply()
        assert command == b"O", command
        self.silent = struct.unpack("!III", data[:12])[2]
        self.step(b"C", b"mta.example\0004\x00\x00192.0.2.7\0", 0x1000)

    def packet(self, command, data=b""):
        self.stream.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def reply(self):
        size, = struct.unpack("!I", self.incoming.read(4))
        data = self.incoming.read(size)
        return data[:1], data[1:]

    def step(self, command, data, no_reply):
        self.packet(command, data)
        if not self.silent & no_reply:
            answer, said = self.reply()
            assert answer == b"c", (answer, said)

    def macros(self, command, **values):
        data = command + b"".join(f"{{{key}}}" .encode() + b"\0" + value.encode() + b"\0" if len(key) > 1 else
                                  key.encode() + b"\0" + value.encode() + b"\0" for key, value in values.items())
        self.packet(b"D", data)

    def send(self, sender, recipient, headers, body, queue_id):
        """The milter's last word (`a` or `c`: goes on; `d`, `r`, `t`, `y`: does not) and how many octets of a new body
        came before it."""
        self.macros(b"M", i=queue_id)
        self.step(b"M", f"<{sender}>\0".encode(), 0x4000)
        self.macros(b"R", i=queue_id, rcpt_addr=recipient)
        self.packet(b"R", f"<{recipient}>\0".encode())
        if not self.silent & 0x8000:
            answer, _ = self.reply()
            if answer != b"c":
                self.packet(b"A")  # nobody is left to send it to
                return answer, 0
        self.macros(b"T", i=queue_id)
        self.step(b"T", b"", 0x10000)
        for name, value in headers:
            self.step(b"L", name + b"\0" + value + b"\0", 0x80)
        self.step(b"N", b"", 0x40000)
        for at in range(0, len(body), CHUNK):
            self.step(b"B", body[at:at + CHUNK], 0x80000)
        self.macros(b"E", i=queue_id)
        self.packet(b"E")
        changed = 0
        while True:
            command, data = self.reply()
            if command == b"b":
                changed += len(data)
            if command in (b"a", b"c", b"d", b"r", b"t", b"y"):
                return command, changed
            assert command in (b"b", b"h", b"i", b"m", b"q", b"p"), command

    def close(self):
        self.stream.close()


def parts_of(raw):
    """Headers and body of a message as `send` wants them; line ends become CRLF."""
    head, _, body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").partition(b"\r\n\r\n")
    headers = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            headers[-1] = (headers[-1][0], headers[-1][1] + b"\n" + line)
        else:
            name, _, value = line.partition(b":")
            headers.append((name, value))
    return headers, body
