"""What Prometheus reads of a server."""

import re
import time
import urllib.error
import urllib.request

import pytest
from conftest import BINARY, make_desk
from stack import ADMIN_SECRET, Stack
from talk import Talk

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
