"""An HTTP server on loopback in the place of brokers and providers of data."""

import http.server
import json
import socket
import threading
import time
import urllib.parse

from conftest import ROOT

FIXTURES = ROOT.parent / "shared/fixtures/brokers"


def fixture(name):
    """A document of the shared folder, or None where that is absent."""
    path = FIXTURES / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


class FakeProvider:
    """Answers by path: a list gives one answer after the other and stays at its last.

    An answer is a document, a function of the query, (status, document, headers), or one of the words
    stall, cut and broken.
    """

    def __init__(self):
        self.answers = {}
        self.requests = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                provider.answer(self)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def reset(self, answers):
        self.answers = {path: list(answer) if isinstance(answer, list) else [answer]
                        for path, answer in answers.items()}
        self.requests = []

    def answer(self, handler):
        parts = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self.requests.append((parts.path, query, {k.lower(): v for k, v in handler.headers.items()}))
        queue = self.answers.get(parts.path)
        answer = (404, {"message": "no such path"}, {}) if not queue else (
            queue.pop(0) if len(queue) > 1 else queue[0])
        if callable(answer):
            answer = answer(query)
        if answer == "stall":
            time.sleep(3)
            answer = (200, {}, {})
        if answer == "cut":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":")
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        status, document, headers = answer if isinstance(answer, tuple) else (200, answer, {})
        body = (b'{"broken": [1, ' if document == "broken" else
                document.encode() if isinstance(document, str) else json.dumps(document).encode())
        handler.send_response(status)
        handler.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
