"""An HTTP/2 client: one request on each connection, sent piece by piece when the test says so."""
import socket

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

from .client import Answer


# GOAWAY of no stream and without an error: httpd ends the connection when its streams have ended. h2 would take no frame behind it
NOTICE = bytes.fromhex("000008" "07" "00" "00000000" "7fffffff" "00000000")


class Http2:
    def __init__(self, port, timeout=20, context=None):
        """context: an ssl.SSLContext, None: without TLS, with prior knowledge"""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        if context:
            context.set_alpn_protocols(["h2"])
            self.sock = context.wrap_socket(self.sock)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self.events = []
        self.interim = []  # statuses of 1xx responses

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def begin(self, method, path, headers=(), ended=False):
        self.h2.send_headers(1, [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path),
                                 *headers], end_stream=ended)
        self.flush()

    def flush(self):
        self.sock.sendall(self.h2.data_to_send())

    def send(self, data):
        """Send until everything is sent, or the server has answered."""
        while data and not self.has_ended():
            size = min(self.h2.local_flow_control_window(1), self.h2.max_outbound_frame_size, len(data))
            if size:
                self.h2.send_data(1, data[:size])
                self.flush()
                data = data[size:]
            elif not self.receive():
                return

    def has_ended(self):
        return any(isinstance(e, (h2.events.StreamEnded, h2.events.StreamReset, h2.events.ConnectionTerminated)) for e in self.events)

    def end(self):
        self.h2.end_stream(1)
        self.flush()

    def receive(self):
        """Wait for the next bytes. @return 0: the server has closed"""
        data = self.sock.recv(65536)
        for event in self.h2.receive_data(data.replace(NOTICE, b"")) if data else []:
            if isinstance(event, h2.events.DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, 1)
            elif isinstance(event, h2.events.InformationalResponseReceived):
                self.interim.append(dict(event.headers)[":status"])
            self.events.append(event)
        self.flush()
        return len(data)

    def wait_for(self, *kinds):
        """The first event of one of these kinds, None when the server closes before."""
        while True:
            for event in self.events:
                if isinstance(event, kinds):
                    return event
            if not self.receive():
                return None

    def answer(self):
        """The response, as of the other client."""
        end = self.wait_for(h2.events.StreamEnded, h2.events.StreamReset, h2.events.ConnectionTerminated)
        heads = [dict(e.headers) for e in self.events if isinstance(e, h2.events.ResponseReceived)]
        body = b"".join(e.data for e in self.events if isinstance(e, h2.events.DataReceived))
        return Answer(int(heads[0][":status"]) if heads else 0, heads[0] if heads else {}, body,
                      None if isinstance(end, h2.events.StreamEnded) else end or "closed")


def request(port, method, path, headers=(), body=None):
    """One request. @param body  bytes, or a list of pieces, None: none"""
    with Http2(port) as client:
        client.begin(method, path, headers, ended=body is None)
        try:
            for piece in [body] if isinstance(body, bytes) else body or []:
                client.send(piece)
            if body is not None and not client.has_ended():
                client.end()
        except h2.exceptions.ProtocolError:
            pass  # the server has ended the stream before
        return client.answer()
