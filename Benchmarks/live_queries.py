#!/usr/bin/env python3
"""What live queries ask of PostgreSQL: statements for each change, and CPU for each subscriber.

    Benchmarks/live_queries.py --database-url URL [--binary .build/release/apus] [--subscribers 1000]
                               [--changes 50]

shared    all have one live query: statements in pg_stat_statements for each change, and none while idle
own       each has variables of its own and gets 10 rows: PostgreSQL's CPU for each subscriber and refresh
constant  the table of the shared query is written all the time: refreshes a second

PostgreSQL has to have pg_stat_statements loaded and wal_level = logical, and the role to be a superuser; the
time is that of its processes by /proc, less what the writer and the replication take where that is told.
"""

import argparse
import asyncio
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psycopg
import websockets

SECRET = "benchmark"
PORT = 18_471
TICK = os.sysconf("SC_CLK_TCK")


def post(path, body):
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", json.dumps(body).encode(),
                                     {"x-hasura-admin-secret": SECRET, "content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))


async def subscriber(query, variables, results, ready):
    """Subscribes and appends the time of each result."""
    async with websockets.connect(f"ws://127.0.0.1:{PORT}/v1/graphql", subprotocols=["graphql-transport-ws"],
                                  max_size=None, ping_interval=None) as socket:
        await socket.send(json.dumps({"type": "connection_init",
                                      "payload": {"headers": {"x-hasura-admin-secret": SECRET}}}))
        await socket.recv()
        await socket.send(json.dumps({"id": "1", "type": "subscribe",
                                      "payload": {"query": query, "variables": variables}}))
        async for message in socket:
            if '"next"' in message:
                results.append(time.perf_counter())
                ready.set()
            elif '"ping"' not in message and '"error"' in message:
                sys.exit(f"the subscription failed: {message}")


async def subscribe(count, query, variables):
    tasks, results = [], []
    for number in range(count):
        ready = asyncio.Event()
        own = []
        results.append(own)
        tasks.append((asyncio.create_task(subscriber(query, variables(number), own, ready)), ready))
        if number % 50 == 49:
            await asyncio.gather(*(ready.wait() for _, ready in tasks[-50:]))
    await asyncio.gather(*(ready.wait() for _, ready in tasks))
    return [task for task, _ in tasks], results


def statements(database):
    """Calls of statements that read the table, by whoever is not this script."""
    row = database.execute("select coalesce(sum(calls), 0), coalesce(sum(total_exec_time + total_plan_time), 0)"
                           " from pg_stat_statements"
                           " where query ilike '%bench_fills%' and query ilike '%select%'"
                           " and query not ilike '%pg_stat_statements%'"
                           " and query not ilike '%generate_series%'").fetchone()
    return int(row[0]), float(row[1])


def server_cpu(database, name):
    """CPU seconds of the backends of an application, by its process numbers."""
    total = 0.0
    for (pid,) in database.execute("select pid from pg_stat_activity where application_name = %s", [name]):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / TICK
    return total


async def shared(database, arguments):
    tasks, results = await subscribe(arguments.subscribers,
                                     "subscription { bench_fills_aggregate { aggregate { sum { qty } } } }",
                                     lambda number: {})
    await asyncio.sleep(2)
    database.execute("select pg_stat_statements_reset()")
    await asyncio.sleep(5)
    idle = statements(database)[0]
    before = [len(own) for own in results]
    delays = []
    for change in range(arguments.changes):
        start = time.perf_counter()
        database.execute("update bench_fills set qty = qty + 1 where id = 1")
        await asyncio.sleep(0.2)
        delays += [own[-1] - start for own in results]
    calls = statements(database)[0]
    missed = sum(arguments.changes - (len(own) - count) for own, count in zip(results, before))
    delays.sort()
    print(f"shared: {arguments.subscribers} subscribers, {arguments.changes} changes: "
          f"{calls} statements, {idle} in 5 s of rest, {missed} results missed; "
          f"delay p50 {delays[len(delays) // 2] * 1000:.1f} ms, p99 {delays[len(delays) * 99 // 100] * 1000:.1f} ms")
    database.execute("select pg_stat_statements_reset()")
    end = time.perf_counter() + 10
    writes = 0
    while time.perf_counter() < end:
        database.execute("update bench_fills set qty = qty + 1 where id = 1")
        writes += 1
        if writes % 50 == 0:
            await asyncio.sleep(0)
    print(f"constant: {writes} writes in 10 s led to {statements(database)[0]} refreshes")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def own(database, arguments):
    tasks, results = await subscribe(
        arguments.subscribers,
        "subscription ($a: Int!) { bench_fills(where: {account: {_eq: $a}}, order_by: {id: asc}) { id account qty at } }",
        lambda number: {"a": number})
    await asyncio.sleep(2)
    counts = [len(results_) for results_ in results]
    cpu = server_cpu(database, "apus")
    database.execute("select pg_stat_statements_reset()")
    changes = 10
    for change in range(changes):
        database.execute("update bench_fills set qty = qty + 1 where id % 10 = 0")
        await asyncio.sleep(1.5)
    used = server_cpu(database, "apus") - cpu
    calls, executed = statements(database)
    refreshes = arguments.subscribers * changes
    received = sum(len(now) - count for now, count in zip(results, counts))
    print(f"own: {arguments.subscribers} subscribers with 10 rows each, {changes} changes of all: "
          f"{calls} statements, {received} results; PostgreSQL's CPU {used / refreshes * 1e6:.1f} us, "
          f"executing and planning {executed / refreshes * 1e3:.1f} us for each subscriber and refresh")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--binary", default=".build/release/apus")
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=50)
    arguments = parser.parse_args()
    database = psycopg.connect(arguments.database_url, autocommit=True, application_name="benchmark")
    database.execute("create extension if not exists pg_stat_statements")
    database.execute("drop table if exists bench_fills")
    database.execute("create table bench_fills (id integer primary key, account integer not null,"
                     " qty numeric(18,4) not null, at timestamptz not null default now())")
    database.execute("insert into bench_fills select n, n / 10, n, now() from generate_series(0, %s) n",
                     [arguments.subscribers * 10 - 1])
    database.execute("create index on bench_fills (account, id)")
    database.execute("vacuum analyze bench_fills")
    server = subprocess.Popen(
        [arguments.binary, "serve", "--database-url", arguments.database_url, "--server-port", str(PORT),
         "--admin-secret", SECRET, "--create-publication", "--log-level", "error"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                post("/v1/metadata", {"type": "pg_track_table",
                                      "args": {"source": "default", "table": "bench_fills"}})
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(1)
        await shared(database, arguments)
        await own(database, arguments)
    finally:
        server.terminate()
        server.wait()


asyncio.run(main())
