"""The faults that are measured."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    text: str
    seconds: float          # from the begin of the fault to its end, when the member is good again
    answer: str = None      # of a FaultyMember; None: a real process, and these of its methods:
    begin_by: str = None
    end_by: str = None

    def begin(self, member):
        if self.answer:
            member.begin(self.answer)
        else:
            getattr(member, self.begin_by)()

    def end(self, member):
        if self.answer:
            member.end()
        else:
            getattr(member, self.end_by)()


FAULTS = [
    Fault("kill", "the process is killed (kill -9), and started again", 1, begin_by="kill", end_by="start"),
    Fault("stop", "the process is stopped (SIGSTOP), and goes on", 4, begin_by="pause", end_by="resume"),
    Fault("reset at once", "new connections, and requests on kept ones, are reset unread", 1, "reset_at_once"),
    Fault("reset", "a request is read, then the connection is reset", 1, "reset"),
    Fault("end", "a request is read, then the connection is closed without a byte", 1, "finish"),
    Fault("half a head", "half of the answer's head, then the connection is closed", 1, "half_head"),
    Fault("half a body", "the answer's head and half of its body, then the connection is closed", 1, "half_body"),
    Fault("refuse", "no process listens; what was begun is answered, then its connection is closed", 1, "refuse"),
    Fault("black hole", "no connection is established, those that there are say nothing more", 4, "silent"),
    Fault("trickle", "the answers come byte by byte, each in about 4 s", 1, "trickle"),
    Fault("503", "what comes is read, not executed, and answered with status 503 at once", 1, "busy"),
]
