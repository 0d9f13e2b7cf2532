"""How long it takes many nodes to register, and what their STATUS costs. The nodes are fake ones: each has a connection of its own
and says one thing after the other, as mod_cluster's listener does. No request goes to them."""
import argparse
import asyncio
import sys
import time
import urllib.parse

from bench.cost import cost_of
from common.limits import raise_limit
from common.output import write_into
from wlmtest import ROOT, free_port, temporary_folder, wait_until
from wlmtest.httpd import Httpd

PLACE = """WLMRegistry registry/nodes.xml
WLMSlots {members} {clusters}
AsyncRequestWorkerFactor {factor}
WLMConfig registry/nodes.xml
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
    KeepAliveTimeout 120
    MaxKeepAliveRequests 0
    <Location "/">
        SetHandler wlm-mcmp
        WLMRegistration On
        Require ip 127.0.0.1
    </Location>
    <Location "/status.txt">
        SetHandler none
    </Location>
</VirtualHost>
"""

EVERY = 10  # s, in which each node says STATUS


class Node:
    """number: gives it an address of its own."""

    def __init__(self, port, number):
        self.port, self.number, self.slowest, self.reconnected = port, number, 0.0, 0
        self.reader = self.writer = None

    async def send(self, method, path="/", **fields):
        """Returns the status of the answer. httpd may close a connection that has waited; then there is another one."""
        body = urllib.parse.urlencode({"JVMRoute": f"n{self.number}", **fields})
        begun = time.monotonic()
        for _ in range(20):
            try:
                status = await self.exchange(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                                             f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}")
                break
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                self.reconnected += 1
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return status

    async def exchange(self, text):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(text.encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        await self.reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        if "connection: close" in head:
            self.close()
        return int(head.split()[1])

    def close(self):
        if self.writer:
            self.writer.close()
        self.writer = None

    async def register(self, contexts):
        answers = [await self.send("CONFIG", Host=f"127.1.{self.number // 250}.{self.number % 250 + 1}", Port=8080, Type="http")]
        for context in range(contexts):
            answers.append(await self.send("ENABLE-APP", Alias="localhost", Context=f"/c{context}"))
        answers.append(await self.send("STATUS", Load=100))
        return answers

    async def report(self, count, every, method, path="/"):
        """STATUS with loads that differ from one time to the next, or the same request of another method."""
        answers = []
        await asyncio.sleep(every * (self.number % 997) / 997)
        for i in range(count):
            answers.append(await self.send(method, path, Load=40 + (self.number + i) % 50))
            await asyncio.sleep(every)
        return answers


async def gather(calls, status=200):
    answers = [answer for answers in await asyncio.gather(*calls) for answer in answers]
    assert set(answers) == {status}, sorted(set(answers))
    return len(answers)


BOUNDS = {"answered": 10, "in use": 15, "STATUS": 1}  # s, s, percent of a processor beyond what any request costs


async def measure(server, port, options):
    """What the table has, by name."""
    nodes = [Node(port, i) for i in range(options.nodes)]
    before, begun = cost_of(server.group).cpu, time.monotonic()
    found = {"messages": await gather(node.register(options.contexts) for node in nodes)}
    found["answered"] = time.monotonic() - begun
    found["slowest"] = max(node.slowest for node in nodes)
    await asyncio.to_thread(wait_until, lambda: server.client.get(f"/c{options.contexts - 1}/").status != 404, "the last context", 120)
    await asyncio.to_thread(wait_until, lambda: is_settled(server), "the registry to be written", 120)
    found["in use"], found["cpu"] = time.monotonic() - begun, cost_of(server.group).cpu - before
    await asyncio.wait_for(until_quiet(server), 120)
    (server.path / "htdocs/status.txt").write_text("Type=STATUS-RSP&JVMRoute=n100&State=OK&id=1790000000")
    idle = await load_of(server, asyncio.sleep(options.seconds))

    async def cost(method, path="/", status=200):
        """us of a processor for a request, beyond what is idle."""
        load = await load_of(server, gather((node.report(options.seconds, 1, method, path) for node in nodes), status))
        return 1e6 * (load - idle) / options.nodes
    found["idle"] = idle
    found["file us"], found["other us"], found["STATUS us"] = await cost("GET", "/status.txt"), await cost("GET", status=405), await cost("STATUS")
    found["STATUS"] = (found["STATUS us"] - found["other us"]) * percent_of(options)
    return found


def percent_of(options):
    """Of a processor, for each us, when all nodes say something once in EVERY."""
    return options.nodes / EVERY / 1e4


def table(found, options):
    each = percent_of(options)
    return "\n".join([
        f"{options.nodes} nodes of {options.contexts} contexts, httpd with 2 child processes of {options.threads} threads:", "",
        "| | |", "|---|---:|",
        f"| messages until all are registered | {found['messages']} |",
        f"| all are answered after | {found['answered']:.1f} s |",
        f"| ... the slowest message after | {found['slowest']:.2f} s |",
        f"| all are in use after | {found['in use']:.1f} s |",
        f"| processors until then | {found['cpu']:.1f} s |",
        f"| a processor while nothing is said, with {options.nodes * options.contexts} members | {100 * found['idle']:.1f} % |",
        f"| the same request for a file of one line, which httpd answers | {found['file us']:.0f} us |",
        f"| the same request with a method that httpd only refuses (405) | {found['other us']:.0f} us |",
        f"| STATUS | {found['STATUS us']:.0f} us |",
        f"| one STATUS each {EVERY} s from all | {found['STATUS us'] * each:.2f} % of a processor |",
        f"| ... without what any request costs | {found['STATUS']:.2f} % |", ""])


async def load_of(server, work):
    """Of a processor."""
    before, begun = cost_of(server.group).cpu, time.monotonic()
    await work
    return (cost_of(server.group).cpu - before) / (time.monotonic() - begun)


async def until_quiet(server):
    """Until nobody has anything to load any more, which takes a processor for as long as it lasts; processes load within a second."""
    while await load_of(server, asyncio.sleep(2)) >= 0.25:
        pass


def is_settled(server):
    """Has the file all that the journal has?"""
    folder = server.path / "registry"
    with open(folder / "nodes.xml", encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("mod_wlm registry"))
    return int(line.split()[4]) == (folder / "nodes.xml.journal").stat().st_size


def main():
    parser = argparse.ArgumentParser(prog="tests/measure/run registration", description=__doc__)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--contexts", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=30, help="for which STATUS is measured")
    parser.add_argument("--threads", type=int, default=100, help="of a child process: when all are busy httpd closes idle connections")
    parser.add_argument("--write", action="store_true", help="the table into docs/registration.md")
    options = parser.parse_args()
    raise_limit(2 * options.nodes + 500)
    port = free_port()
    with temporary_folder() as folder:
        (folder / "httpd").mkdir()
        server = Httpd(folder / "httpd", children=2, log_level="warn", threads=options.threads)
        server.timeout = 60
        (server.path / "registry").mkdir(mode=0o777)
        (server.path / "registry").chmod(0o777)
        server.configure(extra=PLACE.format(port=port, members=2 * options.nodes * options.contexts + 64,
                                            clusters=2 * options.contexts + 16, factor=1 + options.nodes // options.threads))
        try:
            server.start()
            found = asyncio.run(measure(server, port, options))
        finally:
            server.stop()
    print(table(found, options))
    if options.write:
        write_into(ROOT / "docs" / "registration.md", {"registration": table(found, options)})
    above = [f"{name}: {found[name]:.2f}, and the bound is {bound}" for name, bound in BOUNDS.items() if found[name] > bound]
    print("\n".join(above))
    return len(above) > 0


sys.exit(main())
