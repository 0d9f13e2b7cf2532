"""Modules of httpd that a test needs: httpd's own, and those built from tests/http/mod_*.c."""
import os
import subprocess

from . import BUILD, ROOT, config_value


def load(*names):
    """The LoadModule lines of modules of httpd; one that is not there as a file is built in."""
    folder = config_value("HTTPD_LIBEXECDIR")
    return "".join(f"LoadModule {n}_module {folder}/mod_{n}.so\n" for n in names if os.path.exists(f"{folder}/mod_{n}.so"))


def build_file(name, *more, options=(), folder=BUILD / "tests"):
    """tests/http/mod_NAME.c as a shared object, with more object files and archives of the build, and options of the
    compiler. @return its path"""
    source, path = ROOT / "tests" / "http" / f"mod_{name}.c", folder / f"mod_{name}.so"
    if not path.exists() or any(path.stat().st_mtime < part.stat().st_mtime for part in (source, *more)):
        folder.mkdir(exist_ok=True)
        made = folder / f"mod_{name}.{os.getpid()}"  # other processes of tests may load it, or build it, too
        command = [config_value("CC"), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-fPIC", "-shared",
                   "-iquote", ROOT, "-iquote", ROOT / "mod_wlm",
                   *config_value("APR_CPPFLAGS").split(), *config_value("HTTPD_CPPFLAGS").split(), *options, "-o", made,
                   source, *more]
        subprocess.run(command, check=True, timeout=60)
        made.rename(path)
    return path


def build(name):
    """A module of its own. @return the LoadModule line"""
    return f"LoadModule {name}_module {build_file(name)}\n"
