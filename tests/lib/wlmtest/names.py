"""Host names of one httpd, by a library that is loaded before libc (names.c); the name service can be silent."""
import pathlib
import subprocess

from . import config_value


class Names:
    def __init__(self, folder):
        self.folder, self.library = folder / "names", folder / "names.so"
        self.folder.mkdir()
        self.folder.chmod(0o755)
        (self.folder / "asked").write_text("")
        (self.folder / "asked").chmod(0o666)
        subprocess.run([*config_value("CC").split(), "-O1", "-shared", "-fPIC", "-o", self.library,
                        pathlib.Path(__file__).with_suffix(".c")], check=True)

    def set(self, **answers):
        """By name: addresses, "silent", or None: there is no such name. A name here has _ for - and .invalid at its end."""
        for name, answer in answers.items():
            file = self.folder / host(name)
            if answer is None:
                file.unlink(missing_ok=True)
                continue
            new = self.folder / "new"
            new.write_text(answer)
            new.chmod(0o644)
            new.rename(file)

    def asked(self):
        """How often each name was looked up."""
        names = (self.folder / "asked").read_text().split()
        return {name: names.count(name) for name in names}

    def preload_into(self, server):
        """The httpd will run with the library. Call it before the start."""
        server.under = ("env", f"LD_PRELOAD={self.library}", f"WLM_TEST_NAMES={self.folder}")
        return server


def host(name):
    return name.replace("_", "-") + ".invalid"
