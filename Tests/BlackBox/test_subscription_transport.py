"""Subscriptions as clients get them: over both protocols of WebSocket, by events, and too slowly."""

import json
import time

import pytest
import requests
from conftest import BINARY, make_desk
from stack import Stack
from talk import LEGACY, SECRET, TRANSPORT, Talk
from test_event_streams import events
from test_websockets import wait_for

QUERY = "subscription @refetch(interval: 100) { desk_by_pk(id: 1) { name } }"
BOTH = pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY])


@pytest.fixture(scope="module")
def stack():
    with Stack(BINARY) as stack:
        make_desk(stack)
        yield stack


@pytest.fixture(autouse=True)
def alpha(stack):
    rename(stack, "alpha")


def rename(stack, name):
    stack.sql(f"update desk set name = '{name}' where id = 1")


def named(name):
    return {"desk_by_pk": {"name": name}}


@BOTH
def test_a_live_query_tells_each_change_until_it_is_stopped(stack, subprotocol):
    with Talk(stack, subprotocol) as talk:
        talk.start("1", QUERY)
        assert talk.data("1") == named("alpha")
        rename(stack, "new")
        assert talk.data("1") == named("new")
        talk.stop("1")
        rename(stack, "newer")
        assert talk.is_silent(0.5)
        talk.start("1", QUERY)
        assert talk.data("1") == named("newer")


@BOTH
def test_one_connection_has_several_subscriptions(stack, subprotocol):
    with Talk(stack, subprotocol) as talk:
        talk.start("a", QUERY)
        assert talk.data("a") == named("alpha")
        talk.start("b", "subscription @refetch(interval: 100) { desk(where: {id: {_eq: 1}}) { id name } }")
        assert talk.data("b") == {"desk": [{"id": 1, "name": "alpha"}]}
        rename(stack, "both")
        answers = [talk.receive() for _ in range(2)]
        assert {answer["id"]: answer["payload"]["data"] for answer in answers} == {
            "a": named("both"), "b": {"desk": [{"id": 1, "name": "both"}]}}
        # A mutation goes between them.
        talk.start("m", "mutation { update_desk_by_pk(pk_columns: {id: 3}, _set: {equity: 1}) { id } }")
        assert talk.data("m") == {"update_desk_by_pk": {"id": 3}}


@BOTH
def test_a_saved_query_is_started_by_its_name(stack, subprotocol):
    stack.metadata({"type": "create_query_collection", "args": {
        "name": f"of {subprotocol}", "definition": {"queries": [
            {"name": f"live {subprotocol}", "query":
                "subscription ($id: bigint!) @refetch(interval: 100) { desk_by_pk(id: $id) { name } }"},
            {"name": f"once {subprotocol}", "query": "{ desk_by_pk(id: 1) { name } }"}]}}})
    with Talk(stack, subprotocol) as talk:
        talk.start_saved("1", f"live {subprotocol}", variables={"id": 1})
        assert talk.data("1") == named("alpha")
        rename(stack, "new")
        assert talk.data("1") == named("new")
        talk.stop("1")
        talk.start_saved("2", f"once {subprotocol}")
        assert talk.data("2") == named("new")
        assert talk.receive() == {"id": "2", "type": "complete"}
        talk.start_saved("3", "nothing")
        refusal = talk.receive()
        assert (refusal["id"], refusal["type"]) == ("3", "error")
        assert 'there is no saved query "nothing"' in json.dumps(refusal["payload"]).replace("\\", "")


@BOTH
def test_a_refused_subscription_leaves_the_connection_alone(stack, subprotocol):
    with Talk(stack, subprotocol) as talk:
        talk.start("1", "subscription { nothing }")
        answer = talk.receive()
        assert (answer["id"], answer["type"]) == ("1", "error")
        errors = answer["payload"] if subprotocol == TRANSPORT else answer["payload"]["errors"]
        assert errors == [{"message": "field 'nothing' not found in type: 'subscription_root'",
                           "extensions": {"path": "$.selectionSet.nothing", "code": "validation-failed"}}]
        if subprotocol == LEGACY:
            assert talk.receive() == {"id": "1", "type": "complete"}
        talk.start("1", QUERY)
        assert talk.data("1") == named("alpha")


def test_a_subscription_comes_as_events(stack):
    answer = requests.post(stack.endpoint + "/v1/graphql", json={"query": QUERY}, stream=True, timeout=20,
                           headers={**SECRET, "accept": "text/event-stream"})
    stream = (json.loads(data) for kind, data in events(answer) if kind == "next")
    assert next(stream) == {"data": named("alpha")}
    rename(stack, "event")
    assert next(stream) == {"data": named("event")}
    answer.close()


def test_plain_http_has_no_subscriptions(stack):
    answer = requests.post(stack.endpoint + "/v1/graphql", json={"query": QUERY}, headers=SECRET, timeout=20).json()
    assert answer["errors"][0]["message"] == \
        "subscriptions are not supported over HTTP, use websockets instead"


def test_a_slow_reader_gets_the_newest_result_and_costs_little(stack):
    """Its results are far more than what may wait for it: all but the newest are passed over."""
    stack.sql("drop table if exists page; create table page (id int primary key, text text);"
              "insert into page values (0, repeat('x', 1000000))")
    stack.track("public", "page")
    query = "subscription @refetch(interval: 100) { page { id text } }"
    with Talk(stack, max_queue=1) as slow, Talk(stack, max_queue=1) as other:
        slow.start("1", query)
        assert slow.data("1")["page"][0]["id"] == 0
        before = stack.resident_mib()
        for id in range(1, 41):
            stack.sql(f"update page set id = {id}")
            time.sleep(0.11)
        assert stack.resident_mib() - before < 24
        # Others are served meanwhile.
        other.start("q", "{ page { id } }")
        assert other.data("q") == {"page": [{"id": 40}]}
        seen = []
        while not seen or seen[-1] != 40:
            seen.append(slow.data("1")["page"][0]["id"])
        assert seen == sorted(seen) and len(seen) < 40


def test_a_stop_of_the_server_ends_subscriptions():
    with Stack(BINARY) as stack:
        make_desk(stack)
        answer = requests.post(stack.endpoint + "/v1/graphql", json={"query": QUERY}, stream=True, timeout=20,
                               headers={**SECRET, "accept": "text/event-stream"})
        stream = events(answer)
        assert [kind for kind, _ in (next(stream), next(stream))] == ["comment", "next"]
        with Talk(stack) as talk:
            talk.start("1", QUERY)
            talk.data("1")
            stack.server.terminate()
            assert talk.close_code() == (1001, "the server is shutting down")
        # The body ends as it should, and without `complete`: the client is to ask again.
        assert "complete" not in [kind for kind, _ in stream]
        wait_for(lambda: stack.server.poll() is not None)
        assert stack.server.returncode == 0
