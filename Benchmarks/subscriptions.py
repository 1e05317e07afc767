#!/usr/bin/env python3
"""What websockets and subscriptions cost: memory of idle sockets, fan-out, delay, and one slow reader.

    Benchmarks/subscriptions.py [--binary .build/release/apus] [--only REGEX] [--idle 10000]
                                [--fanout 5000] [--subscribers 1000] [--seconds 10] [--hold 60]

idle      sockets with a session that do nothing: resident memory of each, and how many are dropped
fanout    all have one live query of 1 kB that changes ten times a second: messages for each second of
          the server's CPU
delay     from before the commit to the last byte at the client, with many subscribers of one live query
slow      the same with one more subscriber that never reads: the others' delay, the server's memory

The client is `load/subscribers.c`, one thread with epoll; it shares the machine's cores with the server
and PostgreSQL, so that delays have its own time in them. Exits with 1 where a figure is not reached.
Needs PostgreSQL. Everything runs on this machine's loopback.
"""

import argparse
import json
import os
import re
import resource
import select
import socket
import subprocess
import sys
import time

from load_tool import LoadTool
from stack import ADMIN_SECRET, Stack

REQUIRED = {"idle KiB a socket": 20, "fanout messages a CPU second": 150_000, "delay p50 ms": 10,
            "delay p99 ms": 50, "slow p99 ratio": 2}
HANDSHAKE = ("GET /v1/graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n").encode()
TABLE = """
create table ticker (id int primary key, at text not null, filler text not null);
insert into ticker values (1, '0', repeat('x', 900));
"""
# Changes are told by logical replication.
FOLLOWING = {"APUS_CREATE_PUBLICATION": "true"}
QUERY = "subscription %s { ticker_by_pk(id: 1) { at filler } }"


def frame(message):
    """A text frame with a mask of zeros."""
    payload = json.dumps(message).encode()
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + payload


INIT = {"type": "connection_init", "payload": {"headers": {"x-hasura-admin-secret": ADMIN_SECRET}}}


def subscribe(query):
    return {"id": "1", "type": "subscribe", "payload": {"query": query}}


def subscribers(stack, count, query):
    """Sockets with one subscription each, read by a program of their own."""
    return LoadTool("subscribers", stack.port, count,
                    lines=[json.dumps(INIT), json.dumps(subscribe(query))])


class Clients:
    """Sockets that do little, do not read, or are read in Python (`feeds.py`)."""

    def __init__(self, stack):
        self.stack = stack
        self.epoll = select.epoll()
        self.sockets = {}
        self.closed = 0

    def open(self, count, query=None):
        """Opens sockets; all have a session, and a subscription, when it returns."""
        opened = []
        while len(opened) < count:
            # Some at a time: all at once are more than the kernel lets wait to be accepted.
            batch = []
            for _ in range(min(500, count - len(opened))):
                client = socket.create_connection(("127.0.0.1", self.stack.port))
                client.sendall(HANDSHAKE + frame(INIT))
                batch.append(client)
            for client in batch:
                self.await_session(client)
            opened += batch
        for client in opened:
            if query:
                client.sendall(frame(subscribe(query)))
            client.setblocking(False)
            self.sockets[client.fileno()] = client
            self.epoll.register(client.fileno(), select.EPOLLIN)
        return opened

    @staticmethod
    def await_session(client):
        data = b""
        while b"connection_ack" not in data:
            more = client.recv(65536)
            if not more:
                raise SystemExit("the server has closed a socket before its session")
            data += more

    def receive(self, seconds, handle=lambda number, data: None):
        """Reads for some time; `handle` gets what came on each socket, whatever its frames.

        `self.now` is when it was known to be there: before Python has looked at any of it.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready = self.epoll.poll(left, 1024)
            self.now = time.time_ns()
            for number, _ in ready:
                try:
                    data = self.sockets[number].recv(262144)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if data:
                    handle(number, data)
                else:
                    self.closed += 1
                    self.epoll.unregister(number)


def writer(stack, seconds, rate):
    """A process that changes the row so many times a second; the time before each commit stands in it."""
    script = f"""
import subprocess, sys, time
psql = subprocess.Popen(["psql", "-X", "-q", "{stack.database_url}"], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True)
# Its start is no delay.
psql.stdin.write("\\\\echo ready\\n")
psql.stdin.flush()
psql.stdout.readline()
end = time.monotonic() + {seconds}
following = time.monotonic()
while following < end:
    time.sleep(max(0, following - time.monotonic()))
    psql.stdin.write(f"update ticker set at = '{{time.time_ns()}}' where id = 1;\\n")
    psql.stdin.flush()
    following += 1 / {rate}
psql.stdin.close(); psql.wait()
"""
    return subprocess.Popen([sys.executable, "-c", script])


def idle(options):
    with Stack(options.binary) as stack:
        clients = Clients(stack)
        clients.open(100)
        time.sleep(0.5)
        before = stack.resident_mib()
        clients.open(options.idle)
        time.sleep(0.5)
        after = stack.resident_mib()
        clients.receive(options.hold)
        held = stack.resident_mib()
    yield "idle sockets", options.idle
    yield "idle KiB a socket", (max(after, held) - before) * 1024 / options.idle
    yield "idle dropped", clients.closed


def fanout(options):
    with Stack(options.binary, environment=FOLLOWING) as stack:
        stack.sql(TABLE)
        stack.track("public", "ticker")
        with subscribers(stack, options.fanout, QUERY % "@refetch(interval: 100)") as clients:
            time.sleep(3)
            process = writer(stack, options.seconds + 2, 20)
            time.sleep(1)
            clients.report()
            cpu, started = stack.cpu_seconds(), time.monotonic()
            time.sleep(options.seconds)
            found = clients.report()
            elapsed, cpu = time.monotonic() - started, stack.cpu_seconds() - cpu
            process.wait()
    yield "fanout sockets", options.fanout - found["closed"]
    yield "fanout messages/s", found["messages"] / elapsed
    yield "fanout bytes a message", found["bytes"] / max(found["messages"], 1)
    yield "fanout messages a CPU second", found["messages"] / cpu


def delays(stack, options, clients):
    """What the subscribers report of changes four times a second."""
    time.sleep(2)
    clients.report()
    writer(stack, options.seconds, 4).wait()
    time.sleep(1)
    return clients.report()


def delay(options):
    with Stack(options.binary, environment=FOLLOWING) as stack:
        stack.sql(TABLE)
        stack.track("public", "ticker")
        with subscribers(stack, options.subscribers, QUERY % "") as clients:
            alone = delays(stack, options, clients)
            yield "delay subscribers", options.subscribers - alone["closed"]
            yield "delay messages", alone["messages"]
            yield "delay p50 ms", alone["p50"]
            yield "delay p99 ms", alone["p99"]
            before = stack.resident_mib()
            # Large results, so that its buffers are full soon.
            large = QUERY.replace("{ at", "{ " + " ".join(f"f{i}: filler" for i in range(200)) + " at")
            lazy = Clients(stack)
            lazy.open(1, large % "@refetch(interval: 100)")
            beside = delays(stack, options, clients)
            yield "slow p99 ms", beside["p99"]
            yield "slow p99 ratio", beside["p99"] / alone["p99"]
            yield "slow MiB", stack.resident_mib() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=".build/release/apus")
    parser.add_argument("--only", default="")
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--hold", type=float, default=60)
    parser.add_argument("--fanout", type=int, default=5_000)
    parser.add_argument("--subscribers", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    missed = False
    for part in (idle, fanout, delay):
        if not re.search(options.only, part.__name__):
            continue
        for name, value in part(options):
            required = REQUIRED.get(name)
            is_floor = name.startswith("fanout")
            fails = required is not None and (value < required if is_floor else value > required)
            missed = missed or fails
            limit = "" if required is None else f"   ({'at least' if is_floor else 'at most'} {required:,})"
            print(f"{name:32} {value:12,.1f}{limit}{'   MISSED' if fails else ''}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
