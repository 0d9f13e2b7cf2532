"""A member that works correctly before and after its fault, and has that fault in between."""
import ctypes
import socket
import struct
import threading
import time

from wlmtest import wait_until
from wlmtest.members import FullBacklog, ScriptedMember

from . import DELAY_MS

TRICKLE_PAUSE = 0.04  # between two bytes of an answer, seconds
SO_ATTACH_FILTER = 26  # of Linux
NOT_EXECUTED = ("reset_at_once", "silent", "busy")  # a request that comes meanwhile reaches no application


def field(head, name):
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b""


def drop_handshakes(listener):
    """The kernel establishes no further connection for it, by a socket filter that lets no packet in."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF_RET | BPF_K, of 0 bytes
    program = struct.pack("HP", 1, ctypes.addressof(instruction))
    listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


class Body:
    """Takes a request's body off a connection, and counts it."""

    def __init__(self, connection):
        self.c = connection

    def discard(self, count):
        """Receive bytes, and drop them."""
        while count > 0:
            if not self.c.buffer:
                self.c.buffer = self.more()
            part, self.c.buffer = self.c.buffer[:count], self.c.buffer[count:]
            count -= len(part)

    def more(self):
        data = self.c.sock.recv(1 << 18)
        if not data:
            raise ConnectionError("the body broke off")
        return data

    def line(self):
        while b"\r\n" not in self.c.buffer:
            self.c.buffer += self.more()
        line, self.c.buffer = self.c.buffer.split(b"\r\n", 1)
        return line

    def read(self, head):
        """Its length."""
        if field(head, b"expect"):
            self.c.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if field(head, b"transfer-encoding") != b"chunked":
            length = int(field(head, b"content-length") or 0)
            self.discard(length)
            return length
        length = 0
        while size := int(self.line(), 16):
            self.discard(size)
            self.line()
            length += size
        while self.line():
            pass  # trailers
        return length


class FaultyMember(ScriptedMember):
    """.fault is None or the name of one of the methods below, which gets (connection, the good answer's head and body),
    and returns whether the connection goes on."""

    def __init__(self, name):
        self.fault, self.received, self.lock, self.over = None, [], threading.Lock(), threading.Event()
        self.backlog = None  # of the listener, when it is full
        super().__init__(name, self.serve)

    def begin(self, fault):
        self.over.clear()
        self.fault = fault
        if fault == "refuse":
            drop_handshakes(self.listener)
            wait_until(lambda: not self.waiting(), "all connections that there are to be accepted")  # the others are reset
            self.listener.shutdown(socket.SHUT_RDWR)  # a close would not end the accept() of the other thread
        elif fault == "silent":
            self.accepting.clear()
            self.backlog = FullBacklog(self.listener)

    def waiting(self):
        """Connections that the kernel has established and the program has not accepted: a listener's receive queue."""
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split() for line in list(table)[1:]]
        return sum(int(row[4].split(":")[1], 16) for row in rows
                   if row[3] == "0A" and int(row[1].split(":")[1], 16) == self.port)

    def end(self):
        was, self.fault = self.fault, None
        if was == "refuse":
            self.listener.close()
            self.listen(self.port)
        elif was == "silent":
            self.listener.listen(128)
            self.backlog.stop()
            self.accepting.set()
        self.over.set()

    def received_ids(self):
        return list(self.received)

    def serve(self, c):
        if self.fault == "reset_at_once":
            c.reset()
            return
        while (head := c.read_head()) is not None and self.answer(c, head):
            pass

    def answer(self, c, head):
        if self.fault == "reset_at_once":
            return self.reset(c, b"", b"")
        length = Body(c).read(head)
        if self.fault in NOT_EXECUTED:
            return getattr(self, self.fault)(c, b"", b"")
        with self.lock:
            self.received.append(field(head, b"x-request-id").decode())
        time.sleep(DELAY_MS / 1000)
        body = b"member=%s\nbody_bytes=%d\n" % (self.name.encode(), length)
        good = (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Member: %s\r\nContent-Length: %d\r\n\r\n"
                % (self.name.encode(), len(body)))
        return getattr(self, self.fault or "good")(c, good, body)

    # -- answers -----------------------------------------------------------------------

    def good(self, c, head, body):
        c.send(head + body)
        return True

    def refuse(self, c, head, body):
        """It listens no more, and ends what it has begun."""
        self.good(c, head, body)
        return False

    def reset(self, c, _head, _body):
        c.reset()
        return False

    def finish(self, _c, _head, _body):
        return False

    def half_head(self, c, head, _body):
        c.send(head[:len(head) // 2])
        return False

    def half_body(self, c, head, body):
        c.send(head + body[:len(body) // 2])
        return False

    def trickle(self, c, head, body):
        for byte in head + body:
            c.send(bytes([byte]))
            time.sleep(TRICKLE_PAUSE)
        return True

    reset_at_once = reset

    def silent(self, c, _head, _body):
        """Cut off from the net: nothing comes, no connection is established, and those there are lead nowhere."""
        self.over.wait()
        return self.reset(c, b"", b"")

    def busy(self, c, head, body):
        """Overloaded: what comes is refused, what was begun before is answered."""
        if head:
            return self.good(c, head, body)
        c.send(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\nX-Member: x\r\n\r\nbusy\n")
        return True
