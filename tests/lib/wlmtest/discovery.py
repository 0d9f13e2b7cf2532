"""wlm-discover, and fakes of what it asks: Consul and the API server of Kubernetes. The fakes replay answers that were written
down by the public documents of both APIs (tests/data/discovery), with other names, addresses and states; no real Consul and no
real cluster has been asked."""
import copy
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import urllib.parse

from . import BUILD, ROOT, wait_until

DATA = ROOT / "tests" / "data" / "discovery"
LONGEST = 60  # seconds for which a question is kept waiting, whatever it asks for


class Fake:
    """A server whose answers depend on a state. Each change of it raises `version` and wakes the questions that wait."""

    def __init__(self, context=None, port=0):
        self.changed = threading.Condition()
        self.version, self.seen, self.fault, self.token = 1000, [], None, None
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
                token = self.headers.get(fake.field)
                with fake.changed:
                    fake.seen.append((url.path, query, token))
                    fault = fake.fault
                if fake.token and token != fake.token:
                    self.tell(403, {"message": "Permission denied"})
                elif fault:
                    fault(self, query)
                else:
                    fake.answer(self, url.path, query)

            def tell(self, status, body, **fields):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": len(data), **fields}.items():
                    self.send_header(name.replace("_", "-"), str(value))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 64

            def process_request(self, request, client_address):
                with fake.changed:
                    fake.open.append(request)
                super().process_request(request, client_address)

            def handle_error(self, *_):
                pass  # the other side has gone

        self.open, self.make = [], Server
        self.handler, self.context = Handler, context
        self.server, self.port = None, port
        self.start()

    def start(self):
        self.server = self.make(("127.0.0.1", self.port), self.handler)
        self.port = self.server.server_address[1]
        if self.context:
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
            self.break_off()

    @property
    def url(self):
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def change(self, do=lambda: None):
        with self.changed:
            do()
            self.version += 1
            self.changed.notify_all()

    def set_fault(self, fault):
        """@param fault: answers in place of the state, a function of a handler and the query; None: the state answers again"""
        with self.changed:
            self.fault = fault

    def break_off(self):
        """Connections that are open end, as when a server dies."""
        with self.changed:
            connections, self.open = self.open, []
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended already

    def count(self, **query):
        """How many questions have been asked that have these values."""
        with self.changed:
            return sum(1 for _, q, _ in self.seen if query.items() <= q.items())


class Consul(Fake):
    field = "X-Consul-Token"

    def __init__(self, *args, **options):
        self.instances, self.filtered = {}, False
        super().__init__(*args, **options)

    def put(self, name, port, status="passing", host="127.0.0.1", weights=None, check="service:shop"):
        instance = json.loads((DATA / "consul-instance.json").read_text())
        instance["Service"].update(ID=name, Address=host, Port=port, Weights=weights or {"Passing": 1, "Warning": 1})
        instance["Checks"][0].update(Status=status, CheckID=check)
        self.change(lambda: self.instances.update({name: instance}))

    def remove(self, *names):
        self.change(lambda: [self.instances.pop(name) for name in names])

    def answer(self, handler, path, query):
        if path != "/v1/health/service/shop":
            handler.tell(200, [], X_Consul_Index=1)
            return
        seconds = min(int(query["wait"].removesuffix("ms")) / 1000, LONGEST)
        with self.changed:
            self.changed.wait_for(lambda: int(query["index"]) != self.version, seconds)
            body, version = list(copy.deepcopy(self.instances).values()), self.version
        if "passing" in query:
            body = [i for i in body if all(check["Status"] == "passing" for check in i["Checks"])]
        handler.tell(200, body, X_Consul_Index=version,
                     **({"X_Consul_Results_Filtered_By_ACLs": "true"} if self.filtered else {}))


class Kubernetes(Fake):
    field = "Authorization"

    def __init__(self, *args, **options):
        self.slices, self.events, self.oldest = {}, [], 0
        super().__init__(*args, **options)

    def _note(self, kind, name):
        """In change(): an event, and the version that the slice has by it"""
        one = self.slices[name]
        one["metadata"]["resourceVersion"] = str(self.version + 1)
        self.events.append((self.version + 1, {"type": kind, "object": copy.deepcopy(one)}))
        if kind == "DELETED":
            del self.slices[name]

    def put(self, pod, port, slice_name=None, host="127.0.0.1", **conditions):
        """A slice with one endpoint."""
        one = json.loads((DATA / "endpointslice.json").read_text())
        name = slice_name or f"shop-{pod}"
        one["metadata"]["name"] = name
        endpoint = one["endpoints"][0]
        endpoint["addresses"], endpoint["targetRef"]["name"] = [host], pod
        endpoint["conditions"].update(conditions)
        one["ports"][0]["port"] = port

        def do():
            kind = "MODIFIED" if name in self.slices else "ADDED"
            self.slices[name] = one
            self._note(kind, name)
        self.change(do)

    def remove(self, *pods):
        for pod in pods:
            self.change(lambda name=f"shop-{pod}": self._note("DELETED", name))

    def say(self, event):
        """An event of a watch that changes nothing here."""
        self.change(lambda: self.events.append((self.version + 1, event)))

    def bookmark(self):
        self.say({"type": "BOOKMARK", "object": {"kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1",
                                                 "metadata": {"resourceVersion": str(self.version + 1)}}})

    def forget(self):
        """As after a compaction: no watch can go on from an earlier version."""
        self.change(lambda: setattr(self, "oldest", self.version + 1))
        self.break_off()

    def answer(self, handler, path, query):
        if (path != "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
                or query.get("labelSelector") != "kubernetes.io/service-name=shop"):
            handler.tell(404, {"kind": "Status", "code": 404})
        elif query.get("watch") != "1":
            with self.changed:
                body = {"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1",
                        "metadata": {"resourceVersion": str(self.version)}, "items": copy.deepcopy(list(self.slices.values()))}
            handler.tell(200, body)
        else:
            self._watch(handler, int(query["resourceVersion"]), min(int(query["timeoutSeconds"]), LONGEST))

    def _watch(self, handler, version, seconds):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()

        def say(event):
            line = event if isinstance(event, bytes) else json.dumps(event).encode() + b"\n"
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            handler.wfile.flush()
        if version < self.oldest:
            say({"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired",
                                             "message": f"too old resource version: {version} ({self.oldest})", "code": 410}})
        else:
            while True:
                with self.changed:
                    new = self.changed.wait_for(lambda: [e for e in self.events if e[0] > version], seconds)
                if not new:
                    break
                for at, event in new:
                    say(event)
                    version = at
        handler.wfile.write(b"0\r\n\r\n")


class Discover:
    """A wlm-discover that runs. Its lines are in .log()."""

    def __init__(self, folder, *words, env=None):
        self.path = pathlib.Path(folder) / f"discover-{id(self)}.log"
        with self.path.open("wb") as log:
            self.process = subprocess.Popen([f"{BUILD}/wlm-discover", *words], stdout=log, stderr=log,
                                            env={**os.environ, **(env or {})})

    def log(self):
        return self.path.read_text()

    def wait_for(self, text, times=1, seconds=15):
        wait_until(lambda: self.log().count(text) >= times, f"{text!r} in {self.log()!r}", seconds)

    def stop(self, number=signal.SIGTERM):
        """@return its exit code"""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(10)
