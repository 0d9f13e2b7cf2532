"""A client with a raw socket, which reads answers strictly, and the notes of what a member has received."""
import dataclasses
import re
import socket

CLIENT_TIMEOUT = 6.0  # seconds until a client gives up

CRLF = b"\r\n"
TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
FIELD = re.compile(TOKEN + rb":[\t -~\x80-\xff]*")
FRAMING = re.compile(rb"^(content-length|transfer-encoding):[ \t]*(.*?)[ \t]*$", re.I)


def framing(head):
    """The fields that frame the body, unchanged: [(name, value)]."""
    matches = [FRAMING.match(line) for line in head.split(CRLF)[1:]]
    return [(m[1].lower(), m[2]) for m in matches if m]


def doubts(head):
    """What about a head, without its end, two readers could understand in two ways."""
    lines = head.split(CRLF)[1:]
    found = [f"field {line[:40]!r}" for line in lines if not FIELD.fullmatch(line)]
    frames = framing(head)
    if len(frames) > 1:
        found.append("several framings: " + ", ".join(name.decode() for name, _ in frames))
    found += [f"{name.decode()} {value!r}" for name, value in frames
              if not (_is_length(value) if name == b"content-length" else value.lower() == b"chunked")]
    return found


def _is_length(value):
    return value.isdigit() and int(value) < 1 << 63


def request_doubts(head):
    """The same of a request's head, also about its request line and Host."""
    found = doubts(head)
    if not re.match(TOKEN + rb" [!-~\x80-\xff]+ HTTP/1\.[01](\r\n|$)", head):
        found.append(f"request line {head.split(CRLF)[0]!r}")
    hosts = re.findall(rb"^host:[ \t]*(.*?)\r?$", head, re.I | re.M)
    if len(hosts) != 1 or not re.fullmatch(rb"[\w.:\[\]-]+", hosts[0]):
        found.append(f"hosts {hosts}")
    return found


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a client got. status None: no status line. flaw: why it is not complete, or malformed."""
    status: int | None
    body: bytes
    flaw: str = ""


class Flaw(Exception):
    pass


class Client:
    """One connection."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=CLIENT_TIMEOUT)
        self.file = self.sock.makefile("rb")

    def close(self):
        self.file.close()
        self.sock.close()

    def send(self, data):
        """A system that refuses may have closed the connection already; then the answer shows that."""
        try:
            self.sock.sendall(data)
        except OSError:
            pass

    def answers(self):
        """All until the end."""
        return list(iter(self.answer, None))

    def answer(self):
        """The next final one; None: the connection has ended."""
        status = None
        if self.file.closed:
            return None
        try:
            head = self._head()
            while head.startswith(b"HTTP/1.1 1") and not head.startswith(b"HTTP/1.1 101"):
                head = self._head()
            if not head:
                return None
            if not head.startswith(b"HTTP/"):
                return Answer(None, head + self.file.read())  # HTTP/0.9
            status = self._status(head)
            return Answer(status, self._body(status, head))
        except ConnectionResetError:
            return status and Answer(status, b"", "reset")
        except (Flaw, OSError) as e:
            self.close()  # the end of the answer is not known, so no other one can be read
            return Answer(status, b"", str(e))

    @staticmethod
    def _status(head):
        match = re.match(rb"HTTP/1\.[01] ([1-9][0-9]{2}) [^\r\n\0]*(\r\n|$)", head)
        if not match or doubts(head):
            raise Flaw(f"the head is not in order: {doubts(head) or head[:40]!r}")
        return int(match[1])

    def _line(self):
        line = self.file.readline()
        if line and not line.endswith(b"\r\n"):
            raise Flaw(f"a line without CRLF: {line[-20:]!r}")
        return line[:-2] if line else None

    def _head(self):
        """Without its end; b"" at the connection's."""
        line, head = self.file.readline(), b""
        if not line.startswith(b"HTTP/"):
            return line
        while line != b"\r\n":
            if not line.endswith(b"\r\n"):
                raise Flaw("the head breaks off")
            head += line
            line = self.file.readline()
        return head[:-2]

    def _body(self, status, head):
        frame = dict(framing(head))
        if status in (101, 204, 304):
            return b""
        if b"transfer-encoding" in frame:
            return self._chunked()
        length = frame.get(b"content-length")
        return self._exactly(int(length)) if length else self.file.read()

    def _exactly(self, length):
        data = self.file.read(length)
        if len(data) < length:
            raise Flaw("the body breaks off")
        return data

    def _chunked(self):
        body, size = b"", None
        while size != 0:
            line = self._line() or b""
            if not re.fullmatch(rb"[0-9A-Fa-f]+(;.*)?", line):
                raise Flaw(f"a chunk of size {line[:20]!r}")
            size = int(line.split(b";")[0], 16)
            body += self._exactly(size)
            if size and self._line() != b"":
                raise Flaw("a chunk that does not end")
        while self._line():
            pass  # trailers
        return body


@dataclasses.dataclass
class Seen:
    """A request that a member has seen."""
    line: str
    head: bytes
    connection: int            # its number
    body: bytes | None = None  # None: not all of it has come, or the head is in doubt

    def path(self):
        """Empty when there is none."""
        return (self.line.split(" ") + [""])[1]


class Notes:
    """What a member has seen."""

    def __init__(self):
        self.seen, self.connections = [], []

    def read_request(self, c):
        """The next request off a connection of wlmtest.members.ScriptedMember. @return None: there is none, or it has no end"""
        head = c.read_head()
        if head is None:
            return None
        if c not in self.connections:
            self.connections.append(c)
        seen = Seen(head.split(CRLF)[0].decode("latin-1"), head, self.connections.index(c))
        self.seen.append(seen)
        seen.body = None if doubts(head) else self._body(c, head)
        return seen if seen.body is not None else None

    @staticmethod
    def _body(c, head):
        """None: it breaks off."""
        frame = dict(framing(head))
        try:
            if b"transfer-encoding" in frame:
                return c.read_chunked()
            body = c.read_body(head)
        except (AssertionError, ValueError):
            return None
        return body if len(body) == int(frame.get(b"content-length", 0)) else None
