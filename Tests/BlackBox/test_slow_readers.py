"""Readers that are slower than what is sent: what they get in the end, and what they cost the server."""

import json
import time

import pytest
from conftest import BINARY
from frames import frame, handshake, read_frame
from stack import ADMIN_SECRET, Stack
from wire import Wire, post

INIT = {"type": "connection_init", "payload": {"headers": {"x-hasura-admin-secret": ADMIN_SECRET}}}


@pytest.fixture(scope="module")
def stack():
    environment = {"HASURA_GRAPHQL_LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL": "10",
                   "HASURA_GRAPHQL_STREAMING_QUERIES_MULTIPLEXED_REFETCH_INTERVAL": "10"}
    with Stack(BINARY, environment=environment) as stack:
        stack.sql("""
            create table line (id int primary key, text text not null);
            insert into line select n, repeat('x', 2000) from generate_series(1, 8000) n;
            create table page (id int primary key, n int not null, text text not null);
            insert into page values (1, 0, repeat('x', 200000));""")
        stack.track("public", "line", "page")
        yield stack


class SlowReader(Wire):
    """A websocket with a small buffer, which reads when it is asked."""

    def __init__(self, stack):
        super().__init__(stack, receive_buffer=8192)
        self.send(handshake() + frame(json.dumps(INIT).encode()))
        assert self.answer().status == 101
        assert self.message() == {"type": "connection_ack"}

    def start(self, id, query):
        self.send(frame(json.dumps({"id": id, "type": "subscribe", "payload": {"query": query}}).encode()))

    def message(self):
        while True:
            first, payload = read_frame(self)
            assert first == 0x81, (first, payload)
            message = json.loads(payload)
            if message["type"] != "ping":
                return message

    def data(self):
        message = self.message()
        assert message["type"] == "next", message
        return message["payload"]["data"]


def test_a_stream_waits_for_its_reader_and_loses_nothing(stack):
    with SlowReader(stack) as reader:
        before = stack.resident_mib()
        reader.start("1", "subscription { line_stream(batch_size: 100, cursor: {initial_value: {id: 0}}) "
                          "{ id text } }")
        time.sleep(2)
        # 16 MB wait in the database, and not here.
        assert stack.resident_mib() - before < 8
        found = []
        while len(found) < 8000:
            found += [row["id"] for row in reader.data()["line_stream"]]
        assert found == list(range(1, 8001))
        stack.sql("insert into line values (8001, 'last')")
        assert reader.data() == {"line_stream": [{"id": 8001, "text": "last"}]}


PAGE = "subscription { page_by_pk(id: 1) { n text } }"


def gets_the_newest(reader, stack):
    assert reader.data()["page_by_pk"]["n"] == 0
    before = stack.resident_mib()
    stack.sql("do $$ begin for i in 1..300 loop update page set n = i; commit; "
              "perform pg_sleep(0.01); end loop; end $$")
    # The newest result, and what the socket had begun to take.
    assert stack.resident_mib() - before < 8
    found = []
    while not found or found[-1] < 300:
        found.append(reader.data()["page_by_pk"]["n"])
    assert found == sorted(set(found))
    # 60 MB were passed over but for what the kernel's buffers hold.
    assert len(found) < 150


def test_a_live_query_gives_a_slow_reader_the_newest(stack):
    with SlowReader(stack) as reader:
        reader.start("1", PAGE)
        gets_the_newest(reader, stack)


def test_many_subscriptions_of_one_reader_wait_for_each_other(stack):
    """Together their results are far more than what may wait for a connection, which reads all the time."""
    with SlowReader(stack) as reader:
        stack.sql("insert into page select i, 0, repeat('x', 200000) from generate_series(101, 140) i")
        before = stack.resident_mib()
        for id in range(101, 141):
            reader.start(str(id), f"subscription {{ page_by_pk(id: {id}) {{ id n text }} }}")
        found = [reader.data()["page_by_pk"] for _ in range(40)]
        assert sorted(row["id"] for row in found) == list(range(101, 141))
        for n in (1, 2):
            stack.sql(f"update page set n = {n} where id > 100")
            time.sleep(0.2)
        newest = {}
        while len(newest) < 40 or any(n < 2 for n in newest.values()):
            row = reader.data()["page_by_pk"]
            assert newest.get(row["id"], 0) < row["n"]
            newest[row["id"]] = row["n"]
        # The results themselves, the newest of each, and what was being written.
        assert stack.resident_mib() - before < 40
        # What is stopped while it waits says nothing any more.
        stack.sql("update page set n = 3 where id > 100")
        time.sleep(0.2)
        for id in range(101, 140):
            reader.send(frame(json.dumps({"id": str(id), "type": "complete"}).encode()))
        reader.start("last", "{ page_by_pk(id: 140) { n } }")
        # What was on its way comes before the answer, and behind it only what was not stopped.
        while (heard := reader.message())["id"] != "last":
            pass
        assert heard["payload"]["data"] == {"page_by_pk": {"n": 3}}
        stack.sql("update page set n = 4 where id > 100")
        heard = set()
        while not any('"n": 4' in text for text in heard):
            message = reader.message()
            heard.add(json.dumps(message.get("payload", {}).get("data", {}).get("page_by_pk", {})))
            assert message["id"] in ("last", "140")
        stack.sql("delete from page where id > 100")


class SlowEvents(Wire):
    """A stream of events with a small buffer, which reads when it is asked."""

    def __init__(self, stack, query):
        super().__init__(stack, receive_buffer=8192)
        self.send(post({"query": query}, headers=["Accept: text/event-stream"]))
        assert self.answer().status == 200

    def data(self):
        while True:
            chunk = self.read(int(self.line(), 16))
            assert self.line() == ""
            if chunk.startswith(b"event: next\ndata: "):
                return json.loads(chunk[18:])["data"]


def test_a_stream_of_events_gives_a_slow_reader_the_newest(stack):
    stack.sql("update page set n = 0 where id = 1")
    with SlowEvents(stack, PAGE) as reader:
        gets_the_newest(reader, stack)


def test_a_stream_of_rows_by_events_loses_nothing(stack):
    query = "subscription { line_stream(batch_size: 100, cursor: {initial_value: {id: 0}}) { id text } }"
    with SlowEvents(stack, query) as reader:
        before = stack.resident_mib()
        time.sleep(1)
        assert stack.resident_mib() - before < 8
        found = []
        while len(found) < 8000:
            found += [row["id"] for row in reader.data()["line_stream"]]
        assert found[:8000] == list(range(1, 8001))


def test_answers_that_nobody_reads_end_the_connection(stack):
    with SlowReader(stack) as reader:
        for number in range(100):
            reader.start(str(number), "{ page_by_pk(id: 1) { text } }")
        time.sleep(1)
        with SlowReader(stack) as other:
            other.start("1", "{ page_by_pk(id: 1) { id } }")
            assert other.data() == {"page_by_pk": {"id": 1}}
        first = 0x81
        while first == 0x81:
            first, payload = read_frame(reader)
        assert (first, int.from_bytes(payload[:2], "big"), payload[2:]) == (
            0x88, 1013, b"the client takes its messages too slowly")
