"""Metadata that change while servers run, and the commands that read and write their folder."""

import json
import threading
import time
import urllib.error
import urllib.request

import pytest
from conftest import BINARY, make_desk, run_apus
from stack import ADMIN_SECRET, Stack, free_port

PERMISSION = {"table": "desk", "role": "user",
              "permission": {"columns": ["id"], "filter": {"id": {"_lt": 3}}}}
USER = {"x-hasura-role": "user"}


def answers(stack, query, headers=None):
    """Whether a query is answered with data, and with which."""
    _, answer = stack.post("/v1/graphql", {"query": query}, headers)
    return answer.get("data")


def wait_for(condition, seconds=10):
    """How long it took until something held; a failure where it did not."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds
        time.sleep(0.005)
    return time.monotonic() - started


@pytest.fixture
def second(own_stack):
    """One more server over the database of the first; polling alone would not be in time."""
    other = Stack(BINARY, environment={"HASURA_GRAPHQL_SCHEMA_SYNC_POLL_INTERVAL": "60000"})
    other.folder = own_stack.folder
    other.database_url = own_stack.database_url
    other.port = free_port()
    other.endpoint = f"http://127.0.0.1:{other.port}"
    other.start_server()
    yield other
    other.stop_server()


def test_another_server_follows_each_change(own_stack, second):
    query = "{ desk { id } }"
    assert answers(second, query, USER) is None
    own_stack.metadata({"type": "pg_create_select_permission", "args": PERMISSION})
    assert answers(own_stack, query, USER) == {"desk": [{"id": 1}, {"id": 2}]}
    wait_for(lambda: answers(second, query, USER) is not None)
    assert answers(second, query, USER) == {"desk": [{"id": 1}, {"id": 2}]}
    second.metadata({"type": "pg_drop_select_permission",
                     "args": {"table": "desk", "role": "user"}})
    wait_for(lambda: answers(own_stack, query, USER) is None)


def test_others_learn_of_a_change_from_hasuras_table(own_stack):
    own_stack.metadata({"type": "pg_create_select_permission", "args": PERMISSION})
    noted = own_stack.sql("""
        select n.resource_version = m.resource_version, n.notification::jsonb
        from hdb_catalog.hdb_schema_notifications n, hdb_catalog.hdb_metadata m""")
    flag, notification = noted.strip().split("|")
    assert flag == "t"
    assert json.loads(notification) == {"metadata": False, "remote_schemas": [], "sources": []}


def test_polling_is_enough_where_notifications_do_not_come_through(own_stack):
    query = "{ desk { id } }"
    # Another program changes the document as Hasura would, and notifies nobody.
    own_stack.sql("""
        update hdb_catalog.hdb_metadata set resource_version = resource_version + 1,
          metadata = jsonb_set(metadata::jsonb, '{sources,0,tables,0,select_permissions}',
            '[{"role":"user","permission":{"columns":["id"],"filter":{}}}]')::json""")
    wait_for(lambda: answers(own_stack, query, USER) is not None)


def test_requests_under_way_end_on_the_schema_they_began_with(own_stack):
    own_stack.sql("create view slow as select id, pg_sleep(0.3)::text as nap from desk")
    own_stack.track("public", "slow")
    found = {}

    def ask():
        found["answer"] = answers(own_stack, "{ slow { id nap } }")

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    own_stack.metadata({"type": "pg_untrack_table", "args": {"table": "slow", "cascade": True}})
    assert answers(own_stack, "{ slow { id } }") is None
    thread.join()
    assert sorted(row["id"] for row in found["answer"]["slow"]) == [1, 2, 3]


def test_changes_under_load_lose_no_request(own_stack):
    failures = []
    stop = threading.Event()

    def load():
        while not stop.is_set():
            data = answers(own_stack, "{ fill(limit: 1) { id } }")
            if data is None:
                failures.append(data)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        own_stack.metadata({"type": "pg_create_select_permission", "args": PERMISSION})
        own_stack.metadata({"type": "pg_drop_select_permission",
                            "args": {"table": "desk", "role": "user"}})
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


# -- the folder

def test_diff_shows_what_apply_would_change(own_stack, tmp_path):
    arguments = ["--database-url", own_stack.database_url, "--metadata-dir",
                 str(tmp_path / "metadata")]
    assert run_apus("metadata", "export", *arguments).returncode == 0
    same = run_apus("metadata", "diff", *arguments)
    assert (same.returncode, same.stdout) == (0, "")
    own_stack.metadata({"type": "pg_create_select_permission", "args": PERMISSION})
    own_stack.metadata({"type": "create_query_collection", "args": {
        "name": "saved", "definition": {"queries": [{"name": "a", "query": "{ desk { id } }"}]}}})
    found = run_apus("metadata", "diff", *arguments)
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert "--- database/databases/default/tables/public_desk.yaml" in lines
    assert "-  - role: user" in lines
    assert lines[-8:] == [
        "--- database/query_collections.yaml", "+++ (nothing)", "@@ -1,5 +1,0 @@",
        "-- name: saved", "-  definition:", "-    queries:", "-      - name: a",
        '-        query: "{ desk { id } }"']
    applied = run_apus("metadata", "apply", *arguments)
    assert applied.returncode == 0, applied.stderr
    assert run_apus("metadata", "diff", *arguments).returncode == 0


def test_export_removes_the_file_of_what_is_gone(own_stack, tmp_path):
    arguments = ["--database-url", own_stack.database_url, "--metadata-dir",
                 str(tmp_path / "metadata")]
    own_stack.metadata({"type": "create_query_collection", "args": {
        "name": "saved", "definition": {"queries": [{"name": "a", "query": "{ desk { id } }"}]}}})
    assert run_apus("metadata", "export", *arguments).returncode == 0
    assert (tmp_path / "metadata/query_collections.yaml").exists()
    own_stack.metadata({"type": "drop_query_collection",
                        "args": {"collection": "saved", "cascade": True}})
    assert run_apus("metadata", "export", *arguments).returncode == 0
    assert not (tmp_path / "metadata/query_collections.yaml").exists()


# -- endpoints

def test_endpoints_over_http(own_stack):
    own_stack.metadata({"type": "bulk", "args": [
        {"type": "create_query_collection", "args": {"name": "c", "definition": {"queries": [
            {"name": "q", "query": "query ($name: String!) "
                                   "{ desk(where: {name: {_eq: $name}}) { id } }"}]}}},
        {"type": "create_rest_endpoint", "args": {
            "name": "e", "url": "desk/:name", "methods": ["GET", "POST"],
            "definition": {"query": {"collection_name": "c", "query_name": "q"}}}},
        {"type": "create_rest_endpoint", "args": {
            "name": "f", "url": "named", "methods": ["POST", "PUT", "PATCH", "DELETE"],
            "definition": {"query": {"collection_name": "c", "query_name": "q"}}}}]})

    def call(method, path, body=None, content_type="application/json"):
        request = urllib.request.Request(
            own_stack.endpoint + "/api/rest/" + path, body, method=method,
            headers={"x-hasura-admin-secret": ADMIN_SECRET,
                     **({"content-type": content_type} if body else {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    alpha = (200, {"desk": [{"id": 1}]})
    assert call("GET", "desk/alpha") == alpha
    assert call("GET", "desk/al%70ha") == alpha
    assert call("POST", "named?name=alpha") == alpha
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert call(method, "named", b'{"name": "alpha"}') == alpha
    assert call("POST", "named", b"name=alpha",
                "application/x-www-form-urlencoded") == alpha
    assert call("POST", "named", b"<a/>", "text/xml")[0] == 415
    assert call("POST", "named", b"[1]") == (400, {
        "error": "the body has to be an object with the variables, but is of type Array",
        "path": "$", "code": "parse-failed"})
    assert call("POST", "named", b"{")[0] == 400
    assert call("GET", "named") == (405, {
        "error": "Allowed methods: DELETE, PATCH, POST, PUT", "path": "$",
        "code": "method-not-allowed"})
    assert call("GET", "desk/a/b") == (404, {
        "error": "Endpoint not found", "path": "$", "code": "not-found"})
    assert call("GET", "desk/%zz")[0] == 400
    status, document = own_stack.post("/v1/graphql", {"documentId": "c/q",
                                                      "variables": {"name": "beta"}})
    assert (status, document) == (200, {"data": {"desk": [{"id": 2}]}})
