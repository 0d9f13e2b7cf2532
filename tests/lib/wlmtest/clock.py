"""Sets the time of day of one httpd, by a library that is loaded before libc (clock.c); the machine's clock stays as it is."""
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
        """From now on: so many seconds ahead of the machine's clock."""
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("q", ahead))
        self.ahead = ahead

    def now(self):
        return time.time() + self.ahead

    def preload_into(self, server):
        """The httpd will run with the library. Call it before the start."""
        server.under = ("env", f"LD_PRELOAD={self.library}", f"WLM_TEST_CLOCK={self.file}")
        return server
