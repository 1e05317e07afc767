"""Behind PgBouncer in transaction mode, which gives each transaction another session of PostgreSQL."""

import concurrent.futures
import os
import pwd
import subprocess
import time

import pytest
from conftest import BINARY
from stack import Stack, free_port

PGBOUNCER = "/usr/sbin/pgbouncer"


@pytest.fixture(scope="module")
def stack():
    """Few sessions for many connections, so that each transaction comes to another one."""
    with Stack(BINARY, serve=False) as stack:
        port = free_port()
        path = stack.folder + "/pgbouncer.ini"
        with open(path, "w") as file:
            file.write(f"""
[databases]
postgres = host=127.0.0.1 port={stack.postgres_port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
""")
        if os.geteuid() == 0:
            os.chown(path, pwd.getpwnam("postgres").pw_uid, -1)
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", PGBOUNCER]
        else:
            command = [PGBOUNCER]
        with open(stack.folder + "/pgbouncer.log", "wb") as log:
            pooler = subprocess.Popen([*command, path], stdout=log, stderr=log, cwd="/")
        try:
            time.sleep(0.5)
            assert pooler.poll() is None, open(stack.folder + "/pgbouncer.log").read()
            stack.environment.update({
                "HASURA_GRAPHQL_DATABASE_URL": f"postgresql://postgres@127.0.0.1:{port}/postgres",
                "HASURA_GRAPHQL_USE_PREPARED_STATEMENTS": "false"})
            stack.start_server()
            stack.sql("create table notes (id serial primary key, at timestamptz default now(), "
                      "text text not null, writer text default current_setting('hasura.user', true))")
            stack.track("public", "notes")
            yield stack
        finally:
            pooler.terminate()
            pooler.wait()


def test_many_requests_at_a_time_are_answered(stack):
    def write(number):
        written = stack.graphql("mutation ($t: String!) { insert_notes_one(object: {text: $t}) { text } }",
                                {"t": str(number)})
        read = stack.graphql("query ($t: String!) { notes(where: {text: {_eq: $t}}) { text } }",
                             {"t": str(number)})
        return written["insert_notes_one"], read["notes"]

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(write, range(300)))
    assert answers == [({"text": str(number)}, [{"text": str(number)}]) for number in range(300)]
    count = stack.graphql("{ notes_aggregate { aggregate { count } } }")
    assert count == {"notes_aggregate": {"aggregate": {"count": 300}}}


def test_settings_hold_in_each_transaction(stack):
    found = stack.graphql('mutation { insert_notes_one(object: {text: "who"}) { writer } }')
    assert '"x-hasura-role":"admin"' in found["insert_notes_one"]["writer"].replace(" ", "")
    # Nothing of it stays in the sessions, which others share.
    for _ in range(12):
        assert stack.sql("select coalesce(current_setting('hasura.user', true), '')").strip() == ""


def test_sql_and_the_metadata_go_on(stack):
    status, answer = stack.post("/v2/query", {"type": "run_sql", "args": {
        "source": "default", "sql": "alter table notes add column size integer default 3"}})
    assert (status, answer["result_type"]) == (200, "CommandOk")
    found = stack.graphql('mutation { insert_notes_one(object: {text: "x"}) { size } }')
    assert found == {"insert_notes_one": {"size": 3}}
