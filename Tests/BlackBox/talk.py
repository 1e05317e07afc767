"""GraphQL over WebSocket by hand: one message at a time, in either protocol."""

import json

from stack import ADMIN_SECRET
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

SECRET = {"x-hasura-admin-secret": ADMIN_SECRET}
TRANSPORT = "graphql-transport-ws"
LEGACY = "graphql-ws"


class Talk:
    """A connection; signs of life of the server are answered and not shown."""

    def __init__(self, stack, subprotocol=TRANSPORT, headers=SECRET, init=True, path="/v1/graphql",
                 handshake=None, **options):
        self.subprotocol = subprotocol
        self.connection = connect(f"ws://127.0.0.1:{stack.port}{path}", compression=None,
                                  subprotocols=[subprotocol] if subprotocol else None,
                                  additional_headers=handshake, max_size=None, **options)
        self.socket = self.connection.__enter__()
        if init:
            self.send(type="connection_init", payload={"headers": headers})
            assert self.receive() == {"type": "connection_ack"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.__exit__(None, None, None)

    @property
    def is_legacy(self):
        return self.subprotocol != TRANSPORT

    def send(self, **message):
        self.socket.send(json.dumps(message))

    def start(self, id, query, **payload):
        self.send(id=id, type="start" if self.is_legacy else "subscribe",
                  payload={"query": query, **payload})

    def start_saved(self, id, name, **payload):
        """Starts a saved query."""
        self.send(id=id, type="start" if self.is_legacy else "subscribe",
                  payload={"documentId": name, **payload})

    def stop(self, id):
        self.send(id=id, type="stop" if self.is_legacy else "complete")

    def receive(self, timeout=10):
        while True:
            message = json.loads(self.socket.recv(timeout=timeout))
            if message["type"] == "ping":
                self.send(type="pong")
            elif message["type"] != "ka":
                return message

    def data(self, id):
        """The data of the next result, which has to be of that operation."""
        message = self.receive()
        assert (message["id"], message["type"]) == (id, "data" if self.is_legacy else "next"), message
        return message["payload"]["data"]

    def is_silent(self, seconds):
        try:
            self.receive(seconds)
        except TimeoutError:
            return True
        return False

    def close_code(self, timeout=10):
        """The code and the reason by which the server ends it; what comes before is passed over."""
        try:
            while True:
                self.receive(timeout)
        except ConnectionClosed as closed:
            return closed.rcvd.code, closed.rcvd.reason
