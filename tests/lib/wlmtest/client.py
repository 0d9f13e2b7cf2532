"""HTTP/1.1 clients, and what is read out of wlm-member's answers."""
import collections
import http.client
import socket
import threading

Answer = collections.namedtuple("Answer", "status headers body error")


class Client:
    """Talks to one httpd; every request on a connection of its own, nothing is ever repeated."""

    def __init__(self, port):
        self.port = port
        self.context = None  # an ssl.SSLContext: talk TLS

    def connect(self, timeout=20):
        if self.context:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def send(self, method, target, body=None, headers=None, chunked=False, timeout=20):
        """An Answer; .error is the exception when there was no complete answer."""
        connection = self.connect(timeout)
        try:
            connection.request(method, target, body, headers or {}, encode_chunked=chunked)
            return self.read(connection)
        except (OSError, http.client.HTTPException) as e:
            return Answer(0, {}, b"", e)
        finally:
            connection.close()

    @staticmethod
    def read(connection):
        response = connection.getresponse()
        status, headers, body = response.status, response.headers, b""
        try:
            body = response.read()
        except (OSError, http.client.HTTPException) as e:
            return Answer(status, headers, getattr(e, "partial", b""), e)
        return Answer(status, headers, body, None)

    def get(self, target="/app/", **headers):
        return self.send("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def fields(self, target="/app/", **headers):
        """The key=value lines of wlm-member's answer."""
        answer = self.get(target, **headers)
        assert answer.status == 200 and not answer.error, answer
        return parse_fields(answer.body)

    def member(self, target="/app/", **headers):
        return self.fields(target, **headers)["member"]

    def raw(self, data, timeout=20):
        """Send bytes, and return everything that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as s:
            s.sendall(data)
            return b"".join(iter(lambda: s.recv(65536), b""))

    def load(self, requests, threads, target="/app/", method="GET", body=None, on_request=None, keep=False):
        """So many requests by so many threads at once; all their Answers, in the order of their ends. on_request(n) is
        called before the n-th. keep: each thread keeps its connection as long as there is no error."""
        answers, numbers, lock = [], iter(range(requests)), threading.Lock()

        def run():
            connection = self.connect()
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    break
                if on_request:
                    on_request(number)
                answer = self._send_on(connection, method, target, body)
                if answer.error or not keep:
                    connection.close()  # the next request opens it again
                with lock:
                    answers.append(answer)
            connection.close()

        workers = [threading.Thread(target=run) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len(answers) == requests, "a client thread has failed"
        return answers

    def _send_on(self, connection, method, target, body):
        try:
            connection.request(method, target, body)
            return self.read(connection)
        except (OSError, http.client.HTTPException) as e:
            return Answer(0, {}, b"", e)


def parse_fields(body):
    return dict(line.split("=", 1) for line in body.decode().splitlines() if "=" in line)


def shares(answers):
    """How many requests each member served."""
    return collections.Counter(a.headers.get("X-Member", "-") for a in answers)
