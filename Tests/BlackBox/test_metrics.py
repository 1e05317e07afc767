"""What Prometheus reads of a server."""

import json
import re
import time
import urllib.error
import urllib.request

import pytest
from conftest import BINARY, make_desk
from stack import ADMIN_SECRET, Stack
from talk import Talk
from test_websockets import wait_for

SAMPLE = re.compile(r'^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})? ([0-9.]+)$')


def scrape(stack, token=None, **headers):
    given = {"authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(stack.endpoint + "/v1/metrics", headers={**given, **headers})
    try:
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def samples(text):
    """Each sample by its name and labels; every line has to be one, or to tell of those that follow."""
    found, kinds = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line[7:].split()
            assert kind in ("counter", "gauge", "histogram") and name not in kinds
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            name, labels, value = SAMPLE.match(line).groups()
            assert any(name in (kind, kind + "_bucket", kind + "_sum", kind + "_count") for kind in kinds)
            assert name + (labels or "") not in found
            found[name + (labels or "")] = float(value)
    return found


@pytest.fixture(scope="module")
def stack():
    with Stack(BINARY, environment={"HASURA_GRAPHQL_METRICS_SECRET": "read me",
                                    "APUS_CREATE_PUBLICATION": "true"}) as stack:
        make_desk(stack)
        yield stack


def requests(found, operation, status):
    labels = f'{{operation_type="{operation}",response_status="{status}"}}'
    return found.get("hasura_graphql_requests_total" + labels, 0)


def test_requests_connections_and_subscriptions_are_counted(stack):
    before = samples(scrape(stack, "read me")[1])
    stack.graphql("{ desk { id } }")
    stack.graphql("{ desk { id } }")
    assert stack.post("/v1/graphql", {"query": "{ nowhere }"})[1]["errors"]
    with Talk(stack) as talk:
        talk.start("1", "subscription { desk { id } }")
        talk.data("1")
        status, text = scrape(stack, "read me")
    assert status == 200
    after = samples(text)
    assert requests(after, "query", "success") - requests(before, "query", "success") == 2
    assert requests(after, "unknown", "failed") - requests(before, "unknown", "failed") == 1
    count = 'hasura_graphql_execution_time_seconds_count{operation_type="query"}'
    assert after[count] == requests(after, "query", "success")
    assert after["hasura_websocket_connections"] == 1
    assert after["hasura_active_subscriptions"] == 1
    assert after['hasura_active_subscription_pollers{subscription_kind="live-query"}'] == 1
    assert after['hasura_postgres_connections{state="idle"}'] >= 1
    assert after["apus_subscription_statements_total"] >= 1
    assert after["process_resident_memory_bytes"] > 1 << 20
    assert after["process_cpu_seconds_total"] > 0


def test_tells_how_changes_are_learnt_of(stack):
    expected = {"replication": 1, "triggers": 0, "polling": 0}
    with Talk(stack) as talk:
        talk.start("1", "subscription { desk { id } }")
        # Replication begins with the first subscription.
        for _ in range(100):
            found = samples(scrape(stack, "read me")[1])
            told = {name: found[f'apus_change_source{{source="{name}"}}'] for name in expected}
            if told == expected:
                break
            time.sleep(0.1)
        assert told == expected


def test_tells_it_of_each_source_and_ends_what_subscribes_to_one_that_goes(stack):
    stack.sql("create database risk")
    risk = "\\connect risk\n"
    stack.sql(risk + "create table limits (id integer primary key); insert into limits values (1);")
    url = stack.database_url.rsplit("/", 1)[0] + "/risk"
    stack.metadata({"type": "pg_add_source", "args": {"name": "risk", "configuration": {
        "connection_info": {"database_url": url}}}})
    stack.metadata({"type": "pg_track_table", "args": {"source": "risk", "table": "limits"}})

    def config():
        request = urllib.request.Request(stack.endpoint + "/v1alpha1/config",
                                         headers={"x-hasura-admin-secret": ADMIN_SECRET})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def sources():
        found = samples(scrape(stack, "read me")[1])
        return {name[len("apus_source_change_source"):] for name, value in found.items()
                if name.startswith("apus_source_change_source{") and value == 1}

    def way(source, name):
        return f'{{source_name="{source}",source="{name}"}}'

    with Talk(stack) as talk:
        talk.start("main", "subscription { desk { id } }")
        talk.data("main")
        talk.start("risk", "subscription { limits { id } }")
        assert talk.data("risk") == {"limits": [{"id": 1}]}
        expected = {"default": "replication", "risk": "replication"}
        wait_for(lambda: config()["change_sources"] == expected)
        assert config()["change_source"] == "replication"
        assert sources() == {way("default", "replication"), way("risk", "replication")}
        stack.sql(risk + "insert into limits values (2);")
        assert talk.data("risk") == {"limits": [{"id": 1}, {"id": 2}]}
        stack.metadata({"type": "pg_drop_source", "args": {"name": "risk"}})
        assert talk.receive() == {"id": "risk", "type": "error", "payload": [{
            "message": "field 'limits' not found in type: 'subscription_root'",
            "extensions": {"path": "$.selectionSet.limits", "code": "validation-failed"}}]}
        assert config()["change_sources"] == {"default": "replication"}
        assert sources() == {way("default", "replication")}
    assert 'source "risk": subscriptions follow the database by logical replication' in (
        stack.log().replace("\\", ""))


def test_only_who_may_reads_them(stack):
    admin = {"x-hasura-admin-secret": ADMIN_SECRET}
    assert scrape(stack, **admin)[0] == 200
    assert scrape(stack)[0] == 401
    assert scrape(stack, "read me not")[0] == 401
    assert scrape(stack, **admin, **{"x-hasura-role": "trader"})[0] == 400
    assert "read me" not in stack.log()


def test_they_are_not_there_unless_they_are_asked_for():
    with Stack(BINARY) as stack:
        assert scrape(stack, **{"x-hasura-admin-secret": ADMIN_SECRET})[0] == 404
