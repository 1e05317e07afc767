"""HTTP by hand: what a proper client would never send, and answers read byte by byte."""

import json
import socket
import zlib
from dataclasses import dataclass

from stack import ADMIN_SECRET


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Wire:
    """One connection to a server."""

    def __init__(self, stack, timeout=20, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", stack.port))
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        data = self.socket.recv(65536)
        self.unread += data
        return bool(data)

    def line(self):
        while b"\r\n" not in self.unread:
            if not self.receive():
                raise EOFError(self.unread)
        line, self.unread = self.unread.split(b"\r\n", 1)
        return line.decode("latin-1")

    def read(self, count):
        while len(self.unread) < count:
            if not self.receive():
                raise EOFError(self.unread)
        data, self.unread = self.unread[:count], self.unread[count:]
        return data

    def answer(self, to="POST"):
        """The next answer; interim ones are answers of their own."""
        version, status = self.line().split(" ")[:2]
        assert version == "HTTP/1.1"
        headers = {}
        while line := self.line():
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        length = 0 if to == "HEAD" else int(headers.get("content-length", 0))
        return Answer(int(status), headers, self.read(length))

    def is_closed(self):
        """Whether the server ends the connection; waits for it."""
        try:
            return not self.receive() and not self.unread
        except ConnectionResetError:
            return True


def post(body, path="/v1/graphql", headers=(), secret=ADMIN_SECRET):
    """The bytes of a request; a body that is no bytes is sent as JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: test", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *headers]
    if secret:
        lines.append(f"X-Hasura-Admin-Secret: {secret}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def decoded(answer):
    """The body without its compression."""
    coding = answer.headers.get("content-encoding")
    if coding == "gzip":
        return zlib.decompress(answer.body, 16 + zlib.MAX_WBITS)
    if coding == "deflate":
        return zlib.decompress(answer.body)
    assert coding is None
    return answer.body
