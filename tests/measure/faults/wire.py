"""One HTTP/1.1 request on a connection of its own, within a time: what a client without any retry does."""
import http.client
import io
import socket
import time


class Wire(io.RawIOBase):
    """A connection that ends at a deadline, however slowly bytes come until then."""

    def __init__(self, port, deadline):
        super().__init__()
        self.deadline = deadline
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=self.left())
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = io.BufferedReader(self)

    def left(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the client's time is over")
        return left

    def readable(self):
        return True

    def readinto(self, buffer):
        self.sock.settimeout(self.left())
        return self.sock.recv_into(buffer)

    def send(self, data):
        self.sock.settimeout(self.left())
        self.sock.sendall(data)  # the time-out is that of the whole of it

    def makefile(self, _mode):
        """http.client.HTTPResponse calls this, and nothing else, of a socket."""
        return self.reader

    def close(self):
        self.sock.close()
        super().close()


def head_of(kind, request_id):
    lines = [f"{kind.method} /app/fault HTTP/1.1", "Host: localhost", "Connection: close",
             f"X-Request-Id: {request_id}"]
    if kind.chunks:
        lines.append("Transfer-Encoding: chunked")
    elif kind.method == "POST":
        lines.append(f"Content-Length: {kind.size}")
    if kind.expects:
        lines.append("Expect: 100-continue")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def body_of(kind):
    if not kind.chunks:
        return b"x" * kind.size
    piece = kind.size // kind.chunks
    return (b"%x\r\n%s\r\n" % (piece, b"x" * piece)) * kind.chunks + b"0\r\n\r\n"


def send_body(wire, kind):
    """Returns when the body is sent, and also when it cannot be: then the answer may be there all the same."""
    if kind.expects and not wire.reader.peek(12).startswith(b"HTTP/1.1 100"):
        return  # the final answer, or the end: the body is not wanted
    try:
        wire.send(body_of(kind))
    except (BrokenPipeError, ConnectionResetError):
        pass


def exchange(port, kind, request_id, deadline):
    """(status, body) of a complete answer. OSError or HTTPException otherwise."""
    wire = Wire(port, deadline)
    try:
        wire.send(head_of(kind, request_id))
        send_body(wire, kind)
        response = http.client.HTTPResponse(wire, method=kind.method)
        response.begin()
        return response.status, response.read()
    finally:
        wire.close()
