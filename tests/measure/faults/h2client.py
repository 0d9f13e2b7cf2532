"""One HTTP/2 request on a cleartext connection of its own, begun with prior knowledge."""
import h2.config
import h2.connection
import h2.events
import h2.exceptions

from .wire import Wire


class Stream:
    """The only stream of a connection."""

    def __init__(self, wire):
        self.wire, self.status, self.body, self.ended = wire, None, b"", False
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()

    def send(self, kind, request_id):
        fields = [(":method", kind.method), (":scheme", "http"), (":authority", "localhost"), (":path", "/app/fault"),
                  ("x-request-id", request_id)]
        self.h2.send_headers(1, fields, end_stream=not kind.size)
        if kind.size:
            self.h2.send_data(1, b"x" * kind.size, end_stream=True)  # fits into the first window
        self.wire.send(self.h2.data_to_send())

    def read(self):
        while not self.ended:
            data = self.wire.reader.read1(65536)
            if not data:
                raise ConnectionError("the connection ended before the stream")
            for event in self.h2.receive_data(data):
                if not self.ended:  # after the stream httpd may send GOAWAY in the same packet
                    self.handle_event(event)
            self.wire.send(self.h2.data_to_send())

    def handle_event(self, event):
        if isinstance(event, h2.events.ResponseReceived):
            self.status = int(dict(event.headers)[":status"])
        elif isinstance(event, h2.events.DataReceived):
            self.body += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, 1)
        elif isinstance(event, h2.events.StreamEnded):
            self.ended = True
        elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
            raise ConnectionError(f"ended by {event}")


def exchange(port, kind, request_id, deadline):
    """As that of wire.py."""
    wire = Wire(port, deadline)
    try:
        stream = Stream(wire)
        stream.send(kind, request_id)
        stream.read()
        return stream.status, stream.body
    except h2.exceptions.ProtocolError as e:
        raise ConnectionError(str(e)) from e
    finally:
        wire.close()
