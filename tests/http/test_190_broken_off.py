"""Stories of responses that a member breaks off: the client gets all that came before, can tell that it is not all, and never
takes it for a whole one."""
import array
import contextlib
import fcntl
import socket
import subprocess
import termios
import threading

import h2.events
import h2.settings
import pytest

from wlmtest import config_value, http2, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg

OVER = threading.Event()  # ends the hanging scripts when the module is through
COLLECTED = 131072        # bytes of a response may be collected before they are passed on


@pytest.fixture(autouse=True, scope="module")
def over():
    yield
    OVER.set()


def pattern(size):
    letters = bytes(range(ord("a"), ord("z") + 1))
    return (letters * (size // 26 + 1))[:size]


def unsent(sock):
    """Bytes that the other side's kernel has not taken yet."""
    count = array.array("i", [0])
    fcntl.ioctl(sock, termios.TIOCOUTQ, count)
    return count[0]


def close(_):
    pass


def reset(c):
    wait_until(lambda: not unsent(c.sock), "httpd to have got all of it")  # what is on its way would be lost with it
    c.reset()


def hang(_):
    OVER.wait(40)


def lie(c):
    c.send(b"\r\nzz\r\n")


MORE = 88  # bytes that are announced, and do not come
FIELDS = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=600\r\n"
FRAMINGS = {
    "length":           lambda size: b"Content-Length: %d\r\n\r\n" % (size + MORE) + pattern(size),
    "within a chunk":   lambda size: b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (size + MORE) + pattern(size),
    "between chunks":   lambda size: b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + pattern(size) + b"\r\n",
    "behind a chunk":   lambda size: b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + pattern(size),
    "until it closes":  lambda size: b"\r\n" + pattern(size),
}
# how it breaks off, and in which framings that is one
WAYS = [(way, framing) for way, framings in {
    close: ["length", "within a chunk", "between chunks"],
    reset: ["length", "within a chunk", "until it closes"],
    hang:  ["length", "within a chunk", "between chunks", "until it closes"],
    lie:   ["behind a chunk"],
}.items() for framing in framings]
SIZES = [1, 8000, 65536 - MORE, 65537, 131072, 200_000, 1_000_012]
all_ways = pytest.mark.parametrize("way,framing", WAYS, ids=[f"{way.__name__}-{framing}" for way, framing in WAYS])
http1_and_2 = pytest.mark.parametrize("protocol", ["--http1.1", "--http2-prior-knowledge"])


def io_timeout(way):
    """Seconds. Only who hangs is to reach it: the others may have to wait for a processor."""
    return 1 if way is hang else 20


def sizes(way):
    return [1, 65537, 1_000_012] if way is hang else SIZES * 4  # a time-out takes its time


def breaking_off(way, framing):
    """Answers /app/SIZE with so many bytes, and not with the rest."""
    def script(c):
        size = int(c.read_head().split(b" ")[1].split(b"/")[2])
        c.send(FIELDS + FRAMINGS[framing](size))
        way(c)
    return script


@pytest.fixture
def curl(folder):
    """Fetches a path. The status, whether the client takes the response for complete, and what it has got of it."""
    def get(server, path, *args):
        body = folder / "body"
        body.unlink(missing_ok=True)
        result = subprocess.run(["curl", "-s", "-o", body, "-w", "%{http_code}", *args, f"http://127.0.0.1:{server.port}{path}"],
                                capture_output=True, text=True, timeout=30, check=False)
        return int(result.stdout), result.returncode == 0, body.read_bytes() if body.exists() else b""
    return get


@pytest.fixture
def broken(httpd, scripted):
    """A server whose only member breaks responses off."""
    def make(way, framing, extra=""):
        x = scripted(breaking_off(way, framing))
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": io_timeout(way)})])), extra)
        server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0038")
        return server, x
    return make


def get_by_http2(server, path):
    """As curl(), which drops what it has got when a stream is reset."""
    answer = http2.request(server.port, "GET", path)
    return answer.status, not answer.error, answer.body


@pytest.mark.parametrize("protocol", ["1.1", "2"])
@all_ways
def test_190_01_the_client_gets_what_came_before_the_end(broken, curl, way, framing, protocol):
    server, _ = broken(way, framing)
    for size in sizes(way):
        path = f"/app/{size}"
        status, complete, body = get_by_http2(server, path) if protocol == "2" else curl(server, path, "--http1.1")
        if status == 200:
            assert not complete
            assert len(body) == size
            assert body == pattern(size)
        else:
            assert (status, complete) == (502, True)
            assert size < COLLECTED, "a part of it must have gone to the client"


# -- caches ----------------------------------------------------------------------------------------------

SIZE = 200_000
LARGE = 30_000_000  # more than all buffers on the way hold
CACHES = {
    "disk": "LoadModule cache_disk_module {mods}/mod_cache_disk.so\nCacheRoot {cache}\nCacheEnable disk /\n",
    "socache": "LoadModule socache_shmcb_module {mods}/mod_socache_shmcb.so\n"
               "LoadModule cache_socache_module {mods}/mod_cache_socache.so\n"
               "CacheSocache shmcb:{cache}/shmcb(100000000)\nCacheSocacheMaxSize 500000\nCacheEnable socache /\n",
}
ALL_WAYS = {f"{way.__name__}-{framing.replace(' ', '-')}": (way, framing) for way, framing in WAYS}


@pytest.fixture
def cached(httpd, scripted, folder):
    """A server that caches, and its member: that breaks the first response to each path off, in the way that the path names,
    and gives whole ones then."""
    def make(provider, quick_handler, extra="", seconds=io_timeout(hang)):
        def script(c):
            while (head := c.read_head()) is not None:
                path = head.split(b" ")[1].decode()
                way, framing = ALL_WAYS.get(path.split("/")[2], (None, None))
                if way and path not in seen:
                    seen.append(path)
                    c.send(FIELDS + FRAMINGS[framing](SIZE))
                    return way(c)
                size = LARGE if "/large/" in path else SIZE
                c.send(FIELDS + b"Content-Length: %d\r\n\r\n" % size + pattern(size))
        seen = []
        x = scripted(script)
        cache, mods = folder / "cache", config_value("HTTPD_LIBEXECDIR")
        cache.mkdir()
        cache.chmod(0o777)
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": seconds})])),
                       f"LoadModule cache_module {mods}/mod_cache.so\nLoadModule filter_module {mods}/mod_filter.so\n"
                       f"LoadModule deflate_module {mods}/mod_deflate.so\nCacheQuickHandler {quick_handler}\n"
                       + CACHES[provider].format(mods=mods, cache=cache)
                       + "<LocationMatch deflate$>\nSetOutputFilter DEFLATE\n</LocationMatch>\n" + extra)
        server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0038")
        return server, x
    return make


caches = pytest.mark.parametrize("provider", CACHES)
quick_handlers = pytest.mark.parametrize("quick_handler", ["On", "Off"])


def asked_for(member, path):
    return sum(f" {path} " in head for head in member.heads)


@http1_and_2
@quick_handlers
@caches
def test_190_03_no_cache_takes_it_for_a_whole_one(cached, curl, provider, quick_handler, protocol):
    def is_cached(server, member, path, protocol):
        """A client may have all of a response before the cache has."""
        before = asked_for(member, path)
        assert curl(server, path, protocol, "--compressed") == (200, True, pattern(SIZE)), path
        return asked_for(member, path) == before

    server, x = cached(provider, quick_handler)
    for name in [*(name for name in ALL_WAYS if "hang" not in name or "length" in name), "whole"]:
        for path in (f"/app/{name}/plain", f"/app/{name}/deflate"):
            status, complete, _ = curl(server, path, protocol, "--compressed")
            assert name == "whole" or not complete or status == 502, path
            wait_until(lambda: is_cached(server, x, path, protocol), "a whole response to be in the cache")
            assert name == "whole" or asked_for(x, path) > 1, path


@quick_handlers
@pytest.mark.parametrize("protocol", ["1.1", "2"])
def test_190_04_no_cache_takes_it_for_a_whole_one_when_the_client_left(cached, curl, quick_handler, protocol):
    server, x = cached("disk", quick_handler, "CacheMaxFileSize 100000000\n", io_timeout(close))
    path = f"/app/large/{LARGE}"
    if protocol == "2":
        with http2.Http2(server.port) as client:
            client.begin("GET", path, ended=True)
            assert client.wait_for(h2.events.DataReceived)
    else:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            assert client.recv(1000)
    server.wait_for_log("WLM0032")

    def is_asked():
        before = asked_for(x, path)
        answer = get_by_http2(server, path) if protocol == "2" else curl(server, path, "--http1.1")
        assert answer == (200, True, pattern(LARGE))
        return asked_for(x, path) > before
    assert is_asked()
    wait_until(lambda: not is_asked(), "a whole response to be in the cache")


# -- what httpd or the client breaks off -------------------------------------------------------------------

def lines(before, line, after):
    """A chunked response of lines; one of them is too long for the filter of the story."""
    short = pattern(99) + b"\n"
    body = short * before + pattern(line) + b"\n" + short * after
    return FIELDS + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@http1_and_2
@pytest.mark.parametrize("before,after,status", [(4000, 4000, 200), (4000, 0, 200), (0, 4000, 500), (0, 0, 500)])
def test_190_05_a_filter_of_httpd_fails(httpd, scripted, curl, protocol, before, after, status):
    def script(c):
        while c.read_head():
            c.send(lines(before, 50000, after))
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])),
                   f"LoadModule substitute_module {config_value('HTTPD_LIBEXECDIR')}/mod_substitute.so\n"
                   "SetOutputFilter SUBSTITUTE\nSubstitute s/ABC/abc/\nSubstituteMaxLineLength 10000\n")
    for _ in range(5):
        answer = curl(server, "/app/", protocol)
        assert answer[0] == status
        assert status == 500 or not answer[1], "a part is taken for the whole"


def test_190_06_a_client_that_ends_in_its_upload_gets_no_whole_response(httpd, scripted):
    """The member answers while it reads, and waits for the rest of what it reads."""
    def script(c):
        c.read_head()
        c.send(FIELDS + b"Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n")
        c.wait_for_close()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})], PostBufferSize=0)), "WLMDefaults Original")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc")
        text = b""
        while b"part" not in text:
            text += s.recv(65536)
        s.shutdown(socket.SHUT_WR)
        text += b"".join(iter(lambda: s.recv(65536), b""))
    assert text.startswith(b"HTTP/1.1 200 ") and not text.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("fields", [b"Content-Length: 1000000\r\n", b"Content-Length: 1000000\r\nExpect: 100-continue\r\n"])
@pytest.mark.parametrize("filters", ["", "SetOutputFilter DEFLATE\n"])
@pytest.mark.parametrize("framing", ["length", "within a chunk", "between chunks"])
def test_190_07_an_early_answer_that_breaks_off(httpd, scripted, framing, filters, fields):
    """The rest of the request is not wanted, so that the client's connection is closed behind the answer. That must not be taken
    for the answer's end."""
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 413 Too Large\r\nContent-Type: text/plain\r\n" + FRAMINGS[framing](SIZE))
        reset(c)
    x = scripted(script)
    mods = config_value("HTTPD_LIBEXECDIR")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})], PostBufferSize=0)),
                   f"WLMDefaults Original\nLoadModule filter_module {mods}/mod_filter.so\nLoadModule deflate_module {mods}/mod_deflate.so\n" + filters)
    server.expect("WLM0030", "WLM0038")
    for _ in range(5):
        text = server.client.raw(b"POST /app/ HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n" + fields + b"\r\nabc")
        head = next(head for head in text.split(b"\r\n\r\n") if not head.startswith(b"HTTP/1.1 100 "))
        if head.startswith(b"HTTP/1.1 413 "):
            assert b"Content-Length: %d" % (SIZE + MORE) in head or b"Transfer-Encoding: chunked" in head, head
            assert not text.endswith(b"\r\n0\r\n\r\n")
        else:
            assert head.startswith(b"HTTP/1.1 502 ")


def test_190_08_a_client_of_http2_that_takes_no_more_harms_nobody(broken):
    server, _ = broken(hang, "within a chunk")
    for leaves in (False, True):
        with http2.Http2(server.port) as client:
            client.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 1000})
            client.h2.acknowledge_received_data = lambda *_: None  # so it has room for no more
            client.begin("GET", "/app/30000", ended=True)
            assert client.wait_for(h2.events.DataReceived)
            if leaves:
                client.sock.close()
            assert http2.request(server.port, "GET", "/index.html").status == 200
