"""An httpd whose time of day can be set (clock.c), and nobody else's."""
import pathlib
import struct
import subprocess
import time

from . import config_value


class Clock:
    def __init__(self, folder):
        self.file, self.library = folder / "ahead", folder / "clock.so"
        self.set(0)
        self.file.chmod(0o644)
        subprocess.run([*config_value("CC").split(), "-O1", "-shared", "-fPIC", "-o", self.library,
                        pathlib.Path(__file__).with_suffix(".c")], check=True)

    def set(self, ahead):
        """So many seconds ahead of the true one, from now on."""
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("q", ahead))
        self.ahead = ahead

    def now(self):
        return time.time() + self.ahead

    def give_to(self, server):
        """Before it is started."""
        server.under = ("env", f"LD_PRELOAD={self.library}", f"WLM_TEST_CLOCK={self.file}")
        return server
