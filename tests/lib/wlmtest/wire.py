"""A client's connection as bytes: requests may be sent together, or in pieces, and what each answer takes is counted."""
import collections
import select
import socket
import ssl

Reply = collections.namedtuple("Reply", "status fields body size")  # fields: by name in small letters; size: of all of it


class Wire:
    def __init__(self, port, context=None, timeout=20, before=b""):
        """context: an ssl.SSLContext; before: bytes that go out in front of the handshake (the PROXY protocol)"""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent, self.buffer, self.asked = 0, b"", ""
        if before:
            self.sock.sendall(before)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)
        self.sent += len(data)

    def send_reading(self, data):
        """For more than the server may read before its answers are read. By one thread, since an SSLSocket bears no more."""
        timeout, view = self.sock.gettimeout(), memoryview(data)
        blocked = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
        self.sock.setblocking(False)
        while view:
            try:
                view = view[self.sock.send(view[:16384]):]
                continue
            except blocked:
                pass
            try:
                received = self.sock.recv(1 << 18)
                assert received, f"the server closed with {len(view)} bytes to send"
                self.buffer += received
            except blocked:
                assert any(select.select([self.sock], [self.sock], [], timeout)), "nothing goes on"
        self.sock.settimeout(timeout)
        self.sent += len(data)

    # -- answers ---------------------------------------------------------------------------------------------------

    def _more(self):
        try:
            data = self.sock.recv(1 << 18)
        except TimeoutError as e:
            raise AssertionError(f"no answer to {self.asked}") from e
        assert data, f"{self.asked}: the server closed behind {self.buffer[-200:]!r}"
        self.buffer += data

    def _take(self, size):
        pieces = [self.buffer[:size]]
        left, self.buffer = size - len(pieces[0]), self.buffer[size:]
        while left:
            data = self.sock.recv(min(left, 1 << 18))
            assert data, f"the server closed with {left} bytes of {size} to come"
            pieces.append(data)
            left -= len(data)
        self.counted += size
        return b"".join(pieces)

    def line(self):
        while b"\n" not in self.buffer:
            self._more()
        return self._take(self.buffer.index(b"\n") + 1)

    def head(self):
        """Status and fields of the next head."""
        self.counted = 0
        status, fields = int(self.line().split()[1]), {}
        while (line := self.line().strip()):
            name, value = line.decode("latin-1").split(":", 1)
            fields[name.lower()] = ", ".join(filter(None, (fields.get(name.lower()), value.strip())))
        return status, fields

    def chunk(self):
        """Of a body in chunks; b"" is the last one."""
        size = int(self.line().split(b";")[0], 16)
        data = self._take(size)
        while not size and self.line().strip():
            pass  # trailers
        if size:
            self.line()
        return data

    def reply(self, method="GET"):
        """The next answer, whole."""
        status, fields = self.head()
        if method == "HEAD" or status in (204, 304) or status < 200:
            body = b""
        elif "chunked" in fields.get("transfer-encoding", ""):
            body = b"".join(iter(self.chunk, b""))
        elif "content-length" in fields:
            body = self._take(int(fields["content-length"]))
        else:
            body = self.rest()
            self.counted += len(body)
        return Reply(status, fields, body, self.counted)

    def rest(self):
        """All that comes until the server closes."""
        pieces, self.buffer = [self.buffer], b""
        try:
            while (data := self.sock.recv(1 << 18)):
                pieces.append(data)
        except ConnectionResetError:
            pass
        return b"".join(pieces)

    def ask(self, method, target, fields=None, body=None):
        """A request, and its answer."""
        self.send(request(method, target, fields, body))
        return self.reply(method)


def request(method, target, fields=None, body=None):
    """The bytes of a request; a body that is a list is sent in chunks."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *(f"{n}: {v}" for n, v in (fields or {}).items())]
    if isinstance(body, list):
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in body) + b"0\r\n\r\n"
    elif body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
