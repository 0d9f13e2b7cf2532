"""The rows of the tables: their fields, and the results that can be wanted."""
import dataclasses

KEPT, CLOSED = True, False


@dataclasses.dataclass(frozen=True)
class Response:
    """What a member sends. wanted: the (status, body) for the client, or one of the two below. is_kept: is the member's
    connection used again?"""
    name: str
    section: str             # "9112 6.3": of that RFC
    data: bytes
    wanted: object
    is_kept: bool
    closes: bool = False     # the member closes the connection behind the bytes


REFUSED = "refused"          # a response: 502. A request: an error or nothing for the client, and nothing for the member
BROKEN = "broken"            # the client sees that the response is not complete


@dataclasses.dataclass(frozen=True)
class Request:
    """What a client sends. wanted: how many requests the member sees and the client has answers to; or REFUSED, or AT_MOST_ONE.
    is_kept: is the client's connection used again?"""
    name: str
    section: str
    data: bytes
    wanted: object
    is_kept: bool


AT_MOST_ONE = "at most one"  # read in one way, or refused: what follows never becomes a request of its own


def fields(*lines):
    return b"".join(line + b"\r\n" for line in lines)
