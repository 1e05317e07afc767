"""Frames of a websocket by hand: RFC 6455 §5.2, with a mask of zeros."""

from talk import TRANSPORT


def handshake(version=13, extra=""):
    return (f"GET /v1/graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: {version}\r\n"
            f"Sec-WebSocket-Protocol: {TRANSPORT}\r\n{extra}\r\n").encode()


def frame(payload, first=0x81):
    count = len(payload)
    length = bytes([0x80 | count]) if count < 126 else b"\xfe" + count.to_bytes(2, "big") \
        if count < 65536 else b"\xff" + count.to_bytes(8, "big")
    return bytes([first]) + length + b"\0\0\0\0" + payload


def read_frame(wire):
    first, count = wire.read(2)
    if count > 125:
        count = int.from_bytes(wire.read(2 if count == 126 else 8), "big")
    return first, wire.read(count)
