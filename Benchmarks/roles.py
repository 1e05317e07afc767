#!/usr/bin/env python3
"""What permissions cost: the workloads of floor.py under a role, against the same as administrator.

The role sees rows by filters on session variables, which all rows pass, and lists of columns, so that
both answers are the same. Accounts are filtered by their key and the others by their desk: whatever
skips rows by an offset has to look at each of them where the condition is not on the key. The figure is the median over the rounds of the role's requests a
second divided by the administrator's. Exits with 1 where one is below what is required.

Then 500 roles over the platform's schema ask once each (by how much memory grows), and a permission
is changed (how long until it holds).

    Benchmarks/roles.py [--binary .build/release/apus] [--seconds 4] [--rounds 3] [--only REGEX]
                        [--roles 500]

Needs wrk and PostgreSQL. Everything runs on this machine's loopback.
"""

import argparse
import os
import re
import statistics
import sys
import time

from floor import DATA, RELATIONSHIPS, WORKLOADS, wrk
from stack import Stack

REQUIRED = 0.95
HEADERS = (("x-hasura-role", "desk"), ("x-hasura-desk", "alpha"), ("x-hasura-first-account", "1"))
FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Beside the columns that are selected, as it would be in a table that was made for it.
TABLES = DATA.replace("project text not null", "desk text not null default 'alpha', project text not null")
TABLES = TABLES.replace("submitted_at timestamptz not null", "submitted_at timestamptz not null, "
                        "desk text not null default 'alpha'")
FILTERS = {
    "runs": {"desk": {"_eq": "X-Hasura-Desk"}},
    "accounts": {"id": {"_gte": "X-Hasura-First-Account"}},
    "orders": {"desk": {"_eq": "X-Hasura-Desk"}},
}
COLUMNS = {
    "runs": ["id", "project", "strategy", "sharpe", "drawdown", "started_at"],
    "accounts": ["id", "name", "equity"],
    "orders": ["id", "account_id", "symbol", "qty", "limit_price", "submitted_at"],
}


def permission(schema, table, role, columns, filter):
    return {"type": "pg_create_select_permission", "args": {
        "source": "default", "table": {"schema": schema, "name": table}, "role": role,
        "permission": {"columns": columns, "filter": filter, "allow_aggregations": True}}}


def compare(options):
    """The ratio of each workload."""
    ratios = {}
    with Stack(options.binary) as stack:
        stack.sql(TABLES)
        stack.track("bench", "runs", "accounts", "orders")
        for call in RELATIONSHIPS:
            stack.metadata(call)
        for table, columns in COLUMNS.items():
            stack.metadata(permission("bench", table, "desk", columns, FILTERS[table]))
        print("| workload | admin req/s | role req/s | ratio | required |")
        print("|---|---|---|---|---|")
        for workload in WORKLOADS:
            if not re.search(options.only, workload.name):
                continue
            for headers in ((), HEADERS):
                wrk(stack, workload, 1, headers=headers)
            pairs = [(wrk(stack, workload, options.seconds)[0],
                      wrk(stack, workload, options.seconds, headers=HEADERS)[0])
                     for _ in range(options.rounds)]
            ratio = statistics.median(role / admin for admin, role in pairs)
            ratios[workload.name] = ratio
            print("| {} | {:.0f} | {:.0f} | {:.2f} | {} |".format(
                workload.name, statistics.median(admin for admin, _ in pairs),
                statistics.median(role for _, role in pairs), ratio, REQUIRED), flush=True)
    return ratios


def many(options):
    """Memory and time with many roles over the platform's schema."""
    arguments = ["--migrate", "--migrations-dir", FOLDER + "/Migrations",
                 "--metadata-dir", FOLDER + "/metadata"]
    with Stack(options.binary, arguments=arguments, serve=False) as stack:
        stack.start_server()
        metadata = stack.metadata({"type": "export_metadata", "args": {}})
        tables = metadata["sources"][0]["tables"]
        for number, table in enumerate(tables):
            table["select_permissions"] = [
                {"role": f"role_{role}", "permission": {
                    "columns": "*", "filter": {}, "allow_aggregations": (role + number) % 3 > 0}}
                for role in range(options.roles) if (role * 7 + number) % 5 > 0]
        stack.metadata({"type": "replace_metadata", "args": metadata})
        query = "{ __schema { queryType { fields { name } } } }"
        stack.graphql(query)
        before = stack.resident_mib()
        started = time.monotonic()
        for role in range(options.roles):
            stack.graphql(query, headers={"x-hasura-role": f"role_{role}"})
        seconds = time.monotonic() - started
        print(f"\n{options.roles} roles over {len(tables)} tables: resident "
              f"{before:.0f} MiB, then {stack.resident_mib():.0f} MiB, "
              f"{seconds / options.roles * 1000:.1f} ms a role")
        schema = tables[0]["table"]
        call = permission(schema["schema"], schema["name"], "late", "*", {})
        started = time.monotonic()
        stack.metadata(call)
        stack.graphql(query, headers={"x-hasura-role": "late"})
        print(f"a permission holds after {(time.monotonic() - started) * 1000:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/apus")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--roles", type=int, default=500)
    options = parser.parse_args()
    ratios = compare(options)
    many(options)
    short = [name for name, ratio in ratios.items() if ratio < REQUIRED]
    print("below what is required: " + (", ".join(short) or "none"))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
