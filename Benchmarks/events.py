#!/usr/bin/env python3
"""Event triggers under load: thousands of changes of rows a second, each told to a webhook on loopback.

One connection updates rows in batches of ten milliseconds for some time. Each event has to arrive, those of
one row in their order, and 99 of 100 within 100 ms of their row's change. Then the same again, and in the
middle the server is killed and started anew: none may be lost.
Exits with 1 where something is missing, out of order or too late.

    Benchmarks/events.py [--binary .build/release/apus] [--rate 5000] [--seconds 60] [--rows 1000]
                         [--only steady|kill]

Needs PostgreSQL. The webhook is `load/webhook.c`, a process of its own.
"""

import argparse
import glob
import os
import signal
import subprocess
import sys
import time

from load_tool import LoadTool
from stack import Stack

REQUIRED_P99 = 100


def postgres_cpu(stack):
    """CPU seconds of all processes of the cluster so far."""
    with open(stack.folder + "/pg/postmaster.pid") as file:
        main = file.readline().strip()
    total = 0
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[1] == main or path == f"/proc/{main}/stat":
            total += sum(int(field) for field in fields[11:13])
    return total / os.sysconf("SC_CLK_TCK")


class Load:
    """Updates rows at a rate, a batch each ten milliseconds."""

    def __init__(self, stack, options):
        self.stack, self.options = stack, options
        self.writer = subprocess.Popen(["psql", "-X", "-q", stack.database_url],
                                       stdin=subprocess.PIPE, text=True)

    def run(self, seconds, interrupt=lambda: None):
        size = self.options.rate // 100
        parts = self.options.rows // size
        started = time.monotonic()
        batches = 0
        while time.monotonic() - started < seconds:
            first = batches % parts * size + 1
            self.writer.stdin.write(
                "update t set n = n + 1, at = extract(epoch from clock_timestamp()) "
                f"where id between {first} and {first + size - 1};\n")
            self.writer.stdin.flush()
            batches += 1
            if batches == int(seconds * 50):
                interrupt()
            pause = started + batches * 0.01 - time.monotonic()
            if pause > 0:
                time.sleep(pause)
        self.stack.sql("select 1")
        return batches * size, time.monotonic() - started

    def close(self):
        self.writer.stdin.close()
        self.writer.wait()


def drain(stack):
    while stack.sql("select 1 from hdb_catalog.event_log where not delivered limit 1").strip():
        time.sleep(0.2)


def measure(stack, webhook, options, kill):
    webhook.report()
    before = stack.cpu_seconds(), postgres_cpu(stack)

    def restart():
        stack.stop_server(signal.SIGKILL)
        stack.spawn_server()

    load = Load(stack, options)
    count, seconds = load.run(options.seconds, restart if kill else lambda: None)
    load.close()
    used = stack.cpu_seconds() - before[0], postgres_cpu(stack) - before[1]
    drain(stack)
    time.sleep(0.3)
    told = webhook.report()
    print(f"| {'killed in the middle' if kill else 'steady'} | {count} changes in {seconds:.1f} s |")
    print("|---|---|")
    print(f"| missing | {count - told['delays']} |")
    print(f"| out of order | {told['out of order']} |")
    print(f"| told twice | {told['repeated']} |")
    print(f"| p50, p99, the latest | {told['p50']:.1f} ms, {told['p99']:.1f} ms, {told['latest']:.1f} ms |")
    if not kill:
        print(f"| CPU of the server, of PostgreSQL | {used[0] / seconds:.2f}, "
              f"{used[1] / seconds:.2f} cores |")
    print(flush=True)
    good = told["delays"] == count and not told["out of order"]
    return good and (kill or told["p99"] <= REQUIRED_P99)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/apus")
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--only", choices=["steady", "kill"])
    options = parser.parse_args()
    environment = {"HASURA_GRAPHQL_LOG_LEVEL": "warn"}
    with LoadTool("webhook", options.rows) as webhook, Stack(options.binary, environment) as stack:
        stack.sql("create table t (id int primary key, n int not null, at float8 not null);"
                  f"insert into t select g, 0, 0 from generate_series(1, {options.rows}) as g;")
        stack.track("public", "t")
        stack.metadata({"type": "pg_create_event_trigger", "args": {
            "name": "told", "table": "t", "webhook": f"http://127.0.0.1:{webhook.ready}/",
            "update": {"columns": "*"}}})
        time.sleep(1)
        good = [measure(stack, webhook, options, kind == "kill")
                for kind in ("steady", "kill") if options.only in (None, kind)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
