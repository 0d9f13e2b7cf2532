"""A Redis server of Debian's, as a process, and what is in it; a proxy that makes one slow or breaks it off."""
import signal
import socket
import subprocess
import threading
import time

from . import free_port, wait_until


class Redis:
    """.port stays the same over restarts. Nothing is kept over them."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self):
        with (self.folder / "redis.log").open("a") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                 "--dir", str(self.folder)], stdout=log, stderr=log)
        wait_until(self.answers, "Redis answers")

    def answers(self):
        try:
            return self.command("PING") == b"+PONG"
        except OSError:
            return False

    def command(self, *words):
        """The first line of the answer, or the value of a bulk one; a list of an array."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as sock, sock.makefile("rb") as answer:
            sock.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in map(str.encode, words)))
            return self._read(answer)

    def _read(self, answer):
        line = answer.readline().rstrip(b"\r\n")
        if line[:1] == b"*":
            return [self._read(answer) for _ in range(int(line[1:]))]
        return answer.read(int(line[1:]) + 2)[:-2] if line[:1] == b"$" and line != b"$-1" else line

    def contents(self):
        """{key: value} of what is stored."""
        return {key: self.command("GET", key.decode()) for key in self.command("KEYS", "*")}

    def pause(self):
        """SIGSTOP: the kernel still accepts connections, nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.kill()


class Between:
    """Between a web server and its store: passes everything on, answers after .delay seconds, and closes the connection after
    the first .cut bytes of an answer where that is set. It counts the .requests."""

    def __init__(self, port):
        self.to, self.delay, self.cut, self.requests = port, 0, None, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.to)) as server:
            threading.Thread(target=self._answer, args=(client, server), daemon=True).start()
            try:
                while data := client.recv(65536):
                    self.requests += data.count(b"$3\r\nGET\r\n")
                    server.sendall(data)
            except OSError:
                pass

    def _answer(self, client, server):
        try:
            while data := server.recv(65536):
                time.sleep(self.delay)
                client.sendall(data if self.cut is None else data[:self.cut])
                if self.cut is not None:
                    client.shutdown(socket.SHUT_RDWR)
                    return
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def stop(self):
        self.listener.close()
