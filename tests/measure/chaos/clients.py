"""Clients. A complete answer must be the one to the client's own request; errors are counted by status."""
import collections
import http.client
import socket
import struct
import threading
import uuid

from wlmtest.upgrade import ASK, Peer

from .site import ThreadGroup, seeded

KINDS = {"GET": 6, "large GET": 2, "POST": 6, "session": 6, "leaver": 3, "tunnel": 2}  # clients of each


class Clients(ThreadGroup):
    def __init__(self, site, seed):
        super().__init__()
        self.site, self.seed = site, seed
        self.counts, self.wrong, self.lock = collections.Counter(), [], threading.Lock()
        self.threads = [threading.Thread(target=self._loop, args=(kind, i)) for kind, n in KINDS.items() for i in range(n)]

    def note(self, kind, what, wrong=None):
        with self.lock:
            self.counts[kind, what] += 1
            if wrong:
                self.wrong.append(f"{kind}: {wrong}")

    def _loop(self, kind, number):
        rng = seeded(self.seed, f"{kind} {number}")
        act = {"leaver": self.leave, "tunnel": self.tunnel}.get(kind)
        connection, state = self.site.server.client.connect(), {}
        while not self.over.wait(rng.uniform(0, 0.05)):
            try:
                if act:
                    act(rng)
                else:
                    self.ask(kind, connection, state, rng)
            except (OSError, http.client.HTTPException, AssertionError) as e:
                self.note(kind, f"connection ended ({type(e).__name__})")
                connection.close()
        connection.close()

    def ask(self, kind, connection, state, rng):
        """One request on a kept connection."""
        mark, body, headers = str(uuid.uuid4()), None, {}
        target = f"/app/{mark}"
        if kind == "large GET":
            target += f"?bytes={rng.choice([70_000, 1_000_000])}&chunked={rng.randint(0, 1)}"
        if kind == "POST":
            body = (mark * rng.choice([1, 30, 3000, 30000])).encode()
            target += "?echo=1"
        if kind == "session" and state:
            headers["Cookie"] = state["cookie"]
        connection.request("POST" if body else "GET", target, body, headers)
        answer = connection.getresponse()
        got = answer.read()
        wrong = None
        if answer.status == 200:
            wrong = self.what_is_wrong(kind, target, body, got)
        elif answer.status in (502, 503, 504) and kind != "POST":
            wrong = f"answered with {answer.status} although a member is well: {target}"
        self.note(kind, answer.status, wrong)
        if kind == "session" and answer.getheader("Set-Cookie"):
            state["cookie"] = answer.getheader("Set-Cookie").split(";")[0]

    @staticmethod
    def what_is_wrong(kind, target, body, got):
        if kind == "POST":
            return None if got == body else f"{len(body)} bytes sent, {len(got)} others came back: {target}"
        if kind == "large GET":
            wanted = int(target.split("bytes=")[1].split("&")[0])
            return None if len(got) == wanted else f"{len(got)} of {wanted} bytes: {target}"
        return None if b"path=" + target.encode() + b"\n" in got else f"the answer to another request: {target}: {got[:200]}"

    def leave(self, rng):
        """A client that goes away: within its request, while it waits, within the answer; by FIN or by RST."""
        with socket.create_connection(("127.0.0.1", self.site.server.port), timeout=20) as sock:
            where = rng.choice(["head", "body", "wait", "answer"])
            head = f"POST /app/{where}?delay=500 HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n".encode()
            if where in ("wait", "answer"):
                query = "delay=1000" if where == "wait" else "bytes=5000000"
                head = f"GET /app/{where}?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            sock.sendall(head[:20] if where == "head" else head + b"x" * 100_000 * (where == "body"))
            if where == "answer":
                sock.recv(1000)
            self.over.wait(rng.uniform(0, 0.2))
            if rng.random() < 0.5:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.note("leaver", where)

    def tunnel(self, rng):
        peer = Peer(self.site.server, ask=ASK.replace(b"/app/", b"/ws/") % b"")
        try:
            if b" 101 " not in peer.head.split(b"\r\n", 1)[0]:
                return self.note("tunnel", "refused: " + peer.head[9:12].decode())
            while not self.over.is_set() and rng.random() < 0.98:
                data = rng.randbytes(rng.choice([1, 1000, 100_000]))
                if peer.echo(data) != data:
                    self.note("tunnel", "wrong", "other bytes came back than were sent")
                self.over.wait(rng.uniform(0, 0.3))
            self.note("tunnel", "closed")
        finally:
            peer.sock.close()
