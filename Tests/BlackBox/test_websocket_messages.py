"""Fragments, compression and origins of websockets, byte by byte."""

import json
import zlib

import pytest
from conftest import BINARY, make_desk
from frames import frame, handshake, read_frame
from stack import ADMIN_SECRET, Stack
from talk import SECRET
from wire import Wire

INIT = json.dumps({"type": "connection_init", "payload": {"headers": SECRET}}).encode()
QUERY = json.dumps({"id": "é𝄞", "type": "subscribe", "payload": {"query": "{ desk_by_pk(id: 1) { name } }"}},
                   ensure_ascii=False).encode()
NEXT = {"id": "é𝄞", "type": "next", "payload": {"data": {"desk_by_pk": {"name": "alpha"}}}}
DEFLATE = "Sec-WebSocket-Extensions: "


@pytest.fixture(scope="module")
def stack():
    environment = {"HASURA_GRAPHQL_CONNECTION_COMPRESSION": "true", "APUS_MAX_WEBSOCKET_MESSAGE_BYTES": "100000",
                   "HASURA_GRAPHQL_CORS_DOMAIN": "https://desk.example.com, https://*.trade.example.com"}
    with Stack(BINARY, environment=environment) as stack:
        make_desk(stack)
        yield stack


def opened(wire, extra=""):
    wire.send(handshake(extra=extra))
    answer = wire.answer()
    assert answer.status == 101
    return answer.headers.get("sec-websocket-extensions")


def initialised(wire, extra=""):
    extensions = opened(wire, extra)
    wire.send(frame(INIT))
    assert message(wire) == {"type": "connection_ack"}
    return extensions


def message(wire):
    while True:
        first, payload = read_frame(wire)
        if first == 0xC1:
            inflate = zlib.decompressobj(-15)
            payload = inflate.decompress(payload + b"\0\0\xff\xff")
        assert first in (0x81, 0xC1), (first, payload)
        found = json.loads(payload)
        if found["type"] != "ping":
            return found


def end(wire):
    """The code by which the server closes."""
    while True:
        first, payload = read_frame(wire)
        if first == 0x88:
            return int.from_bytes(payload[:2], "big")


# -- fragments

@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_message_may_come_in_fragments_cut_anywhere(stack, size):
    with Wire(stack) as wire:
        initialised(wire)
        parts = [QUERY[at:at + size] for at in range(0, len(QUERY), size)]
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            wire.send(frame(part, first=(1 if index == 0 else 0) | (0x80 if last else 0)))
            if index == 1:
                # What controls may come between them.
                wire.send(frame(b"here", first=0x89))
                assert read_frame(wire) == (0x8A, b"here")
        assert message(wire) == NEXT


@pytest.mark.parametrize("parts,code", [
    # A character cut by the end of its message, one that is none, and a surrogate over two fragments.
    ([(0x01, b"\xc3"), (0x80, b"")], 1007), ([(0x01, b"\xc3"), (0x80, b"\x28")], 1007),
    ([(0x01, b"\xed\xa0"), (0x80, b"\x80")], 1007), ([(0x01, b"\xf4\x90")], 1007),
    # A continuation of nothing, a message inside of another, a control frame in two, and one too long.
    ([(0x80, b"x")], 1002), ([(0x01, b"{"), (0x81, b"}")], 1002), ([(0x09, b"")], 1002),
    ([(0x01, b" " * 60_000), (0x80, b" " * 10_000)], 1009)])
def test_fragments_that_are_wrong_end_the_connection(stack, parts, code):
    with Wire(stack) as wire:
        opened(wire)
        for first, payload in parts:
            wire.send(frame(payload, first=first))
        assert end(wire) == code


# -- permessage-deflate

AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


@pytest.mark.parametrize("offer,answer", [
    ("permessage-deflate", AGREED), ("permessage-deflate; client_max_window_bits", AGREED),
    ("permessage-deflate; client_max_window_bits=9", AGREED),
    ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", AGREED),
    ("permessage-deflate; server_max_window_bits=9", AGREED + "; server_max_window_bits=9"),
    ("permessage-deflate; server_max_window_bits=8, permessage-deflate", AGREED),
    ("permessage-deflate; client_max_window_bits=99", None), ("permessage-deflate; what=1", None),
    ("permessage-deflate; server_max_window_bits=10; server_max_window_bits=11", None), ("x-other", None), (None, None)])
def test_compression_is_agreed_on_as_it_is_offered(stack, offer, answer):
    big = json.dumps({"id": "1", "type": "subscribe", "payload": {"query": "{ fill(limit: 200) { id at } }"}}).encode()
    with Wire(stack) as wire:
        extra = f"{DEFLATE}{offer}\r\n" if offer else ""
        assert initialised(wire, extra) == answer
        wire.send(frame(big))
        first, payload = read_frame(wire)
        assert first == (0xC1 if answer else 0x81)
        if answer:
            # Each message begins anew, in a window as large as was asked for.
            bits = 9 if "max_window" in answer else 15
            payload = zlib.decompressobj(-bits).decompress(payload + b"\0\0\xff\xff")
        assert len(json.loads(payload)["payload"]["data"]["fill"]) == 200
        # What is compressed without that having been agreed on is an error.
        if not answer:
            wire.send(frame(b"\x02\x00", first=0xC1))
            assert end(wire) == 1002


def deflated(data):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]


def test_compressed_messages_may_come_in_fragments(stack):
    data = deflated(QUERY)
    with Wire(stack) as wire:
        initialised(wire, DEFLATE + "permessage-deflate\r\n")
        for _ in range(2):
            wire.send(frame(data[:10], first=0x41) + frame(b"", first=0x89) + frame(data[10:], first=0x80))
            assert read_frame(wire) == (0x8A, b"")
            assert message(wire) == NEXT
            assert message(wire)["type"] == "complete"


@pytest.mark.parametrize("data,code", [
    (deflated(b" " * 100_001), 1009), (b"\xff\xff\xff", 1007), (deflated(b'{"type":"\xc3"}'), 1007)])
def test_compressed_messages_that_are_wrong_end_the_connection(stack, data, code):
    with Wire(stack) as wire:
        initialised(wire, DEFLATE + "permessage-deflate\r\n")
        wire.send(frame(data, first=0xC1))
        assert end(wire) == code


# -- origins

@pytest.mark.parametrize("origin,status", [
    ("https://desk.example.com", 101), ("https://eu.trade.example.com", 101), (None, 101),
    ("https://evil.example.com", 400), ("http://desk.example.com", 400), ("null", 400),
    ("https://desk.example.com.evil.com", 400)])
@pytest.mark.parametrize("path", ["/v1/graphql", "/v1alpha1/graphql"])
def test_pages_of_other_origins_open_no_websocket(stack, origin, status, path):
    with Wire(stack) as wire:
        extra = f"Origin: {origin}\r\n" if origin else ""
        wire.send(handshake(extra=extra).replace(b"/v1/graphql", path.encode()))
        answer = wire.answer()
        assert answer.status == status
        if status == 400:
            assert answer.json["error"] == "received origin header does not match configured CORS domains"


def test_cookies_count_for_listed_pages_only():
    """A webhook would see them; here it is the token that is read from one."""
    from test_authentication import SECRET as KEY
    from test_authentication import TRADER, token
    secret = {"type": "HS256", "key": KEY, "header": {"type": "Cookie", "name": "session"}}
    cookie = f"Cookie: session={token(TRADER)}\r\n"
    for domain, origin, counts in [
            ("https://desk.example.com", "https://desk.example.com", True), ("https://desk.example.com", None, True),
            ("*", "https://evil.example.com", False), ("*", None, True), ("*", "http://x", True)]:
        environment = {"HASURA_GRAPHQL_JWT_SECRET": json.dumps(secret), "HASURA_GRAPHQL_CORS_DOMAIN": domain}
        with Stack(BINARY, environment=environment) as stack, Wire(stack) as wire:
            opened(wire, (f"Origin: {origin}\r\n" if origin else "") + cookie)
            wire.send(frame(b'{"type":"connection_init"}'))
            if counts:
                assert message(wire) == {"type": "connection_ack"}
            else:
                assert end(wire) == 4403
