"""The kinds of request that are measured."""
import dataclasses

from . import h2client, wire


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    text: str            # for the docs
    method: str = "GET"
    size: int = 0        # of the body
    chunks: int = 0      # the body is sent in so many, without Content-Length
    expects: bool = False
    h2: bool = False
    requests: int = 192
    clients: int = 48

    def exchange(self, port, request_id, deadline):
        return (h2client if self.h2 else wire).exchange(port, self, request_id, deadline)


KINDS = [
    Kind("GET", "without a body"),
    Kind("POST 1 KiB", "with Content-Length", "POST", 1024),
    Kind("POST 10 MiB", "with Content-Length", "POST", 10 << 20, requests=24, clients=12),
    Kind("POST chunked", "4 KiB in 4 chunks", "POST", 4096, chunks=4),
    Kind("POST Expect", "1 KiB; the client sends it when it has been told to (Expect: 100-continue)", "POST", 1024,
         expects=True),
    Kind("HTTP/2 GET", "HTTP/2 from the client, cleartext, with prior knowledge", h2=True),
    Kind("HTTP/2 POST", "1 KiB, the same way", "POST", 1024, h2=True),
]
