"""Metadata in a database of their own, as HASURA_GRAPHQL_METADATA_DATABASE_URL asks for."""

import contextlib
import http.server
import json
import threading
import time

import pytest
import requests
from conftest import BINARY, ROOT, run_apus
from stack import ADMIN_SECRET, Stack, free_port

VARIABLE = "HASURA_GRAPHQL_METADATA_DATABASE_URL"
ADMIN = {"x-hasura-admin-secret": ADMIN_SECRET}
TABLES = ("select coalesce(string_agg(relname, ' ' order by relname), '') from pg_class "
          "where relnamespace = to_regnamespace('hdb_catalog') and relkind = 'r'")


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


@contextlib.contextmanager
def webhook():
    """A webhook that answers with a note, and the bodies that it was sent."""
    told = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            body = b'{"note": "done"}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", told
    finally:
        server.shutdown()


@pytest.fixture
def clusters():
    """A cluster for the metadata, and one that is served, with a server over both."""
    with Stack(BINARY, serve=False) as metadata:
        url = metadata.database_url.replace("postgres@", "postgres:hidden-word@")
        with Stack(BINARY, serve=False, environment={VARIABLE: url}) as stack:
            stack.sql("create table desk (id int primary key, name text); insert into desk values (1, 'a')")
            yield metadata, stack


def ask(endpoint, query):
    return requests.post(endpoint + "/v1/graphql", json={"query": query}, headers=ADMIN).json()


DESKS = "{ desk { name } }"
ALPHA = {"data": {"desk": [{"name": "a"}]}}


def test_begins_with_an_empty_database_and_goes_on_after_a_restart(clusters):
    metadata, stack = clusters
    with webhook() as (url, told):
        stack.start_server()
        stack.track("public", "desk")
        assert ask(stack.endpoint, DESKS) == ALPHA
        stack.metadata({"type": "pg_create_event_trigger", "args": {
            "table": "desk", "name": "told", "webhook": url + "/event", "insert": {"columns": "*"}}})
        stack.metadata({"type": "create_cron_trigger", "args": {
            "name": "nightly", "webhook": url + "/cron", "schedule": "* * * * *",
            "include_in_metadata": True}})
        stack.metadata({"type": "set_custom_types", "args": {"objects": [
            {"name": "Result", "fields": [{"name": "note", "type": "String"}]}]}})
        stack.metadata({"type": "create_action", "args": {"name": "act", "definition": {
            "type": "mutation", "kind": "asynchronous", "handler": url + "/act",
            "output_type": "Result", "arguments": []}}})
        stack.sql("insert into desk values (2, 'b')")
        call = ask(stack.endpoint, "mutation { act }")["data"]["act"]
        result = "{ act(id: \"%s\") { output { note } errors } }" % call
        done = {"data": {"act": {"output": {"note": "done"}, "errors": None}}}
        until(lambda: ask(stack.endpoint, result) == done)
        # One that is due: the plan is in the database of the metadata, whoever made it.
        until(lambda: metadata.sql("select count(*) > 50 from hdb_catalog.hdb_cron_events").strip() == "t")
        metadata.sql("update hdb_catalog.hdb_cron_events set scheduled_time = now() where id = "
                     "(select id from hdb_catalog.hdb_cron_events order by scheduled_time desc limit 1)")
        until(lambda: {path for path, _ in told} == {"/event", "/act", "/cron"})
        until(lambda: stack.sql("select delivered from hdb_catalog.event_log").strip() == "t")

        assert stack.stop_server(wait=30) == 0
        stack.start_server()
        assert ask(stack.endpoint, result) == done
        stack.sql("insert into desk values (3, 'c')")
        until(lambda: len([path for path, _ in told if path == "/event"]) >= 2)

    assert stack.sql(TABLES).split() == [
        "event_invocation_logs", "event_log", "hdb_event_log_cleanups", "hdb_source_catalog_version"]
    assert "event_log" not in metadata.sql(TABLES).split()
    assert "hidden-word" not in stack.log()
    assert "ignored_variables" not in stack.log()


def test_another_server_follows_and_commands_find_them(clusters, tmp_path):
    metadata, stack = clusters
    stack.start_server()
    other = Stack(BINARY, serve=False, environment=stack.environment)
    other.folder, other.database_url = stack.folder, stack.database_url
    other.port = free_port()
    other.endpoint = f"http://127.0.0.1:{other.port}"
    try:
        other.start_server()
        stack.track("public", "desk")
        until(lambda: ask(other.endpoint, DESKS) == ALPHA)
    finally:
        other.stop_server()
    environment = {VARIABLE: metadata.database_url, "HASURA_GRAPHQL_DATABASE_URL": stack.database_url}
    folder = str(tmp_path / "metadata")
    assert run_apus("metadata", "export", "--metadata-dir", folder, env=environment).returncode == 0
    same = run_apus("metadata", "diff", "--metadata-dir", folder, env=environment)
    assert (same.returncode, same.stdout) == (0, "")
    assert "type desk {" in run_apus("schema", "print", env=environment).stdout
    assert run_apus("metadata", "clear", env=environment).returncode == 0
    until(lambda: "errors" in ask(stack.endpoint, DESKS))
    assert run_apus("metadata", "apply", "--metadata-dir", folder, env=environment).returncode == 0
    until(lambda: ask(stack.endpoint, DESKS) == ALPHA)
    # Neither a command nor the server left anything of the metadata in the served database.
    assert stack.sql(TABLES).strip() == ""
    # What is the platform's own goes into the served database.
    migrations = run_apus("migrate", "up", "--migrations-dir", str(ROOT / "Migrations"), env=environment,
                          timeout=120)
    assert migrations.returncode == 0, migrations.stderr
    assert stack.sql("select to_regprocedure('control.reap_jobs()') is not null").strip() == "t"
    assert metadata.sql("select to_regnamespace('control') is null").strip() == "t"


def test_waits_for_its_metadata_and_not_for_what_it_serves(clusters):
    metadata, stack = clusters
    stack.start_server()
    stack.track("public", "desk")
    stack.stop_server()

    stack.stop_postgres()
    stack.start_server()
    assert "errors" in ask(stack.endpoint, DESKS)
    stack.start_postgres()
    until(lambda: ask(stack.endpoint, DESKS) == ALPHA, seconds=60)
    stack.stop_server()

    metadata.stop_postgres()
    stack.spawn_server()
    until(lambda: "Connection refused" in stack.log())
    assert not stack.is_healthy()
    metadata.start_postgres()
    until(stack.is_healthy)
    assert ask(stack.endpoint, DESKS) == ALPHA

    # While they are away later on, requests are answered by what is known of them.
    metadata.stop_postgres()
    assert ask(stack.endpoint, DESKS) == ALPHA
    assert requests.get(stack.endpoint + "/healthz").status_code == 500
    metadata.start_postgres()
    until(stack.is_healthy)
    stack.metadata({"type": "pg_untrack_table", "args": {"table": "desk"}})


HASURA = {
    "version": 3,
    "sources": [{
        "name": "default", "kind": "postgres",
        "configuration": {"connection_info": {
            "database_url": {"from_env": "PG_DATABASE_URL"}, "isolation_level": "read-committed",
            "pool_settings": {"connection_lifetime": 600, "retries": 1, "idle_timeout": 180,
                              "max_connections": 50},
            "use_prepared_statements": True}},
        "tables": [{"table": {"name": "desk", "schema": "public"}, "select_permissions": [
            {"role": "user", "permission": {"columns": ["name"], "filter": {}}}]}],
    }],
}


def test_takes_what_hasura_has_left_with_no_other_url(clusters):
    """As Hasura's own compose file has it: the source names a variable of its own."""
    metadata, stack = clusters
    metadata.sql(f"""
        create schema hdb_catalog;
        create table hdb_catalog.hdb_version (
          hasura_uuid uuid primary key default gen_random_uuid(), version text not null,
          upgraded_on timestamptz not null, cli_state jsonb not null default '{{}}',
          console_state jsonb not null default '{{}}', ee_client_id text, ee_client_secret text);
        create unique index hdb_version_one_row on hdb_catalog.hdb_version ((version is not null));
        insert into hdb_catalog.hdb_version (version, upgraded_on) values ('48', now());
        create table hdb_catalog.hdb_metadata (
          id integer primary key, metadata json not null, resource_version integer not null default 1 unique);
        insert into hdb_catalog.hdb_metadata values (1, '{json.dumps(HASURA)}', 7)""")
    stack.environment["PG_DATABASE_URL"] = stack.database_url
    # An empty variable is none, as with Hasura.
    stack.environment["HASURA_GRAPHQL_DATABASE_URL"] = ""
    stack.start_server()
    assert stack.post("/v1/metadata", {"type": "get_inconsistent_metadata", "args": {}}, ADMIN) == (
        200, {"is_consistent": True, "inconsistent_objects": []})
    answer = requests.post(stack.endpoint + "/v1/graphql", json={"query": DESKS},
                           headers={**ADMIN, "x-hasura-role": "user"}).json()
    assert answer == ALPHA
    status, document = stack.post("/v1/metadata", {
        "type": "export_metadata", "version": 2, "args": {}}, ADMIN)
    assert (status, document) == (200, {"resource_version": 7, "metadata": HASURA})
    assert metadata.sql("select to_regclass('public.desk') is null").strip() == "t"


@pytest.mark.parametrize("command", [("migrate", "up"), ("sample", "load"), ("worker",), ("serve", "--migrate")])
def test_puts_nothing_of_its_own_beside_the_metadata(command):
    url = f"postgresql://postgres:hidden-word@127.0.0.1:{free_port()}/postgres"
    done = run_apus(*command, env={VARIABLE: url})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("apus: --database-url is missing: the database of --metadata-database-url has the "
                           "metadata alone\n")
