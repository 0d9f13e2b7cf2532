"""48 clients, who send requests in three parts: before the fault, while it lasts, and when it is over."""
import collections
import dataclasses
import http.client
import threading
import time
import uuid

from . import DELAY_MS, CLIENT_TIMEOUT


@dataclasses.dataclass(frozen=True)
class Result:
    request_id: str
    status: int | None   # None: no complete answer
    seconds: float
    note: str = ""       # why there is none, or what is wrong with it

    def verdict(self):
        if self.status is None:
            return "broken"
        if 200 <= self.status < 300 and not self.note:
            return "2xx"
        return "5xx" if self.status >= 500 else "other"


def ask(port, kind):
    """One request, whatever comes of it."""
    request_id, begun = str(uuid.uuid4()), time.monotonic()
    status, note = None, ""
    try:
        status, body = kind.exchange(port, request_id, begun + CLIENT_TIMEOUT)
        if 200 <= status < 300 and b"body_bytes=%d\n" % kind.size not in body:
            note = "not the answer to this request"
    except (OSError, http.client.HTTPException) as e:
        note = f"{type(e).__name__}: {e}"
    return Result(request_id, status, time.monotonic() - begun, note)


class Load:
    """The fault begins with the request that is the third's first, so that all clients have requests in flight, and
    ends so many seconds later; the last third waits for that."""

    def __init__(self, port, kind, fault, member):
        self.port, self.kind, self.fault, self.member = port, kind, fault, member
        self.numbers, self.lock, self.results = iter(range(kind.requests)), threading.Lock(), []
        self.is_over, self.problem = threading.Event(), None

    def run(self):
        clients = [threading.Thread(target=self._client, args=(i,)) for i in range(self.kind.clients)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        assert len(self.results) == self.kind.requests, "a client thread has failed"
        if self.problem:
            raise self.problem
        return self.results

    def _client(self, index):
        time.sleep(DELAY_MS / 1000 * index / self.kind.clients)  # so that they do not send at the same moments
        while True:
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            if number == self.kind.requests // 3:
                threading.Thread(target=self._fault).start()
            if number >= self.kind.requests * 2 // 3:
                self.is_over.wait()
            result = ask(self.port, self.kind)
            with self.lock:
                self.results.append(result)

    def _fault(self):
        try:
            self.fault.begin(self.member)
            time.sleep(self.fault.seconds)
            self.fault.end(self.member)
        except Exception as e:  # pylint: disable=broad-except  # raised by run()
            self.problem = e
        self.is_over.set()


def verdicts(results):
    return collections.Counter(r.verdict() for r in results)
