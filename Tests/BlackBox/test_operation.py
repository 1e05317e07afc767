"""Starting, stopping, and what happens while the database is away."""

import json
import signal
import socket
import threading
import time

import pytest
import requests
from conftest import BINARY, ROOT, run_apus
from stack import ADMIN_SECRET, Stack, free_port
from test_http import wait_until
from wire import Wire, post

QUERY = {"query": "{ desk_by_pk(id: 1) { name } }"}
ALPHA = {"data": {"desk_by_pk": {"name": "alpha"}}}


def log_lines(stack):
    """The JSON lines of the log."""
    return [json.loads(line) for line in stack.log().splitlines() if line.startswith("{")]


# -- the command line

def test_a_wrong_option_is_named():
    done = run_apus("serve", "--server-prot", "1")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("apus: unknown option --server-prot; allowed are --database-url")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments, env, message", [
    (["serve", "--server-port", "http"], {},
     "apus: --server-port: 'http' is not allowed; allowed: a whole number from 0 to 65535\n"),
    (["serve"], {"HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES": "perhaps"},
     "apus: HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES: 'perhaps' is not allowed; "
     "allowed: true or false\n"),
    (["serve"], {"HASURA_GRAPHQL_DATABASE_URL": "password-only"},
     "apus: HASURA_GRAPHQL_DATABASE_URL: its value is not allowed; allowed: "
     "postgresql://user:password@host:port/database, keyword=value pairs, or dynamic-from-file://path\n"),
    (["migrate", "up", "--sample"], {},
     "apus: unknown option --sample; allowed are --database-url, --metadata-database-url, --data-dir, --migrations-dir\n"),
    (["serve", "--server-host", "0.0.0.0"], {},
     "apus: --server-host 0.0.0.0 is open to others, so it needs an admin secret "
     "(HASURA_GRAPHQL_ADMIN_SECRET), or --insecure\n"),
])
def test_a_wrong_value_is_named(arguments, env, message):
    done = run_apus(*arguments, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


@pytest.mark.parametrize("command", [
    "serve", "migrate up", "migrate down", "migrate status", "metadata apply", "metadata export",
    "metadata clear", "schema print", "sample load", "version"])
def test_every_command_has_help(command):
    done = run_apus(*command.split(), "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: apus {command}")


@pytest.mark.parametrize("asked", ["version", "--version"])
def test_the_version_is_printed(asked):
    done = run_apus(asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("apus ")


def test_help_on_a_command_is_its_help():
    assert run_apus("help", "migrate", "up").stdout == run_apus("migrate", "up", "--help").stdout
    assert run_apus("help").stdout == run_apus("--help").stdout
    done = run_apus("help", "serv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("apus: unknown command 'serv'; one of serve, ")


@pytest.mark.parametrize("arguments, message", [
    (["--migrations-dir", "/nowhere"], "apus: cannot read /nowhere: No such file or directory\n"),
    (["--migrations-dir", str(ROOT / "Migrations"), "--metadata-dir", "/nowhere"],
     "apus: /nowhere: there is no such folder of metadata (--metadata-dir)\n"),
    (["--tls-ca-file", "/nowhere.pem"], "apus: cannot read /nowhere.pem: No such file or directory\n"),
])
def test_what_is_not_there_is_named_before_a_database_is_made(tmp_path, arguments, message):
    done = run_apus("serve", "--migrate", "--server-port", "0", "--data-dir", str(tmp_path / "data"), *arguments)
    assert (done.returncode, done.stderr) == (1, message)
    assert list(tmp_path.iterdir()) == []


# -- serving

def test_an_open_address_is_served_with_a_secret_or_insecurely(own_stack):
    for secret, arguments in [(ADMIN_SECRET, []), (None, ["--insecure"])]:
        own_stack.stop_server()
        own_stack.admin_secret = secret
        own_stack.arguments = ["--server-host", "0.0.0.0", *arguments]
        own_stack.start_server()
        assert own_stack.graphql("{ desk_by_pk(id: 1) { name } }") == ALPHA["data"]


def test_it_says_where_it_is_and_what_to_ask(stack):
    lines = [line for line in stack.log().splitlines() if not line.startswith("{")]
    assert lines[0] == f"Ready at {stack.endpoint}/v1/graphql"
    assert lines[1].startswith(f"curl -s {stack.endpoint}/v1/graphql -H 'content-type: ")


def test_it_logs_json_without_secrets(stack):
    stack.graphql("{ desk_by_pk(id: 1) { name } }", headers={"x-request-id": "find-me"})
    wait_until(lambda: "find-me" in stack.log())
    line = next(line for line in log_lines(stack) if "find-me" in json.dumps(line))
    assert set(line) == {"type", "timestamp", "level", "detail"}
    assert (line["type"], line["level"]) == ("http-log", "info")
    assert line["detail"]["http_info"]["url"] == "/v1/graphql"
    assert line["detail"]["operation"]["user_vars"] == {"x-hasura-role": "admin"}
    assert ADMIN_SECRET not in stack.log()
    assert stack.database_url not in stack.log()


def test_a_port_that_is_taken_is_named(own_stack):
    own_stack.stop_server()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", own_stack.port))
        taken.listen()
        server = own_stack.spawn_server()
        assert server.wait(20) == 1
    message = (f"cannot listen on 127.0.0.1:{own_stack.port}: Address already in use; "
               "stop what listens there, or choose another port with --server-port")
    assert message in own_stack.log()


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_requests_in_flight_are_finished(own_stack, sig):
    answers = []

    def ask():
        call = {"type": "run_sql", "args": {"sql": "select pg_sleep(2), 7 as seven"}}
        answers.append(own_stack.post("/v2/query", call))

    thread = threading.Thread(target=ask)
    thread.start()
    running = "select count(*) from pg_stat_activity where query like 'select pg_sleep(2), 7%'"
    wait_until(lambda: own_stack.sql(running).strip() == "1")
    with Wire(own_stack) as idle:
        own_stack.server.send_signal(sig)
        assert idle.is_closed()
    wait_until(lambda: not accepts(own_stack.port))
    assert own_stack.server.poll() is None
    thread.join()
    assert answers == [(200, {"result_type": "TuplesOk",
                              "result": [["pg_sleep", "seven"], ["", "7"]]})]
    assert own_stack.server.wait(10) == 0


def test_a_server_under_nohup_outlives_its_terminal(own_stack):
    own_stack.stop_server()
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        own_stack.start_server()
    finally:
        signal.signal(signal.SIGHUP, former)
    own_stack.server.send_signal(signal.SIGHUP)
    assert own_stack.graphql("{ desk_by_pk(id: 1) { name } }") == {"desk_by_pk": {"name": "alpha"}}
    own_stack.server.send_signal(signal.SIGTERM)
    assert own_stack.server.wait(10) == 0


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


# -- the database goes and comes

def test_a_database_that_is_down_at_the_start_is_waited_for(own_stack):
    own_stack.stop_server()
    own_stack.stop_postgres()
    own_stack.spawn_server()
    tries = lambda: sum(line["detail"].get("kind") == "database_unavailable"  # noqa: E731
                        for line in log_lines(own_stack) if isinstance(line["detail"], dict))
    wait_until(lambda: tries() >= 2)
    own_stack.start_postgres()
    wait_until(own_stack.is_healthy)
    assert own_stack.graphql("{ desk_by_pk(id: 1) { name } }") == ALPHA["data"]


def test_a_server_that_waits_for_its_database_can_be_stopped(own_stack):
    own_stack.stop_server()
    own_stack.stop_postgres()
    own_stack.spawn_server()
    wait_until(lambda: "database_unavailable" in own_stack.log())
    assert own_stack.stop_server() == 0


def test_a_database_that_comes_back_is_used_again(own_stack):
    own_stack.stop_postgres("immediate")
    with Wire(own_stack) as wire:
        wire.send(post(QUERY))
        answer = wire.answer()
        assert answer.status == 200
        assert answer.json["errors"][0]["extensions"]["code"] == "postgres-error"
        assert wire_says(wire, "/v1alpha1/graphql") == 500
        health = requests.get(own_stack.endpoint + "/healthz")
        assert (health.status_code, health.text) == (500, "ERROR")
        own_stack.start_postgres()
        ready = time.monotonic()
        while True:
            wire.send(post(QUERY))
            if wire.answer().json == ALPHA:
                break
            assert time.monotonic() - ready < 10
            time.sleep(0.02)
    assert own_stack.server.poll() is None


def wire_says(wire, path):
    wire.send(post(QUERY, path=path))
    return wire.answer().status


def test_a_backend_that_is_ended_is_replaced(own_stack):
    assert own_stack.graphql(QUERY["query"]) == ALPHA["data"]
    own_stack.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                  "where application_name = 'apus'")
    assert own_stack.graphql(QUERY["query"]) == ALPHA["data"]


def test_commands_do_not_wait_for_a_database():
    url = f"postgresql://postgres:topsecret@127.0.0.1:{free_port()}/postgres"
    done = run_apus("schema", "print", "--database-url", url)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("apus: connection error: connection to server at ")
    assert done.stderr.count("\n") == 1
    assert "Connection refused" in done.stderr
    assert "topsecret" not in done.stderr


# -- several servers

def test_servers_see_each_others_metadata(own_stack):
    own_stack.sql("create table late (id int primary key)")
    other = Stack(BINARY, serve=False)
    other.folder, other.database_url = own_stack.folder, own_stack.database_url
    other.port = free_port()
    other.endpoint = f"http://127.0.0.1:{other.port}"
    try:
        other.start_server()
        own_stack.track("public", "late")
        wait_until(lambda: requests.post(
            other.endpoint + "/v1/graphql", json={"query": "{ late { id } }"},
            headers={"x-hasura-admin-secret": ADMIN_SECRET}).json() == {"data": {"late": []}})
    finally:
        other.stop_server()
