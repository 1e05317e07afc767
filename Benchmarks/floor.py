#!/usr/bin/env python3
"""Throughput of the server against the floor of every engine that lets PostgreSQL build its JSON.

For each workload the same work is done, in turn, by
  A  this server: GraphQL over HTTP, driven by wrk, and
  B  pgbench, which sends only the SQL, prepared, with no server, no HTTP and no GraphQL in the way:
     the SQL that Hasura generates for that query.
The figure is A/B, the median over the rounds: 1.0 means that the whole server costs nothing over
Hasura's SQL alone. Exits with 1 where a workload stays below what is required.

    Benchmarks/floor.py [--binary .build/release/apus] [--seconds 4] [--rounds 3] [--only REGEX]
                        [--json FILE]

Needs wrk and PostgreSQL. Everything runs on this machine's loopback.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass

from stack import ADMIN_SECRET, Stack

DATA = """
create schema bench;
create table bench.runs (
  id bigint generated always as identity primary key, project text not null,
  strategy text not null, sharpe numeric(12,4), drawdown numeric(12,4),
  started_at timestamptz not null, params jsonb not null);
insert into bench.runs (project, strategy, sharpe, drawdown, started_at, params)
  select 'project-' || i % 100, 'strategy-' || i % 10, (random() * 4 - 1)::numeric(12,4),
         random()::numeric(12,4), timestamptz '2026-01-01' + i * interval '7 seconds',
         jsonb_build_object('fast', i % 50, 'slow', i % 200)
  from generate_series(1, 100000) i;
create index on bench.runs (sharpe desc);
create table bench.accounts (
  id bigint primary key, provider text not null, name text not null,
  equity numeric(18,4) not null);
insert into bench.accounts
  select i, case i % 2 when 0 then 'alpaca' else 'tradier' end, 'account ' || i,
         (random() * 1e6)::numeric(18,4)
  from generate_series(1, 1000) i;
create table bench.orders (
  id bigint primary key, account_id bigint not null references bench.accounts,
  symbol text not null, qty numeric(18,4) not null, limit_price numeric(18,4),
  submitted_at timestamptz not null);
insert into bench.orders
  select i, 1 + i % 1000, 'SYM' || i % 150, (random() * 100)::numeric(18,4),
         (random() * 500)::numeric(18,4), timestamptz '2026-01-01' + i * interval '1 second'
  from generate_series(1, 20000) i;
create index on bench.orders (account_id);
vacuum analyze;
"""

ORDERS = {"schema": "bench", "name": "orders"}
ACCOUNTS = {"schema": "bench", "name": "accounts"}
RELATIONSHIPS = [
    {"type": "pg_create_array_relationship",
     "args": {"source": "default", "table": ACCOUNTS, "name": "orders",
              "using": {"foreign_key_constraint_on": {"table": ORDERS, "column": "account_id"}}}},
    {"type": "pg_create_object_relationship",
     "args": {"source": "default", "table": ORDERS, "name": "account",
              "using": {"foreign_key_constraint_on": "account_id"}}},
]


def row(columns, source, alias="b"):
    value = f"row_to_json((select e from (select {columns}) e))"
    return f"select {value} as root from ({source}) {alias}"


def rows(columns, source):
    return f"select coalesce(json_agg(root), '[]') as root from ({row(columns, source)}) r"


def nested(count):
    """Accounts with their orders."""
    order = row("c.id, c.symbol, c.qty, c.limit_price, c.submitted_at",
                "select * from bench.orders where account_id = a.id", alias="c")
    orders = f"select coalesce(json_agg(root), '[]') as orders from ({order}) q"
    account = "select row_to_json((select e from (select a.id, a.name, a.equity, o.orders) e))"
    page = f"select * from bench.accounts order by id limit {count} offset :x"
    return (f"select coalesce(json_agg(root), '[]') as root from ({account} as root "
            f"from ({page}) a left join lateral ({orders}) o on true) r")


@dataclass
class Workload:
    """`draw` is Lua for the value of the variables, `sql` what pgbench runs."""

    name: str
    query: str
    variables: str
    draw: str
    sql: str
    required: float
    goal: float
    rows: int | None = None


RUN = "b.id, b.project, b.strategy, b.sharpe, b.drawdown, b.started_at"
RUN_FIELDS = "id project strategy sharpe drawdown started_at"
ACCOUNT_FIELDS = "id name equity orders { id symbol qty limit_price submitted_at }"

WORKLOADS = [
    Workload(
        "by_pk", "query ($id: bigint!) { bench_runs_by_pk(id: $id) { id project sharpe } }",
        '{"id": %d}', "math.random(100000)",
        "\\set x random(1, 100000)\n"
        + row("b.id, b.project, b.sharpe", "select * from bench.runs where id = :x limit 1") + ";",
        required=0.6, goal=1.0),
    Workload(
        "leaderboard_100",
        "query ($s: numeric!) { bench_runs(where: {sharpe: {_lt: $s}}, order_by: {sharpe: desc}, "
        f"limit: 100) {{ {RUN_FIELDS} }} }}",
        '{"s": %d.5}', "math.random(0, 2)",
        "\\set x random(0, 2)\n"
        + rows(RUN, "select * from bench.runs where sharpe < :x + 0.5 order by sharpe desc "
               "limit 100") + ";",
        required=1.3, goal=1.6, rows=100),
    Workload(
        "export_10k",
        "query ($o: Int!) { bench_runs(order_by: {id: asc}, limit: 10000, offset: $o) "
        f"{{ {RUN_FIELDS} }} }}",
        '{"o": %d}', "math.random(0, 9)",
        "\\set x random(0, 9)\n"
        + rows(RUN, "select * from bench.runs order by id limit 10000 offset :x") + ";",
        required=2.2, goal=3.0, rows=10000),
    Workload(
        "nested_50x20",
        "query ($o: Int!) { bench_accounts(order_by: {id: asc}, limit: 50, offset: $o) "
        f"{{ {ACCOUNT_FIELDS} }} }}",
        '{"o": %d}', "math.random(0, 900)", f"\\set x random(0, 900)\n{nested(50)};",
        required=2.0, goal=2.5, rows=50),
    Workload(
        "nested_1x20",
        "query ($o: Int!) { bench_accounts(order_by: {id: asc}, limit: 1, offset: $o) "
        f"{{ {ACCOUNT_FIELDS} }} }}",
        '{"o": %d}', "math.random(0, 900)", f"\\set x random(0, 900)\n{nested(1)};",
        required=1.0, goal=1.3, rows=1),
    Workload(
        "aggregate",
        "query ($p: String!) { bench_runs_aggregate(where: {project: {_eq: $p}}) "
        "{ aggregate { count avg { sharpe } max { sharpe } } } }",
        '{"p": "project-%d"}', "math.random(0, 99)",
        "\\set x random(0, 99)\n"
        "select json_build_object('aggregate', json_build_object('count', count(*), "
        "'avg', json_build_object('sharpe', avg(sharpe)), "
        "'max', json_build_object('sharpe', max(sharpe)))) "
        "from bench.runs where project = 'project-' || :x;",
        required=0.9, goal=0.95),
]


def wrk(stack, workload, seconds, connections=32, headers=()):
    """Requests a second, and microseconds of the server's CPU time a request.

    `headers` are those beside the admin secret, as pairs.
    """
    path = f"{stack.folder}/{workload.name}.lua"
    head = '{"query": ' + json.dumps(workload.query) + ', "variables": '
    more = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers)
    with open(path, "w") as file:
        file.write(f"""
local head = {json.dumps(head)}
math.randomseed(os.time())
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["x-hasura-admin-secret"] = "{ADMIN_SECRET}"
{more}
request = function()
  return wrk.format(nil, nil, nil,
    head .. string.format('{workload.variables}', {workload.draw}) .. "}}")
end
""")
    before = stack.cpu_seconds()
    output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", path,
                             stack.endpoint + "/v1/graphql"],
                            check=True, capture_output=True, text=True).stdout
    cpu = stack.cpu_seconds() - before
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    total = int(re.search(r"(\d+) requests in", output).group(1))
    return rate, cpu / total * 1e6


def check(stack, workload):
    """One answer, read whole: the figures count only if the answers are right."""
    data = stack.graphql(workload.query, json.loads(workload.variables % 1))
    root = next(iter(data.values()))
    if workload.rows is not None and len(root) != workload.rows:
        raise RuntimeError(f"{workload.name}: {len(root)} rows for {workload.rows}")
    if workload.name.startswith("nested") and any(len(a["orders"]) != 20 for a in root):
        raise RuntimeError(f"{workload.name}: an account without its 20 orders")


def measure(stack, workload, seconds, rounds):
    check(stack, workload)
    wrk(stack, workload, 1)
    stack.pgbench(workload.sql, 1)
    pairs = [(wrk(stack, workload, seconds), stack.pgbench(workload.sql, seconds))
             for _ in range(rounds)]
    return {
        "server": statistics.median(server[0] for server, _ in pairs),
        "sql": statistics.median(sql for _, sql in pairs),
        "ratio": statistics.median(server[0] / sql for server, sql in pairs),
        "cpu_us": statistics.median(server[1] for server, _ in pairs),
        "required": workload.required,
        "goal": workload.goal,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/apus")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    options = parser.parse_args()
    results = {}
    with Stack(options.binary) as stack:
        stack.sql(DATA)
        stack.track("bench", "runs", "accounts", "orders")
        for call in RELATIONSHIPS:
            stack.metadata(call)
        print("| workload | server req/s | SQL alone tps | ratio | required | goal | CPU µs/req |")
        print("|---|---|---|---|---|---|---|")
        for workload in WORKLOADS:
            if not re.search(options.only, workload.name):
                continue
            result = measure(stack, workload, options.seconds, options.rounds)
            results[workload.name] = result
            print("| {} | {server:.0f} | {sql:.0f} | {ratio:.2f} | {required:.2f} | {goal:.2f} "
                  "| {cpu_us:.1f} |".format(workload.name, **result), flush=True)
        print(f"\nstart to ready {stack.startup_seconds * 1000:.0f} ms, "
              f"resident {stack.resident_mib():.0f} MiB")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    short = [name for name, result in results.items() if result["ratio"] < result["required"]]
    print("below what is required: " + (", ".join(short) or "none"))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
