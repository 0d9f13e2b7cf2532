"""A module for httpd that only a story needs, from its source beside the stories."""
import subprocess

from . import BUILD, ROOT, config_value


def build(name):
    """tests/http/mod_NAME.c as a shared object. @return the LoadModule line"""
    source, path = ROOT / "tests" / "http" / f"mod_{name}.c", BUILD / "tests" / f"mod_{name}.so"
    if not path.exists() or path.stat().st_mtime < source.stat().st_mtime:
        path.parent.mkdir(exist_ok=True)
        command = [config_value("CC"), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-fPIC", "-shared",
                   *config_value("APR_CPPFLAGS").split(), *config_value("HTTPD_CPPFLAGS").split(), "-o", path, source]
        subprocess.run(command, check=True, timeout=60)
    return f"LoadModule {name}_module {path}\n"
