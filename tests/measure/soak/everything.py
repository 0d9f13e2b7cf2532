"""A soak with everything at once: beside what there is in any, TLS on both sides, HTTP/2, sessions, checks, outliers, slow start, a
state file, members that fail, and people who steer. Every answer is compared with what was asked for, and every POST is looked for at
the members."""
import asyncio
import collections
import os
import ssl
import statistics
import time
import uuid

from h2.events import ConnectionTerminated

from bench.httpd_systems import TLS
from common.client import FAILURES, Client
from wlmtest import config_value, free_port
from wlmtest.http2 import Http2
from wlmtest.status import LOCATION, post
from wlmtest.tls import Authority

from .actors import Actors
from .clients import LAG, RACE, Caller, Clients
from .member import Member, answer_to
from .site import ADDRESSES, LASTS, MORTAL, SoakSite, SoakSystem, text

MODULES = ("watchdog", "unixd", "ssl", "http2", "authz_host")
BETWEEN_FAULTS, BETWEEN_STEPS = 7, 3       # seconds
FAULT_MS = 3000
SIZES = (0, 1000, 70_000, 400_000)         # bytes of answers
TIMES_IN_FLIGHT = 3                        # descriptors
KEPT = 30                                  # seconds for which a connection to a member is kept


class EverythingSite(SoakSite):
    def __init__(self, system, server, members):
        super().__init__(system, server, members)
        self.tls_port = system.tls_port
        self.counts |= {"faults": 0, "steps": 0}

    def ports(self):
        return [self.port, self.tls_port]


class EverythingSystem(SoakSystem):
    make_site = EverythingSite

    def __init__(self, folder):
        super().__init__()
        self.modules = [m for m in MODULES if os.path.exists(f"{config_value('HTTPD_LIBEXECDIR')}/mod_{m}.so")]
        self.folder, self.tls_port = folder, free_port()
        authority = Authority(folder)
        self.trusted = authority.pem
        self.certificate = authority.sign("site", ",".join(f"IP:127.0.{net}.{n}" for net in (0, 1) for n in range(1, 5)))

    def _make_member(self, name):
        return Member(name, f"127.0.1.{1 + ord(name) - ord(LASTS)}", self.certificate, self.folder)

    def _configure(self, server, members):
        listens = [f"Listen {address}:{server.port}" for address in ADDRESSES if address != "127.0.0.1"]
        server.configure(text(members), "\n".join([
            *listens, f"WLMEngine {self.engine}", "WLMQueue 2000 60s", "WLMHealthCheck interval=2 path=/health",
            "WLMOutlier failures=3 share=30 5xx=on", "WLMSlowStart 5", f"WLMStateFile {server.path}/run/wlm.state", "WLMBodySpool 16M",
            f"WLMTLSTrust {self.trusted}", "Protocols h2c http/1.1", "KeepAliveTimeout 15", LOCATION,
            TLS.format(port=self.tls_port, certificate=self.certificate)]))


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def is_notice(event):
    """httpd will end this connection when the streams that it has are answered; the library of this client reads no further."""
    return isinstance(event, ConnectionTerminated) and event.error_code == 0 and event.last_stream_id == 2 ** 31 - 1


class EverythingClients(Clients):
    RAMP, SAMPLES = 10, 2
    ANSWERS = {"queued": (200, 503)}       # where the other members are full, that of a member which fails may be the answer
    GOOD = {"get": "200", "session": "200", "over_tls": "200", "http2": "200", "post": "200", "upload": "200", "queued": "200",
            "websocket": "echoed"}

    def __init__(self, site, seed, connections, longest):
        super().__init__(site, seed, connections, longest)
        kinds = [(self.get, 0.30), (self.session, 0.15), (self.over_tls, 0.15), (self.http2, 0.02), (self.post, 0.12), (self.upload, 0.04),
                 (self.queued, 0.05), (self.websocket, 0.10), (self.leave, 0.07)]
        self.kinds = [(step, max(1, round(connections * share))) for step, share in kinds]
        self.posts = collections.Counter()

    def new_client(self, step, number):
        if step == self.over_tls:
            return Caller(self.site.tls_port, timeout=self.site.client_of(number).timeout, tls=trusting())
        return super().new_client(step, number)

    async def _compare(self, kind, client, rng, session=None):
        """A GET that any member may have: it must be answered, by what was asked for, and completely."""
        size = rng.choice(SIZES)
        target = f"/app/{uuid.uuid4()}?bytes={size}&ms={rng.choice([0, 20, 200, 1000])}"
        was_open, begun = client.is_open(), asyncio.get_running_loop().time()
        status, body = await client.get(target, session)
        if not status and was_open and asyncio.get_running_loop().time() - begun < RACE + LAG * max(self.lags):
            self.counts[kind, "closed meanwhile, sent again"] += 1
            status, body = await client.get(target, session)
        self.note(kind, str(status or "cut, or no answer"), status == 200)
        if status == 200 and body.decode("latin-1") != answer_to(target, size):
            self.note(kind, f"another answer than to {target}: {body[:80]}", False)
        await self.pause(rng.uniform(0, 0.2))

    async def get(self, client, rng):
        await self._compare("get", client, rng)

    async def session(self, client, rng):
        """Of a member that may die: then any other one serves it."""
        await self._compare("session", client, rng, rng.choice(LASTS + MORTAL))

    async def over_tls(self, client, rng):
        await self._compare("over_tls", client, rng)

    def _by_http2(self, target, is_secure):
        with Http2(self.site.tls_port if is_secure else self.site.port, 60, trusting() if is_secure else None) as client:
            client.begin("GET", target, ended=True)
            return client.answer()

    async def http2(self, _, rng):
        size, is_secure = rng.choice(SIZES), rng.random() < 0.5
        target = f"/app/{uuid.uuid4()}?bytes={size}&ms={rng.choice([0, 20, 200])}"
        try:
            answer = await asyncio.to_thread(self._by_http2, target, is_secure)
        except OSError as e:
            self.note("http2", f"no answer: {e}", False)
            return
        if is_notice(answer.error):
            self.counts["http2", "told to end meanwhile"] += 1
            return
        is_whole = answer.status == 200 and not answer.error and answer.body.decode("latin-1") == answer_to(target, size)
        self.note("http2", str(answer.status) if is_whole else f"{answer.status}, {answer.error}, {len(answer.body)} bytes", is_whole)

    async def post(self, client, rng):
        """A member that has had it and failed is its end: 502, 503 or 504. So is one that dies, and httpd's own end of a connection."""
        mark, body = str(uuid.uuid4()), b"x" * rng.choice([10, 3000, 100_000])
        client.close()
        self.posts[mark] += 1
        target = f"/app/{mark}?ms={rng.choice([0, 50, 300])}"
        try:
            async with asyncio.timeout(client.timeout):
                await client._send(target, f"X-Request-Id: {mark}\r\nContent-Length: {len(body)}\r\n", "POST")
                client.writer.write(body)
                status, answer = await client._read()
        except FAILURES:
            status, answer = 0, b""
            client.close()
        self.note("post", str(status or "cut, or no answer"), status in (200, 502, 503, 504))
        if status == 200 and answer.decode() != answer_to(target, 0):
            self.note("post", f"another answer than to {target}: {answer[:80]}", False)
        await self.pause(rng.uniform(0, 0.2))

    async def upload(self, client, rng):
        """As a POST; one that comes slowly. The end of a connection that httpd has answered before is an answer, too."""
        begun = time.monotonic()
        status = await client.upload("/app/", self.pause, rng.uniform(1, 5))
        self.note("upload", str(status), status in (200, 502, 503, 504), self.site.has_died_since(begun - FAULT_MS / 1000))
        client.close()

    def twice(self):
        """What is wrong with the POSTs."""
        had = collections.Counter(mark for member in self.site.members for mark in member.received())
        print(f"POSTs: {len(self.posts)} sent, {len(had)} at members, {sum(n > 1 for n in had.values())} of these twice")
        return [f"a POST was with members {n} times: {mark}" for mark, n in had.items() if n > 1]


class EverythingActors(Actors):
    def loops(self):
        return [*super().loops(), self._fail, self._steer]

    async def _fail(self):
        """One at a time, so that there is always another one."""
        while True:
            await self.pause(BETWEEN_FAULTS)
            if self.are_over:
                return
            member = self.rng.choice([m for m in self.site.members if m.name in MORTAL])
            client = Client(member.port, host=member.host)
            self.site.note_death(member.name)
            await client.get(f"/fail?ms={FAULT_MS}")
            client.close()
            self.site.counts["faults"] += 1

    async def _steer(self):
        while True:
            await self.pause(BETWEEN_STEPS)
            form = {"action": "enable"} if self.are_over else {
                "action": self.rng.choice(["drain", "disable", "enable", "enable", "reset"]), "member": self.rng.choice(MORTAL)}
            await asyncio.to_thread(post, self.site.server, **form)
            if self.are_over:
                return
            self.site.counts["steps"] += 1


def what_is_open(samples):
    """Descriptors beside those of idle children and of the clients' connections: of connections to members, those that are kept, too,
    and of bodies in files. To the requests in flight: the most of those that were there in the time for which connections are kept."""
    first, last = samples[0], [s for s in samples[1:] if s.slots]
    idle = first.sum_of("descriptors") / len(first.children)
    busy = [s for s in last if s.at > EverythingClients.RAMP]
    if len(busy) < 3:
        return ["there are too few figures of descriptors; the run is too short"]
    more = statistics.mean(s.sum_of("descriptors") - idle * len(s.children) - s.clients for s in busy)
    in_flight = statistics.mean(max(o.in_flight for o in last if s.at - KEPT <= o.at <= s.at) for s in busy)
    print(f"descriptors: {idle:.0f} of an idle child; on average {statistics.mean(s.sum_of('descriptors') for s in busy):,.0f} in all, "
          f"{statistics.mean(s.clients for s in busy):,.0f} of these for clients, {more:,.0f} for members and bodies; "
          f"{statistics.mean(s.in_flight for s in busy):,.0f} requests in flight, at most {in_flight:,.0f} within {KEPT} s\n")
    return [] if more < TIMES_IN_FLIGHT * in_flight else [f"{more:,.0f} descriptors with at most {in_flight:,.0f} requests in flight"]
