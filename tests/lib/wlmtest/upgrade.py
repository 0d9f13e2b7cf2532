"""Connections that are upgraded to another protocol: both ends."""
import socket

ASK = b"GET /app/ws HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n%s\r\n"
AGREE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n%s\r\n"


class Peer:
    """A client's connection, which has asked for an upgrade."""

    def __init__(self, server, fields=b"", more=b"", ask=ASK, context=None, port=None):
        self.sock = socket.create_connection(("127.0.0.1", port or server.port), timeout=20)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        self.sock.sendall((ask % fields if ask is ASK else ask) + more)
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            data = self.sock.recv(65536)
            assert data, self.buffer
            self.buffer += data
        self.head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)

    def read(self, n):
        while len(self.buffer) < n:
            data = self.sock.recv(65536)
            assert data, "the connection has ended"
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def echo(self, data):
        """Send, and return as many bytes as were sent: what the other end has echoed."""
        self.sock.sendall(data)
        return self.read(len(data))

    def is_closed(self):
        """Waits for the end."""
        assert not self.buffer
        try:
            return self.sock.recv(1) == b""
        except ConnectionResetError:
            return True


def echo(c, fields=b"", first=b""):
    """The member's end: accepts the upgrade, and echoes every byte; `first` and early bytes come with the head."""
    head = c.read_head()
    if head is None:
        return
    assert b"\r\nUpgrade: echo\r\n" in head + b"\r\n" and b"\r\nConnection: Upgrade\r\n" in head + b"\r\n", head
    c.send(AGREE % fields + first + c.buffer)
    while data := c.sock.recv(65536):
        c.send(data)
