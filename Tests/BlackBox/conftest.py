"""The release binary over a private PostgreSQL, shared by the tests that leave it as it was."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from stack import Stack  # noqa: E402

BINARY = os.environ.get("APUS_BINARY", str(ROOT / ".build/release/apus"))

DESK = """
create table desk (id bigint primary key, name text not null, equity numeric(38,18));
insert into desk values
  (1, 'alpha', 9007199254740993.000000000000000001), (2, 'beta', -0.1), (3, 'gamma', null);
create table fill (
  id bigint primary key, desk_id bigint not null references desk, price numeric not null,
  at timestamptz not null);
insert into fill
  select i, 1 + i % 3, 100 + i * 0.01, timestamptz '2026-01-05 14:30Z' + i * interval '1 second'
  from generate_series(1, 3000) i;
"""


def make_desk(stack):
    """A small schema of the tests' own, tracked, with a relationship each way."""
    stack.sql(DESK)
    stack.track("public", "desk", "fill")
    stack.metadata({"type": "pg_create_array_relationship", "args": {
        "table": "desk", "name": "fills",
        "using": {"foreign_key_constraint_on": {"table": "fill", "column": "desk_id"}}}})
    stack.metadata({"type": "pg_create_object_relationship", "args": {
        "table": "fill", "name": "desk", "using": {"foreign_key_constraint_on": "desk_id"}}})


def run_apus(*arguments, env=None, timeout=30):
    """Runs a command to its end."""
    inherited = {name: value for name, value in os.environ.items()
                 if not name.startswith(("HASURA_GRAPHQL_", "APUS_"))}
    return subprocess.run([BINARY, *arguments], env={**inherited, **(env or {})}, timeout=timeout,
                          capture_output=True, text=True, cwd="/")


@pytest.fixture(scope="session")
def stack():
    """A server over the desk schema, with an admin secret."""
    with Stack(BINARY) as stack:
        make_desk(stack)
        yield stack


@pytest.fixture
def own_stack():
    """A server over the desk schema that the test may break."""
    with Stack(BINARY) as stack:
        make_desk(stack)
        yield stack


@pytest.fixture(scope="session")
def platform():
    """A server over the platform's own schemas with the sample data."""
    arguments = ["--migrate", "--sample", "--migrations-dir", str(ROOT / "Migrations"),
                 "--metadata-dir", str(ROOT / "metadata"), "--data-dir", str(ROOT / ".apus"),
                 "--sample-dir", str(ROOT / "SampleData")]
    with Stack(BINARY, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=180)
        yield stack


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for localhost, signed by itself, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
                    "-out", folder / "cert.pem"], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both
