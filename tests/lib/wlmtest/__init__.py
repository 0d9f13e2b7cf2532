"""The library of the tests: an httpd with the module (httpd.py), members, real and scripted (members.py), plugin-cfg.xml
files (plugincfg.py), clients (client.py, http2.py); and what belongs to some tests only (the other files)."""
import contextlib
import os
import pathlib
import random
import re
import shutil
import socket
import tempfile
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / os.environ.get("WLM_BUILD", "build")
CONFIG = ROOT / os.environ.get("WLM_CONFIG", "config.mk")  # what ./configure wrote
SAMPLES = sorted((ROOT.parent / "shared" / "plugin-cfg-samples").glob("*.xml"))  # real files; a user's clone has none
WITHOUT_SAMPLES = pytest.mark.skip(reason="../shared/plugin-cfg-samples is not there")


def each_sample(make=lambda path: pytest.param(path, id=path.stem)):
    """For parametrize: a case for each real file, or one that is skipped with the reason. The test's name has real_files in it:
    by that, `make check-real-files` finds it."""
    return [make(path) for path in SAMPLES] or [pytest.param(None, marks=WITHOUT_SAMPLES, id="absent")]


def config_value(name):
    """A value of config.mk, which ./configure wrote; "" before that, so that tests can be listed where nothing is built yet."""
    if not CONFIG.exists():
        return ""
    match = re.search(rf"^{name} *= *(.*)$", CONFIG.read_text(), re.M)
    return match.group(1).strip()


def _own_ports():
    """Each once. They lie below those that Linux gives to clients and to listeners without a port of their own: so nobody else
    takes one while nothing listens there. Of tests that run side by side (tests/run/http.sh), each process has its own."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ports = range(10000 + process, 32768, processes)
    return iter(random.sample(ports, len(ports)))


OWN_PORTS = _own_ports()


def free_port():
    """A port on which nothing listens, and nothing will but what the caller starts."""
    for port in OWN_PORTS:
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port
    raise AssertionError("there is no free port")


def wait_until(condition, what, seconds=10.0):
    """Wait for condition() to be true; its value is returned. Fails with `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for: {what}"
        time.sleep(0.01)  # between two checks of the condition


@contextlib.contextmanager
def meanwhile(action, threads=1, pause=0):
    """So many threads do the action again and again while the block runs, and end with it however it ends. Yields the list of
    what it has returned."""
    over, results = threading.Event(), []

    def run():
        while not over.is_set():
            results.append(action())
            over.wait(pause)
    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield results
    finally:
        over.set()
        for thread in running:
            thread.join()


@contextlib.contextmanager
def temporary_folder():
    """A short path that httpd's children may enter, too (pytest's own is closed to other users)."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="wlm-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def am_root():
    return os.geteuid() == 0
