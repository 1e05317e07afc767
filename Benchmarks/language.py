#!/usr/bin/env python3
"""Parsing and validation beside graphql-core, of the same documents in the same run.

    Benchmarks/language.py [--no-check]

Two documents against the platform's schema (schema.graphql): the introspection query that GraphiQL
sends, and one of 100 kB that is made here, of the schema's own fields, conditions and orders. Prints a
table: microseconds (the fastest of 30 batches), MB/s and allocations of a document, and how many times
longer graphql-core takes. Exits with 1 where the introspection query parses in 40 µs or more, or
validates in 200 µs or more.

Builds `language-benchmark`, and installs graphql-core into .build/benchmark-venv.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
VENV = BUILD / "benchmark-venv"
REQUIRED = {("introspection", "parse"): 40, ("introspection", "validate"): 200}


def enter_venv():
    """Starts this script anew with graphql-core at hand."""
    python = VENV / "bin" / "python"
    if not python.exists():
        venv.create(VENV, with_pip=True)
    subprocess.run([python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install",
                    "-r", ROOT / "Benchmarks" / "requirements.txt"], check=True)
    os.execv(python, [python, *sys.argv])


def build():
    environment = {**os.environ, "APUS_BENCHMARKS": "1"}
    scratch = BUILD / "benchmarks"
    command = ["swift", "build", "-c", "release", "--scratch-path", scratch,
               "--product", "language-benchmark"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
    return scratch / "release" / "language-benchmark"


class Generator:
    """Writes operations over a schema in the manner of Hasura's, always the same for the same schema."""

    def __init__(self, graphql, schema):
        self.graphql = graphql
        self.schema = schema

    def document(self, size):
        fields = [(name, field) for name, field in self.schema.query_type.fields.items()
                  if "where" in field.args]
        parts, total, number = [], 0, 0
        while total < size:
            name, field = fields[number % len(fields)]
            part = self.field(f"f{number}", name, field, number)
            parts.append(part)
            total += len(part) + 1
            number += 1
        return "query Large {\n" + "\n".join(parts) + "\n}\n"

    def field(self, alias, name, field, number, depth=0):
        kind = self.graphql.get_named_type(field.type)
        arguments = []
        if "where" in field.args:
            arguments.append(f"where: {self.condition(field.args['where'].type, number)}")
            arguments.append(f"limit: {number % 100 + 1}")
        label = f"{alias}: {name}" if alias else name
        if arguments:
            label += f"({', '.join(arguments)})"
        indent = "  " * (depth + 1)
        return f"{indent}{label} {self.selection(kind, number, depth)}"

    def selection(self, kind, number, depth):
        lines = ["__typename"]
        nested = 0
        for name, field in kind.fields.items():
            inner = self.graphql.get_named_type(field.type)
            if self.graphql.is_leaf_type(inner):
                if not any(self.graphql.is_required_argument(a) for a in field.args.values()):
                    lines.append(name)
            elif depth < 2 and nested < 2:
                nested += 1
                lines.append(self.field(None, name, field, number + nested, depth + 1).strip())
        indent = "  " * (depth + 2)
        return "{\n" + "".join(f"{indent}{line}\n" for line in lines) + "  " * (depth + 1) + "}"

    def condition(self, kind, number):
        """Up to three columns compared, beneath an `_and`."""
        named = self.graphql.get_named_type(kind)
        comparisons = []
        for name, field in named.fields.items():
            inner = self.graphql.get_named_type(field.type)
            if name.startswith("_") or not inner.name.endswith("_comparison_exp"):
                continue
            operator = inner.fields.get("_eq")
            value = operator and self.value(self.graphql.get_named_type(operator.type), number)
            if value and not self.graphql.is_list_type(operator.type):
                comparisons.append(f"{name}: {{_eq: {value}}}")
        chosen = comparisons[number % 3:][:3] or comparisons[:1]
        return "{_and: [" + ", ".join("{" + one + "}" for one in chosen) + "]}"

    def value(self, kind, number):
        if kind.name in ("Int", "Float"):
            return str(number)
        if kind.name == "Boolean":
            return "true"
        return f'"value {number}"' if self.graphql.is_scalar_type(kind) else None


def least(body):
    """The fastest of thirty batches, in microseconds."""
    body()
    calls = 1

    def batch():
        start = time.perf_counter_ns()
        for _ in range(calls):
            body()
        return time.perf_counter_ns() - start

    while batch() < 10_000_000:
        calls *= 2
    return min(batch() for _ in range(30)) / calls / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-check", action="store_true", help="never exit with 1")
    options = parser.parse_args()
    # Only the pinned version counts, whatever else is installed.
    if pathlib.Path(sys.prefix) != VENV:
        enter_venv()
    import graphql
    binary = build()
    sdl = (ROOT / "schema.graphql").read_text()
    schema = graphql.build_schema(sdl)
    folder = BUILD / "benchmark-documents"
    folder.mkdir(parents=True, exist_ok=True)
    documents = {
        "introspection": graphql.get_introspection_query(
            descriptions=True, specified_by_url=True, directive_is_repeatable=True,
            schema_description=True, input_value_deprecation=True, one_of=True),
        "100 kB": Generator(graphql, schema).document(100_000),
    }
    paths = {}
    for name, text in documents.items():
        paths[name] = folder / f"{name.replace(' ', '-')}.graphql"
        paths[name].write_text(text)
    ours = subprocess.run([binary, ROOT / "schema.graphql", *paths.values()],
                          capture_output=True, text=True, check=True)
    print("| document | bytes | step | µs | MB/s | allocations | graphql-core µs | times as long |")
    print("|---|---|---|---|---|---|---|---|")
    failed = False
    for name, line in zip(documents, ours.stdout.splitlines()):
        measured = json.loads(line)
        text = documents[name]
        tree = graphql.parse(text, no_location=True)
        errors = graphql.validate(schema, tree)
        assert not errors, errors[0]
        steps = {"parse": lambda: graphql.parse(text),
                 "validate": lambda: graphql.validate(schema, tree)}
        for step, body in steps.items():
            mine = measured[step]["least_ns"] / 1000
            theirs = least(body)
            rate = measured["bytes"] / mine
            print(f"| {name} | {measured['bytes']:,} | {step} | {mine:,.1f} | {rate:,.0f} "
                  f"| {measured[step]['allocations']:,} | {theirs:,.0f} | {theirs / mine:,.0f} |")
            limit = REQUIRED.get((name, step))
            if limit and mine >= limit:
                print(f"{name}: {step} takes {mine:.1f} µs, required is less than {limit}",
                      file=sys.stderr)
                failed = True
    return 1 if failed and not options.no_check else 0


if __name__ == "__main__":
    sys.exit(main())
