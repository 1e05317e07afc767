#!/usr/bin/env python3
"""What a feed's grid costs with many subscribers: from a bin's end to the last byte that the last one has.

    Benchmarks/feeds.py [--binary .build/release/apus] [--subscribers 500] [--seconds 10]

One feed of 101 rows at ten bins a second, replayed from a file of its own making; all subscribers
select the same eight columns over websockets. The delay of a bin at a subscriber is from its end by
the server's clock (`ended_at_ns`) to the message being there, whole, at the client: a process of Python
with epoll on the same machine, whose own time for a bin is in it. Beside it stands what the same
messages cost where a plain C program writes them to as many sockets (a lower bound for the server).

Exits with 1 where the 99th percentile is above 20 ms. Needs PostgreSQL and a C compiler.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time

from stack import Stack
from subscriptions import Clients

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIRED_P99_MS = 20
COLUMNS = ["add_mass", "pull_mass", "fill_mass", "rest_depth", "v_add", "v_pull", "bid_qty", "ask_qty"]
QUERY = ('subscription { order_book_grid(feed: "f", columns: [%s]) { bin_seq ended_at_ns skipped '
         'columns { name values } } }' % ", ".join(COLUMNS))
STAMP = re.compile(rb'"bin_seq":(\d+),"ended_at_ns":"(\d+)","skipped":(\d+)')
END = b"]}]}}}}"

SENDER = r"""
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <time.h>
#include <pthread.h>
#include <unistd.h>
static int pairs[4096][2]; static int count;
static void *drain(void *p) {
  static char buffer[1 << 20]; long left = *(long *)p;
  for (long round = 0; round < left; round++)
    for (int i = 0; i < count; i++)
      for (long got = 0; got < atol(getenv("SIZE"));) {
        long n = read(pairs[i][1], buffer, sizeof buffer < (size_t)(atol(getenv("SIZE")) - got)
                      ? sizeof buffer : (size_t)(atol(getenv("SIZE")) - got));
        if (n <= 0) return 0;
        got += n;
      }
  return 0;
}
int main(int argc, char **argv) {
  count = atoi(argv[1]); long size = atol(getenv("SIZE")), rounds = 50;
  char *message = calloc(1, size); pthread_t thread;
  for (int i = 0; i < count; i++) {
    int room = 1 << 18;
    socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]);
    setsockopt(pairs[i][0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  }
  pthread_create(&thread, 0, drain, &rounds);
  double total = 0;
  for (long round = 0; round < rounds; round++) {
    struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < count; i++)
      for (long sent = 0; sent < size;) {
        long n = write(pairs[i][0], message + sent, size - sent);
        if (n <= 0) return 1;
        sent += n;
      }
    clock_gettime(CLOCK_MONOTONIC, &b);
    total += (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
    usleep(20000);
  }
  printf("%.2f\n", total / rounds);
  return 0;
}
"""


def write_file(path, seconds):
    """Orders at 50 prices a side, a thousand records a second: no row of the grid is empty."""
    start = 1_770_388_200_000_000_000
    metadata = (b"GLBX.MDP3".ljust(16, b"\0") + struct.pack("<HQQQ", 0, start, 2**64 - 1, 0)
                + bytes([1, 0, 0]) + struct.pack("<H", 71) + bytes(53) + struct.pack("<IIIII", 0, 0, 0, 0, 0))
    metadata += bytes(-len(metadata) % 8)
    with open(path, "wb") as file:
        file.write(b"DBN\x03" + struct.pack("<I", len(metadata)) + metadata)
        for number in range(int(seconds * 1000)):
            at = start + number * 1_000_000
            ticks = 1 + number // 2 % 50
            is_bid = number % 2 == 0
            price = 21_500_000_000_000 + (-ticks if is_bid else ticks) * 250_000_000
            side = b"B" if is_bid else b"A"

            def record(order, action):
                return struct.pack("<BBHIQQqIBBccQiI", 14, 0xA0, 1, 42, at, order, price, 1 + number % 7, 128, 0,
                                   action, side, at, 0, 0)

            file.write(record(number + 1, b"A"))


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def plain_c(folder, subscribers, size):
    """Milliseconds in which C writes a message of that size to so many sockets."""
    source = os.path.join(folder, "sender.c")
    with open(source, "w") as file:
        file.write(SENDER)
    subprocess.run(["cc", "-O2", "-pthread", "-o", source[:-2], source], check=True)
    return float(subprocess.run([source[:-2], str(subscribers)], check=True, capture_output=True, text=True,
                                env={**os.environ, "SIZE": str(size)}).stdout)


def measure(options, folder):
    write_file(os.path.join(folder, "f.dbn"), options.seconds + 10)
    arguments = ["--migrate", "--workers", "0", "--feeds-dir", folder,
                 "--migrations-dir", str(ROOT / "Migrations"), "--metadata-dir", str(ROOT / "metadata"),
                 "--instruments-dir", str(ROOT / "config/instruments")]
    with Stack(options.binary, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=60)
        stack.graphql('mutation { start_feed(feed: "f", instrument: "MNQ", file: "f.dbn") { status } }')
        clients = Clients(stack)
        clients.open(options.subscribers, QUERY)
        pending, delays, last, skipped, sizes = {}, [], {}, 0, []

        def handle(number, data):
            nonlocal skipped
            data = pending.pop(number, b"") + data
            while (end := data.find(END)) >= 0:
                message, data = data[:end + len(END)], data[end + len(END):]
                stamp = STAMP.search(message)
                delays.append((clients.now - int(stamp[2])) / 1e6)
                last[int(stamp[1])] = max(last.get(int(stamp[1]), 0), delays[-1])
                skipped += int(stamp[3])
                sizes.append(len(message))
            if data:
                pending[number] = data

        clients.receive(2, handle)
        delays.clear(), last.clear(), sizes.clear()
        skipped = 0
        before = stack.cpu_seconds()
        started = time.monotonic()
        clients.receive(options.seconds, handle)
        elapsed = time.monotonic() - started
        cpu = (stack.cpu_seconds() - before) / elapsed
    size = round(statistics.mean(sizes))
    figures = {
        "subscribers": options.subscribers, "bytes a message": size,
        "messages a second": round(len(delays) / elapsed), "skipped": skipped,
        "delay p50 ms": round(percentile(delays, 0.5), 1), "delay p99 ms": round(percentile(delays, 0.99), 1),
        "last subscriber p50 ms": round(statistics.median(last.values()), 1),
        "server CPU share": round(cpu, 2),
        "plain C, same bytes, ms a bin": plain_c(folder, options.subscribers, size),
    }
    print(json.dumps(figures, indent=2))
    return figures["delay p99 ms"] <= REQUIRED_P99_MS


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default=str(ROOT / ".build/release/apus"))
    parser.add_argument("--subscribers", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        sys.exit(0 if measure(options, folder) else 1)


if __name__ == "__main__":
    main()
