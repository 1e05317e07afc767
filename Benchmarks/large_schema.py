#!/usr/bin/env python3
"""A schema of thousands of tables: how long a server takes to start, and to track one more.

2,000 tables of 5 columns, each with an object and an array relationship, are tracked. Then, against a running
PostgreSQL, from the start of the process to the first answer, the resident memory, and the time of the
commands that track a table and let a role see it, each until the next query has been answered.
Exits with 1 where more is needed than allowed.

    Benchmarks/large_schema.py [--binary .build/release/apus] [--tables 2000] [--rounds 5]

Only the standard library and PostgreSQL.
"""

import argparse
import statistics
import sys
import time

from stack import Stack

REQUIRED = {"start": 2000, "memory": 300, "track": 250}


def tables(count):
    """Each table refers to the one before it, the first to the last."""
    text = []
    for i in range(count):
        text.append(f"create table t{i} (id bigint primary key, name text not null, amount numeric(18,4), "
                    f"at timestamptz not null, parent_id bigint not null);")
    for i in range(count):
        text.append(f"alter table t{i} add foreign key (parent_id) references t{(i - 1) % count};")
    return "\n".join(text)


def metadata(count):
    def table(i):
        name, child = {"schema": "public", "name": f"t{i}"}, f"t{(i + 1) % count}"
        children = {"table": {"schema": "public", "name": child}, "column": "parent_id"}
        return {"table": name,
                "object_relationships": [
                    {"name": "parent", "using": {"foreign_key_constraint_on": "parent_id"}}],
                "array_relationships": [
                    {"name": "children", "using": {"foreign_key_constraint_on": children}}]}
    return {"version": 3, "sources": [{
        "name": "default", "kind": "postgres", "tables": [table(i) for i in range(count)],
        "configuration": {"connection_info": {
            "database_url": {"from_env": "HASURA_GRAPHQL_DATABASE_URL"}}}}]}


def elapsed(action):
    started = time.monotonic()
    action()
    return (time.monotonic() - started) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/apus")
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    last = options.tables - 1
    query = f"{{ t{last}(limit: 1) {{ id parent {{ name }} children {{ id }} }} }}"
    with Stack(options.binary, serve=False) as stack:
        stack.sql(tables(options.tables))
        stack.start_server()
        replace = elapsed(lambda: stack.metadata({"type": "replace_metadata",
                                                  "args": metadata(options.tables)}))
        starts = []
        for _ in range(options.rounds):
            stack.stop_server()
            stack.start_server()
            starts.append(stack.startup_seconds * 1000)
            stack.graphql(query)
        memory = stack.resident_mib()
        tracks, permissions = [], []
        for i in range(options.rounds):
            stack.sql(f"create table late{i} (id bigint primary key, name text)")

            def track():
                stack.track("public", f"late{i}")
                stack.graphql(f"{{ late{i} {{ id }} }}")

            def permit():
                stack.metadata({"type": "pg_create_select_permission", "args": {
                    "table": f"late{i}", "role": "user", "source": "default",
                    "permission": {"columns": "*", "filter": {}}}})
                stack.graphql(f"{{ late{i} {{ id }} }}", headers={"x-hasura-role": "user"})

            tracks.append(elapsed(track))
            permissions.append(elapsed(permit))
        introspection = elapsed(lambda: stack.graphql(
            "{ __schema { types { name fields { name type { name } } } } }"))
    found = {"start": statistics.median(starts), "memory": memory,
             "track": statistics.median(tracks)}
    print(f"| {options.tables} tables | measured | required |\n|---|---|---|")
    print(f"| start to ready | {found['start']:.0f} ms | {REQUIRED['start']} ms |")
    print(f"| resident memory | {found['memory']:.0f} MiB | {REQUIRED['memory']} MiB |")
    print(f"| track one more | {found['track']:.0f} ms | {REQUIRED['track']} ms |")
    print(f"| permit a role to see one | {statistics.median(permissions):.0f} ms | |")
    print(f"| replace the metadata | {replace:.0f} ms | |")
    print(f"| introspect all types | {introspection:.0f} ms | |")
    return 1 if any(found[name] > limit for name, limit in REQUIRED.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
