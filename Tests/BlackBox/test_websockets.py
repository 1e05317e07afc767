"""GraphQL over WebSocket: queries and mutations, sessions, limits and ends."""

import json
import threading
import time

import pytest
from conftest import BINARY, make_desk
from frames import frame, handshake, read_frame
from stack import ADMIN_SECRET, Stack
from talk import LEGACY, SECRET, TRANSPORT, Talk
from websockets.exceptions import InvalidStatus
from wire import Wire

ALPHA = "{ desk_by_pk(id: 1) { name } }"
SLEEP = "query { slow { n } }"
BOTH = pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY, None])


@pytest.fixture(scope="module")
def stack():
    """A role, a view that takes its time, and short waits."""
    environment = {"HASURA_GRAPHQL_WEBSOCKET_KEEPALIVE": "1",
                   "HASURA_GRAPHQL_WEBSOCKET_CONNECTION_INIT_TIMEOUT": "1",
                   "APUS_MAX_WEBSOCKET_MESSAGE_BYTES": "200000",
                   "APUS_WEBSOCKET_OPERATION_LIMIT": "3",
                   "HASURA_GRAPHQL_CONNECTION_COMPRESSION": "true"}
    with Stack(BINARY, environment=environment) as stack:
        make_desk(stack)
        stack.sql("create view slow as select 1 as n from pg_sleep(60);"
                  "create table note (id int primary key, text text);")
        stack.track("public", "slow", "note")
        stack.metadata({"type": "pg_create_select_permission", "args": {
            "table": "desk", "role": "trader",
            "permission": {"columns": ["id", "name"], "filter": {"id": "X-Hasura-Desk-Id"}}}})
        yield stack


# -- operations

@BOTH
def test_queries_are_answered_and_completed(stack, subprotocol):
    with Talk(stack, subprotocol) as talk:
        for id in ("1", "2", "1"):
            talk.start(id, ALPHA)
            assert talk.data(id) == {"desk_by_pk": {"name": "alpha"}}
            assert talk.receive() == {"id": id, "type": "complete"}


@BOTH
def test_mutations_change_what_they_say(stack, subprotocol):
    with Talk(stack, subprotocol) as talk:
        talk.start("m", "mutation ($t: String!) { insert_note_one(object: {id: 1, text: $t}) { text } }",
                   variables={"t": "é𝄞"})
        assert talk.data("m") == {"insert_note_one": {"text": "é𝄞"}}
        assert talk.receive()["type"] == "complete"
        talk.start("d", "mutation { delete_note(where: {}) { affected_rows } }")
        assert talk.data("d") == {"delete_note": {"affected_rows": 1}}


def test_several_operations_run_at_a_time(stack):
    with Talk(stack) as talk:
        talk.start("slow", SLEEP)
        talk.start("quick", ALPHA)
        assert talk.data("quick") == {"desk_by_pk": {"name": "alpha"}}


@pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY])
def test_what_is_stopped_is_cancelled_in_the_database(stack, subprotocol):
    running = "select count(*) from pg_stat_activity where query like '%slow%' and state = 'active'" \
              " and pid <> pg_backend_pid()"
    with Talk(stack, subprotocol) as talk:
        talk.start("s", SLEEP)
        wait_for(lambda: int(stack.sql(running)) == 1)
        talk.stop("s")
        wait_for(lambda: int(stack.sql(running)) == 0)
        # The name is free, and nothing of the old operation comes.
        talk.start("s", ALPHA)
        assert talk.data("s") == {"desk_by_pk": {"name": "alpha"}}


def test_what_a_client_has_left_behind_is_cancelled(stack):
    running = "select count(*) from pg_stat_activity where query like '%slow%' and state = 'active'" \
              " and pid <> pg_backend_pid()"
    with Talk(stack) as talk:
        talk.start("s", SLEEP)
        wait_for(lambda: int(stack.sql(running)) == 1)
        talk.socket.socket.shutdown(2)
    wait_for(lambda: int(stack.sql(running)) == 0)


def test_refused_operations_leave_the_connection_alone(stack):
    with Talk(stack) as talk:
        for query, message in [("{ nothing }", "field 'nothing' not found in type: 'query_root'"),
                               ("{", "not a valid graphql query")]:
            talk.start("1", query)
            answer = talk.receive()
            assert (answer["id"], answer["type"]) == ("1", "error")
            assert [error["message"] for error in answer["payload"]] == [message]
        talk.start("1", ALPHA)
        assert talk.data("1") == {"desk_by_pk": {"name": "alpha"}}


def test_more_operations_than_allowed_are_refused(stack):
    with Talk(stack) as talk:
        for id in "abc":
            talk.start(id, SLEEP)
        talk.start("d", ALPHA)
        answer = talk.receive()
        assert answer["id"] == "d" and answer["payload"][0]["extensions"]["code"] == "start-failed"
        talk.stop("a")
        talk.start("d", ALPHA)
        assert talk.data("d") == {"desk_by_pk": {"name": "alpha"}}


def test_errors_of_v1alpha1_have_its_shape(stack):
    with Talk(stack, LEGACY, path="/v1alpha1/graphql") as talk:
        talk.start("1", "{ nothing }")
        assert talk.receive()["payload"] == {
            "error": "field 'nothing' not found in type: 'query_root'",
            "path": "$.selectionSet.nothing", "code": "validation-failed"}


# -- sessions

@BOTH
def test_roles_see_their_own_rows(stack, subprotocol):
    headers = {**SECRET, "X-Hasura-Role": "trader", "x-hasura-desk-id": "2"}
    with Talk(stack, subprotocol, headers) as talk:
        talk.start("1", "{ desk { id name } }")
        assert talk.data("1") == {"desk": [{"id": 2, "name": "beta"}]}


def test_headers_of_the_handshake_count_behind_those_of_the_message(stack):
    with Talk(stack, headers={}, handshake={**SECRET, "x-hasura-role": "trader",
                                            "x-hasura-desk-id": "3"}) as talk:
        talk.start("1", "{ desk { id } }")
        assert talk.data("1") == {"desk": [{"id": 3}]}
    with Talk(stack, headers={"X-Hasura-Desk-Id": "1"},
              handshake={**SECRET, "x-hasura-role": "trader", "x-hasura-desk-id": "3"}) as talk:
        talk.start("1", "{ desk { id } }")
        assert talk.data("1") == {"desk": [{"id": 1}]}


@pytest.mark.parametrize("headers", [{}, {"x-hasura-admin-secret": "wrong"}])
def test_whoever_may_not_come_in_is_told(stack, headers):
    with Talk(stack, init=False) as talk:
        talk.send(type="connection_init", payload={"headers": headers})
        assert talk.close_code() == (4403, "Forbidden")
    with Talk(stack, LEGACY, init=False) as talk:
        talk.send(type="connection_init", payload={"headers": headers})
        answer = talk.receive()
        assert answer["type"] == "connection_error" and "admin-secret" in answer["payload"]
        assert talk.close_code()[0] == 4400


def test_nothing_starts_before_the_session(stack):
    with Talk(stack, init=False) as talk:
        talk.start("1", ALPHA)
        assert talk.close_code() == (4401, "Unauthorized")
    with Talk(stack, LEGACY, init=False) as talk:
        talk.start("1", ALPHA)
        message = "start received before the connection is initialised"
        assert talk.receive()["payload"]["errors"][0]["message"] == message


def test_clients_that_say_nothing_are_ended(stack):
    with Talk(stack, init=False) as talk:
        talk.send(type="ping", payload={"a": 1})
        assert talk.receive() == {"type": "pong", "payload": {"a": 1}}
        assert talk.close_code() == (4408, "Connection initialisation timeout")
    with Talk(stack, LEGACY, init=False) as talk:
        assert talk.close_code() == (1011, "Connection initialisation timed out")


def test_a_second_opening_ends_the_connection(stack):
    with Talk(stack) as talk:
        talk.send(type="connection_init")
        assert talk.close_code() == (4429, "Too many initialisation requests")


def test_a_name_in_use_ends_the_connection(stack):
    with Talk(stack) as talk:
        talk.start("x" * 200, SLEEP)
        talk.start("x" * 200, ALPHA)
        code, reason = talk.close_code()
        assert code == 4409 and reason.startswith("Subscriber for xxx") and len(reason) == 123


@pytest.mark.parametrize("subprotocol,sign", [
    (TRANSPORT, {"type": "ping", "payload": {"message": "keepalive"}}), (LEGACY, {"type": "ka"})])
def test_the_server_shows_that_it_is_alive(stack, subprotocol, sign):
    with Talk(stack, subprotocol) as talk:
        for _ in range(2):
            assert json.loads(talk.socket.recv(timeout=5)) == sign


# -- what is no message

@pytest.mark.parametrize("text", ["", "{", "[]", '{"type":"start","id":"1"}', '{"type":"next","id":"1"}'])
def test_what_is_no_message_ends_the_connection(stack, text):
    with Talk(stack) as talk:
        talk.socket.send(text)
        assert talk.close_code() == (4400, "Invalid message received")


def test_the_older_protocol_tells_mistakes_and_lives_on(stack):
    with Talk(stack, LEGACY) as talk:
        talk.socket.send("{")
        assert talk.receive()["type"] == "connection_error"
        talk.start("1", ALPHA)
        assert talk.data("1") == {"desk_by_pk": {"name": "alpha"}}
        talk.send(type="connection_terminate")
        talk.receive()
        assert talk.close_code()[0] == 1000


def test_binary_messages_are_refused(stack):
    with Talk(stack) as talk:
        talk.socket.send(b"{}")
        assert talk.close_code()[0] == 1003


def test_large_messages_are_refused(stack):
    with Talk(stack) as talk:
        talk.start("1", ALPHA + " " * 190_000)
        assert talk.data("1") == {"desk_by_pk": {"name": "alpha"}}
        talk.start("2", " " * 200_000)
        assert talk.close_code()[0] == 1009
    # Before the session less is read.
    with Talk(stack, init=False) as talk:
        talk.send(type="connection_init", payload={"filler": "x" * 70_000})
        assert talk.close_code()[0] == 1009


# -- handshakes

def test_unknown_protocols_are_told_by_a_close(stack):
    with Talk(stack, "soap", init=False) as talk:
        assert talk.socket.subprotocol is None
        assert talk.close_code() == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize("offered,chosen", [
    (["graphql-ws", "graphql-transport-ws"], "graphql-transport-ws"), (["a", "graphql-ws"], "graphql-ws")])
def test_a_protocol_that_was_offered_is_chosen(stack, offered, chosen):
    from websockets.sync.client import connect
    with connect(f"ws://127.0.0.1:{stack.port}/v1/graphql", subprotocols=offered) as socket:
        assert socket.subprotocol == chosen


def test_other_paths_have_no_websockets(stack):
    with pytest.raises(InvalidStatus) as raised:
        Talk(stack, path="/v1/metadata", init=False)
    assert raised.value.response.status_code == 404


def test_frames_in_the_packet_of_the_request_are_not_lost(stack):
    init = json.dumps({"type": "connection_init", "payload": {"headers": SECRET}}).encode()
    with Wire(stack) as wire:
        wire.send(handshake() + frame(init) + frame(b'{"type":"ping"}'))
        assert wire.answer().status == 101
        assert read_frame(wire) == (0x81, b'{"type":"pong"}')
        assert read_frame(wire) == (0x81, b'{"type":"connection_ack"}')


def test_another_version_is_told_which_one_is_known(stack):
    with Wire(stack) as wire:
        wire.send(handshake(version=8))
        answer = wire.answer()
        assert (answer.status, answer.headers["sec-websocket-version"]) == (426, "13")


@pytest.mark.parametrize("bytes,code", [
    (b"\x81\x05hello", 1002), (b"\xc1\x80\0\0\0\0", 1002), (b"\x83\x80\0\0\0\0", 1002),
    (b"\x89\xfe\x00\x7e\0\0\0\0" + b"x" * 126, 1002), (b"\x81\x82\0\0\0\0\xc0\xaf", 1007),
    (b"\x88\x82\0\0\0\0\x03\xed", 1002), (b"\x81\xff" + b"\x00" * 3 + b"\x01" + b"\x00" * 8 + b"x", 1009)])
def test_bad_frames_end_the_connection_with_their_code(stack, bytes, code):
    with Wire(stack) as wire:
        wire.send(handshake() + bytes)
        assert wire.answer().status == 101
        first, payload = read_frame(wire)
        assert (first, int.from_bytes(payload[:2], "big")) == (0x88, code)
        assert wire.is_closed()


# -- compression

def test_results_are_compressed_where_that_is_agreed_on(stack):
    from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
    from websockets.sync.client import connect
    for bits in (9, 15):
        factory = ClientPerMessageDeflateFactory(server_max_window_bits=bits, client_max_window_bits=True)
        with connect(f"ws://127.0.0.1:{stack.port}/v1/graphql", subprotocols=[TRANSPORT], compression=None,
                     extensions=[factory], max_size=None) as socket:
            socket.send(json.dumps({"type": "connection_init", "payload": {"headers": SECRET}}))
            assert json.loads(socket.recv()) == {"type": "connection_ack"}
            expected = stack.graphql("{ fill(order_by: {id: asc}) { id price at } }")
            for id in ("1", "2"):
                socket.send(json.dumps({"id": id, "type": "subscribe", "payload": {
                    "query": "{ fill(order_by: {id: asc}) { id price at } }"}}))
                answer = json.loads(socket.recv())
                assert answer == {"id": id, "type": "next", "payload": {"data": expected}}
                assert json.loads(socket.recv()) == {"id": id, "type": "complete"}


def test_a_bomb_ends_at_the_limit(stack):
    import zlib
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = (deflate.compress(b" " * 50_000_000) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
    with Wire(stack) as wire:
        wire.send(handshake(extra="Sec-WebSocket-Extensions: permessage-deflate\r\n"))
        answer = wire.answer()
        assert answer.headers["sec-websocket-extensions"].startswith("permessage-deflate; ")
        before = stack.resident_mib()
        wire.send(frame(bomb, first=0xC1))
        first, payload = read_frame(wire)
        assert (first, payload[:2]) == (0x88, b"\x03\xf1")
        assert stack.resident_mib() - before < 16


# -- ends

def test_a_stop_of_the_server_lets_operations_finish(tmp_path):
    with Stack(BINARY) as stack:
        stack.sql("create view pause as select 1 as n from pg_sleep(1);")
        stack.track("public", "pause")
        with Talk(stack) as busy, Talk(stack) as idle:
            busy.start("1", "{ pause { n } }")
            time.sleep(0.2)
            stopping = threading.Thread(target=stack.stop_server)
            stopping.start()
            assert idle.close_code() == (1001, "the server is shutting down")
            assert busy.data("1") == {"pause": [{"n": 1}]}
            assert busy.close_code() == (1001, "the server is shutting down")
            stopping.join()
        assert stack.server.returncode == 0


def test_more_websockets_than_allowed_are_refused():
    with Stack(BINARY, environment={"APUS_MAX_WEBSOCKETS": "1"}) as stack:
        with Talk(stack):
            with pytest.raises(InvalidStatus) as raised:
                Talk(stack)
            assert raised.value.response.status_code == 503
            assert raised.value.response.headers["retry-after"] == "5"
        wait_for(lambda: Talk(stack).__exit__() is None, retry=InvalidStatus)


def test_a_change_of_the_metadata_closes_where_that_is_wanted():
    with Stack(BINARY, environment={"HASURA_GRAPHQL_CLOSE_WEBSOCKETS_ON_METADATA_CHANGE": "true"}) as stack:
        stack.sql("create table thing (id int primary key)")
        with Talk(stack) as talk:
            stack.track("public", "thing")
            assert talk.close_code() == (1012, "Server state changed, restarting the server")


def test_the_log_tells_of_connections_and_operations():
    with Stack(BINARY) as stack:
        with Talk(stack) as talk:
            talk.start("7", "query q { __typename }", operationName="q")
            talk.data("7")
            talk.receive()
            talk.start("8", "{ secret_field }")
            talk.receive()
        stack.stop_server()
        lines = [json.loads(line) for line in stack.log().splitlines() if '"websocket-log"' in line]
        events = [line["detail"]["event"] for line in lines]
        assert [event["type"] for event in events] == [
            "accepted", "operation", "operation", "operation", "operation", "closed"]
        assert [event["detail"]["operation_type"]["type"] for event in events[1:5]] == [
            "started", "completed", "started", "query_err"]
        assert len({line["detail"]["connection_info"]["websocket_id"] for line in lines}) == 1
        assert ADMIN_SECRET not in stack.log()


def wait_for(condition, seconds=10, retry=()):
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except retry:
            pass
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
