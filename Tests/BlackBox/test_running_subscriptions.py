"""What becomes of running subscriptions when the metadata change, the database restarts, a token expires."""

import contextlib
import json
import time

import pytest
import requests
from conftest import BINARY, make_desk
from stack import ADMIN_SECRET, Stack
from talk import LEGACY, TRANSPORT, Talk
from test_authentication import SECRET as KEY
from test_authentication import TRADER, bearer
from test_event_streams import events

TRADERS = {"x-hasura-admin-secret": ADMIN_SECRET, "x-hasura-role": "trader"}
LIVE = "subscription { desk(order_by: {id: asc}) { id } }"
STREAM = "subscription { desk_stream(batch_size: 5, cursor: {initial_value: {id: 0}}) { id } }"
BOTH = pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY])


@pytest.fixture
def stack():
    environment = {"HASURA_GRAPHQL_JWT_SECRET": json.dumps({"type": "HS256", "key": KEY})}
    with Stack(BINARY, environment=environment) as stack:
        make_desk(stack)
        permit(stack, {"id": {"_lte": 2}})
        yield stack


def permit(stack, condition, drops=False):
    """Lets traders see the desks that fit, or none; one change of the metadata."""
    table = {"table": "desk", "role": "trader"}
    calls = [{"type": "pg_drop_select_permission", "args": table}] if drops else []
    if condition is not None:
        calls.append({"type": "pg_create_select_permission", "args": {
            **table, "permission": {"columns": ["id"], "filter": condition}}})
    stack.metadata({"type": "bulk", "args": calls})


def rows(*ids):
    return [{"id": id} for id in ids]


@contextlib.contextmanager
def event_stream(stack, query, headers):
    answer = requests.post(stack.endpoint + "/v1/graphql", json={"query": query}, stream=True, timeout=20,
                           headers={**headers, "accept": "text/event-stream"})
    with answer:
        yield (event for event in events(answer) if event[0] != "comment")


def errors(message, subprotocol):
    return message["payload"] if subprotocol == TRANSPORT else message["payload"]["errors"]


def start_both(talk):
    """A live query and a stream of a trader, who sees the first two rows."""
    talk.start("live", LIVE)
    assert talk.data("live") == {"desk": rows(1, 2)}
    talk.start("stream", STREAM)
    assert talk.data("stream") == {"desk_stream": rows(1, 2)}


@BOTH
def test_a_permission_that_changes_narrows_what_runs(stack, subprotocol):
    with Talk(stack, subprotocol, TRADERS) as talk, Talk(stack, subprotocol) as admin, \
            event_stream(stack, LIVE, TRADERS) as events:
        start_both(talk)
        admin.start("1", "subscription { desk_aggregate { aggregate { count } } }")
        assert admin.data("1") == {"desk_aggregate": {"aggregate": {"count": 3}}}
        assert json.loads(next(events)[1]) == {"data": {"desk": rows(1, 2)}}
        permit(stack, {"id": {"_gte": 2}}, drops=True)
        assert json.loads(next(events)[1]) == {"data": {"desk": rows(2, 3)}}
        # The stream goes on from where it was, with the rows that may be seen now.
        heard = [talk.receive(), talk.receive()]
        assert {message["id"]: message["payload"]["data"] for message in heard} == {
            "live": {"desk": rows(2, 3)}, "stream": {"desk_stream": rows(3)}}
        # To whom nothing has changed nothing is said.
        assert admin.is_silent(0.5)
        stack.sql("insert into desk values (4, 'delta')")
        assert admin.data("1") == {"desk_aggregate": {"aggregate": {"count": 4}}}
        heard = [talk.receive(), talk.receive()]
        assert {message["id"]: message["payload"]["data"] for message in heard} == {
            "live": {"desk": rows(2, 3, 4)}, "stream": {"desk_stream": rows(4)}}


@BOTH
def test_what_is_permitted_no_more_ends_alone(stack, subprotocol):
    with Talk(stack, subprotocol, TRADERS) as talk, Talk(stack, subprotocol) as admin, \
            event_stream(stack, LIVE, TRADERS) as events:
        start_both(talk)
        admin.start("1", LIVE)
        assert admin.data("1") == {"desk": rows(1, 2, 3)}
        next(events)
        permit(stack, None, drops=True)
        refusal = [{"message": "no subscriptions exist", "extensions": {"path": "$", "code": "validation-failed"}}]
        heard = [talk.receive() for _ in range(2 if subprotocol == TRANSPORT else 4)]
        told = {message["id"]: errors(message, subprotocol) for message in heard if message["type"] == "error"}
        assert told == {"live": refusal, "stream": refusal}
        assert json.loads(next(events)[1]) == {"errors": refusal}
        assert next(events) == ("complete", "")
        # The connections live on, and so does what others see.
        talk.start("live", "{ __typename }")
        assert talk.data("live") == {"__typename": "query_root"}
        stack.sql("delete from fill; delete from desk where id = 3")
        assert admin.data("1") == {"desk": rows(1, 2)}


def test_running_subscriptions_outlive_a_restart_of_the_database(stack):
    with Talk(stack) as talk, event_stream(stack, LIVE, TRADERS) as events:
        talk.start("live", "subscription { desk_aggregate { aggregate { count } } }")
        assert talk.data("live") == {"desk_aggregate": {"aggregate": {"count": 3}}}
        talk.start("stream", STREAM)
        assert talk.data("stream") == {"desk_stream": rows(1, 2, 3)}
        assert json.loads(next(events)[1]) == {"data": {"desk": rows(1, 2)}}
        for mode, id in [("fast", 4), ("immediate", 5)]:
            stack.stop_postgres(mode)
            time.sleep(0.5)
            stack.start_postgres()
            stack.sql(f"insert into desk values ({id}, 'new'), ({-id}, 'seen')")
            heard = [talk.receive(20), talk.receive(20)]
            assert {message["id"]: message["payload"]["data"] for message in heard} == {
                "live": {"desk_aggregate": {"aggregate": {"count": 3 + 2 * (id - 3)}}},
                "stream": {"desk_stream": rows(id)}}
            expected = [*range(-id, -3), 1, 2]
            assert json.loads(next(events)[1]) == {"data": {"desk": rows(*expected)}}


def test_a_stream_of_events_ends_with_its_token(stack):
    claims = {**TRADER, "x-hasura-desk-id": 2}
    begun = time.monotonic()
    with event_stream(stack, LIVE, bearer(claims, exp=int(time.time()) + 2)) as events:
        assert json.loads(next(events)[1]) == {"data": {"desk": rows(1, 2)}}
        # Without `complete`: the client may ask again, with another token.
        assert list(events) == []
    assert time.monotonic() - begun < 10


def test_all_websockets_are_closed_where_that_is_wanted():
    environment = {"HASURA_GRAPHQL_CLOSE_WEBSOCKETS_ON_METADATA_CHANGE": "true"}
    with Stack(BINARY, environment=environment) as stack:
        make_desk(stack)
        with Talk(stack) as talk, Talk(stack, LEGACY) as older:
            for one in (talk, older):
                one.start("1", LIVE)
                assert one.data("1") == {"desk": rows(1, 2, 3)}
            permit(stack, {})
            for one in (talk, older):
                assert one.close_code() == (1012, "Server state changed, restarting the server")
