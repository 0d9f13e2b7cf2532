"""What happens to the site. Each actor is a loop in a thread of its own: a pause, then one deed."""
import collections
import contextlib
import os
import signal
import threading

from wlmtest import wait_until
from wlmtest.status import post

from .site import WEIGHTS, ThreadGroup, seeded

VICTIMS = [name for name in WEIGHTS if name != "well"]


class Actors(ThreadGroup):
    def __init__(self, site, seed):
        super().__init__()
        self.site, self.seed = site, seed
        self.deeds, self.problems = collections.Counter(), []
        self.threads = [threading.Thread(target=self._loop, args=(deed, pause)) for deed, pause in [
            (self.kill_a_member, 3), (self.stop_a_member, 5), (self.kill_a_child, 7), (self.change_the_file, 2),
            (self.spoil_the_file, 9), (self.restart_gracefully, 15), (self.restart_at_once, 45), (self.steer, 1)]]

    def _loop(self, deed, pause):
        rng = seeded(self.seed, deed.__name__)
        while not self.over.wait(rng.uniform(0.5, 1.5) * pause):
            try:
                deed(rng)
                self.deeds[deed.__name__] += 1
            except Exception as e:  # pylint: disable=broad-except  # a deed that fails is a problem of the site or of this file
                self.problems.append(f"{deed.__name__}: {type(e).__name__}: {e}")

    def kill_a_member(self, rng):
        """Between its death and its return its port refuses."""
        member = self.site.members[VICTIMS[0]]
        member.kill()
        self.over.wait(rng.uniform(0, 2))
        member.start()

    def stop_a_member(self, rng):
        member = self.site.members[VICTIMS[1]]
        member.pause()
        self.over.wait(rng.uniform(0.5, 8))
        member.resume()

    def kill_a_child(self, rng):
        pids = sorted(self.site.server.children_pids())
        if pids:  # none are there while httpd restarts
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(pids), signal.SIGKILL)

    def change_the_file(self, rng):
        missing = rng.sample(VICTIMS, rng.randint(0, 2))
        self.site.write(self.site.text(missing, {name: rng.randint(0, 9) if name != "well" else rng.randint(1, 9)
                                                 for name in WEIGHTS}))

    def spoil_the_file(self, rng):
        """Half a file, as a program that writes in place leaves it."""
        text = self.site.text()
        self.site.write(text[:rng.randint(0, len(text) - 12)])
        self.over.wait(2)
        self.site.write(text)

    def restart_gracefully(self, _):
        os.kill(self.site.server.group, signal.SIGUSR1)

    def restart_at_once(self, _):
        """Signals that httpd gets meanwhile are lost. It may take ten seconds: where children were killed, httpd's event MPM
        does not always reach the last one, and kills it (AH00046)."""
        server, before = self.site.server, self.site.server.count("AH00489")
        os.kill(server.group, signal.SIGHUP)
        wait_until(lambda: server.count("AH00489") > before, "httpd to have restarted", 60)

    def steer(self, rng):
        """It may come to nothing: the member may just have left the file, httpd may be restarting."""
        action = rng.choice(["drain", "disable", "enable", "enable", "reset", "reload"])
        form = {} if action == "reload" else {"member": rng.choice(VICTIMS + ["t"]), "for": rng.choice(["", "2s"])}
        if action in ("drain", "disable"):
            form["force"] = rng.choice(["", "1"])
        post(self.site.server, action=action, **{k: v for k, v in form.items() if v})
