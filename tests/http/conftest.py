"""Fixtures: everything that a story starts is stopped, and an error log with undeclared messages fails it."""
import contextlib
import pathlib
import resource
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / folder) for folder in ("lib", "measure")]

from wlmtest import temporary_folder  # noqa: E402
from wlmtest.httpd import Httpd  # noqa: E402
from wlmtest.members import Member, ScriptedMember  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures seconds that other tests at the same time would make more, or needs more "
                            "than its share of the processors")


@pytest.fixture
def folder():
    with temporary_folder() as path:
        yield path


@pytest.fixture
def httpd(folder):
    servers = []

    def make(plugin_cfg=None, extra="", start=True, **options):
        path = folder / f"httpd{len(servers)}"
        path.mkdir()
        server = Httpd(path, **options).configure(plugin_cfg, extra)
        servers.append(server)
        return server.start() if start else server

    yield make
    with contextlib.ExitStack() as stack:  # all are stopped, also when one of them does not do so by itself
        for server in servers:
            stack.callback(server.stop)
    for server in servers:
        assert not server.check_log(), "undeclared messages:\n" + "\n".join(server.check_log())


@pytest.fixture
def member(folder):
    members = []

    def make(name, **options):
        members.append(Member(name, folder, **options))
        return members[-1]

    yield make
    for m in members:
        m.stop()


@pytest.fixture
def scripted():
    members = []

    def make(script, name="x", path=None, **where):
        members.append(ScriptedMember(name, script, path, **where))
        return members[-1]

    yield make
    for m in members:
        m.stop()


@pytest.fixture
def descriptors():
    """A thousand clients need more than there may be as it is."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
