"""Members: build/wlm-member as a process, and scripted ones for faults that no correct server has."""
import signal
import socket
import struct
import subprocess
import threading

from . import BUILD, free_port, wait_until


class Member:
    """A wlm-member process; .port stays the same over restarts. With a path it listens on a socket there, and .port is that."""

    def __init__(self, name, tmp_path, delay=0, clone_id=None, host="127.0.0.1", port=0, path=None, options=()):
        self.name, self.delay, self.clone_id, self.host, self.path = name, delay, clone_id or name, host, path
        self.options = options
        self.log = tmp_path / f"{name}.log"
        self.received = tmp_path / f"{name}.received"
        self.port = port or free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [BUILD / "wlm-member", "--name", self.name, "--clone-id", self.clone_id, "--listen",
             f"unix:{self.path}" if self.path else f"{self.host}:{self.port}", "--delay", str(self.delay), "--log", self.log,
             "--received", self.received, *self.options],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert "listening on" in line, f"member {self.name} did not start"
        self.port = self.path or int(line.rsplit(":", 1)[1])

    def kill(self):
        """kill -9, paused or not."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def restart(self):
        self.kill()
        self.start()

    def pause(self):
        """SIGSTOP: the kernel still accepts connections, nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.kill()

    def requests(self):
        """How many requests it has answered since it was first started."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def received_ids(self):
        """The X-Request-Id of each request that it has received completely since it was first started."""
        return [line.rsplit(" ", 1)[1] for line in self.received.read_text().splitlines()]


def listen_on_path(path, backlog=128):
    """A socket that every user may connect to; what an earlier one has left there is replaced."""
    listener = socket.socket(socket.AF_UNIX)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    path.chmod(0o666)
    listener.listen(backlog)
    return listener


class Connection:
    """One connection of a scripted member."""

    def __init__(self, sock, member):
        self.sock, self.member, self.buffer = sock, member, b""

    def read_head(self):
        """The next request head, or None at the end."""
        while b"\r\n\r\n" not in self.buffer:
            data = self.sock.recv(65536)
            if not data:
                return None
            self.buffer += data
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.member.heads.append(head.decode("latin-1"))
        return head

    def read_body(self, head):
        """A body with Content-Length."""
        length = 0
        for line in head.split(b"\r\n")[1:]:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(self.buffer) < length:
            data = self.sock.recv(65536)
            if not data:
                break
            self.buffer += data
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return body

    def read_chunked(self):
        """A body with Transfer-Encoding: chunked, and its trailers."""
        def line():
            while b"\r\n" not in self.buffer:
                data = self.sock.recv(65536)
                assert data, "the body ends early"
                self.buffer += data
            text, self.buffer = self.buffer.split(b"\r\n", 1)
            return text
        body = b""
        while size := int(line().split(b";")[0], 16):
            body += self.read_body(b"x\r\ncontent-length:%d" % size)
            line()
        while line():
            pass
        return body

    def send(self, data):
        self.sock.sendall(data)

    def ok(self, body=b"ok"):
        self.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def hold(self):
        """Keeps the connection open whatever the other side does, until the member stops."""
        self.member.stopped.wait()

    def wait_for_close(self):
        while self.sock.recv(65536):
            pass


class ScriptedMember:
    """script(connection) runs in a thread for each connection, which is closed when it returns. With a path it listens on a
    socket there, and .port is that."""

    def __init__(self, name, script, path=None, host="127.0.0.1", port=0):
        self.name, self.script, self.path, self.host = name, script, path, host
        self.connections, self.heads, self.open = 0, [], set()
        self.accepting = threading.Event()  # while it is clear, connections wait in the kernel
        self.accepting.set()
        self.stopped = threading.Event()
        self.listen(port)

    def listen(self, port=0):
        self.listener = listen_on_path(self.path) if self.path else \
            socket.create_server((self.host, port or free_port()), backlog=128)
        self.port = self.path or self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            self.accepting.wait()
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.add(sock)
            threading.Thread(target=self._run, args=(sock,), daemon=True).start()

    def _run(self, sock):
        try:
            self.script(Connection(sock, self))
        except OSError:
            pass  # httpd closed it, or the test is over
        finally:
            self.open.discard(sock)
            sock.close()

    def stop(self):
        self.stopped.set()
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts, which would accept one more
        except OSError:
            pass  # stopped before
        self.listener.close()
        for sock in list(self.open):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def refusing_port():
    return free_port()


class FullBacklog:
    """Fills the backlog of a listener that accepts nothing: no connection is established any more."""

    def __init__(self, listener):
        listener.listen(0)
        self.address, self.family, self.fillers = listener.getsockname(), listener.family, []
        wait_until(self._is_full, "a full backlog")

    def _is_full(self):
        s = socket.socket(self.family)
        s.settimeout(0.3)
        self.fillers.append(s)
        try:
            s.connect(self.address)
        except OSError:
            return True
        return False

    def stop(self):
        for s in self.fillers:
            s.close()


class BlackHole:
    """A port on which no connection is ever established."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.backlog = FullBacklog(self.listener)

    def stop(self):
        self.backlog.stop()
        self.listener.close()
