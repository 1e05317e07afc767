"""GraphQL by server-sent events: the mode of graphql-sse with a connection for each operation."""

import json

import pytest
import requests
from conftest import BINARY, make_desk
from stack import ADMIN_SECRET, Stack
from test_websockets import wait_for

HEADERS = {"x-hasura-admin-secret": ADMIN_SECRET, "accept": "text/event-stream"}
ALPHA = "{ desk_by_pk(id: 1) { name } }"


@pytest.fixture(scope="module")
def stack():
    with Stack(BINARY, environment={"HASURA_GRAPHQL_WEBSOCKET_KEEPALIVE": "1"}) as stack:
        make_desk(stack)
        stack.sql("create view slow as select 1 as n from pg_sleep(60);")
        stack.track("public", "slow")
        yield stack


def events(answer):
    """Pairs of an event's type and its data, as the WHATWG's rules read them; comments as they are."""
    kind, data = "message", []
    for line in answer.iter_lines(decode_unicode=True, delimiter="\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                yield kind, "\n".join(data)
            kind, data = "message", []
        elif name == "":
            yield "comment", value
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)


def results(answer):
    """What is in the events; the first comment shows that the stream is open."""
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    found = [event for event in events(answer) if event[0] != "comment"]
    assert found[-1] == ("complete", "")
    assert all(kind == "next" for kind, _ in found[:-1])
    return [json.loads(data) for _, data in found[:-1]]


def ask(stack, query, **options):
    return requests.post(stack.endpoint + "/v1/graphql", json={"query": query}, headers=HEADERS, stream=True,
                         timeout=20, **options)


def test_a_query_is_one_event(stack):
    assert results(ask(stack, ALPHA)) == [{"data": {"desk_by_pk": {"name": "alpha"}}}]


def test_a_query_may_come_by_get(stack):
    answer = requests.get(stack.endpoint + "/v1/graphql", params={"query": ALPHA}, headers=HEADERS,
                          stream=True, timeout=20)
    assert results(answer) == [{"data": {"desk_by_pk": {"name": "alpha"}}}]


def test_a_mutation_comes_by_post_only(stack):
    mutation = "mutation { update_desk_by_pk(pk_columns: {id: 2}, _set: {name: \"beta\"}) { name } }"
    assert results(ask(stack, mutation)) == [{"data": {"update_desk_by_pk": {"name": "beta"}}}]
    answer = requests.get(stack.endpoint + "/v1/graphql", params={"query": mutation}, headers=HEADERS,
                          stream=True, timeout=20)
    message = "mutations are not allowed by GET, use POST instead"
    assert results(answer)[0]["errors"][0]["message"] == message


@pytest.mark.parametrize("body,message", [
    ({"query": "{ nothing }"}, "field 'nothing' not found in type: 'query_root'"),
    ({"query": "{"}, "not a valid graphql query")])
def test_what_is_wrong_is_an_event_too(stack, body, message):
    answer = requests.post(stack.endpoint + "/v1/graphql", json=body, headers=HEADERS, stream=True, timeout=20)
    assert answer.status_code == 200
    assert results(answer)[0]["errors"][0]["message"] == message


def test_whoever_may_not_come_in_gets_an_event(stack):
    answer = requests.post(stack.endpoint + "/v1/graphql", json={"query": ALPHA}, stream=True, timeout=20,
                           headers={"accept": "text/event-stream"})
    assert results(answer)[0]["errors"][0]["extensions"]["code"] == "access-denied"


def test_line_ends_within_json_are_kept_apart(stack):
    stack.sql("create table doc (id int primary key, body json); "
              "insert into doc values (1, E'{\"a\":\\n 1}')")
    stack.track("public", "doc")
    assert results(ask(stack, "{ doc { body } }")) == [{"data": {"doc": [{"body": {"a": 1}}]}}]


def test_a_stream_shows_that_it_is_alive_and_ends_with_its_client(stack):
    running = "select count(*) from pg_stat_activity where query like '%slow%' and state = 'active'" \
              " and pid <> pg_backend_pid()"
    answer = ask(stack, "{ slow { n } }")
    stream = events(answer)
    assert [next(stream) for _ in range(3)] == [("comment", "")] * 3
    assert int(stack.sql(running)) == 1
    answer.close()
    wait_for(lambda: int(stack.sql(running)) == 0)


def test_connections_serve_on_after_a_stream(stack):
    with requests.Session() as session:
        for _ in range(3):
            answer = session.post(stack.endpoint + "/v1/graphql", json={"query": ALPHA}, headers=HEADERS,
                                  timeout=20)
            assert answer.text == (":\n\nevent: next\ndata: {\"data\":{\"desk_by_pk\":{\"name\":\"alpha\"}}}\n\n"
                                   "event: complete\ndata: \n\n")
