"""Writes: many rows in one request, once for each key, and none lost when the server is killed."""

import http.client
import json
import random
import signal
import threading
import time

import pytest
import requests
from stack import ADMIN_SECRET
from talk import LEGACY, TRANSPORT, Talk

INSERT = """mutation ($id: bigint!, $name: String!) {
  insert_desk_one(object: {id: $id, name: $name}) { id } }"""
HEADERS = {"x-hasura-admin-secret": ADMIN_SECRET}


def insert(session, stack, number, key):
    body = {"query": INSERT, "variables": {"id": number, "name": f"desk {number}"}}
    answer = session.post(stack.endpoint + "/v1/graphql", json=body, timeout=10,
                          headers={**HEADERS, "Idempotency-Key": key})
    return answer.json(), answer.headers.get("idempotent-replayed")


def test_a_mutation_by_get_is_refused(stack):
    answer = requests.get(stack.endpoint + "/v1/graphql", headers=HEADERS,
                          params={"query": "mutation { delete_fill(where: {}) { affected_rows } }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert stack.sql("select count(*) from fill") == "3000\n"


def test_many_rows_go_in_at_once(own_stack):
    rows = [{"id": 10_000 + i, "desk_id": 1 + i % 3, "price": f"{i}.25",
             "at": f"2026-02-01T00:00:{i % 60:02}+05:30"} for i in range(100_000)]
    query = """mutation ($rows: [fill_insert_input!]!) {
      insert_fill(objects: $rows, on_conflict: {constraint: fill_pkey, update_columns: [price]}) {
        affected_rows } }"""
    for _ in range(2):
        data = own_stack.graphql(query, {"rows": rows})
        assert data == {"insert_fill": {"affected_rows": 100_000}}
    assert own_stack.sql("select count(*), sum(price) from fill where id >= 10000") == (
        "100000|4999975000.00\n")


def test_a_key_that_cannot_be_one_is_refused(stack):
    body = {"query": INSERT, "variables": {"id": 1, "name": "x"}}
    answer = requests.post(stack.endpoint + "/v1/graphql", json=body,
                           headers={**HEADERS, "Idempotency-Key": "two words"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "bad-request"


@pytest.mark.parametrize("path", ["/v1/query", "/v2/query"])
def test_a_key_is_refused_where_it_would_not_count(stack, path):
    command = {"type": "run_sql", "args": {"sql": "select 1"}}
    answer = requests.post(stack.endpoint + path, json=command,
                           headers={**HEADERS, "Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()) == (400, {
        "path": "$", "code": "bad-request",
        "error": "Idempotency-Key counts for GraphQL alone; here a repeated request would be "
                 "carried out again"})
    assert requests.post(stack.endpoint + path, json=command, headers=HEADERS).status_code == 200


def test_a_repeated_request_gets_the_first_answer(own_stack):
    session = requests.Session()
    first = {"data": {"insert_desk_one": {"id": 77}}}
    assert insert(session, own_stack, 77, "k") == (first, None)
    assert insert(session, own_stack, 77, "k") == (first, "true")
    answer, _ = insert(session, own_stack, 78, "k")
    assert answer["errors"][0]["extensions"]["code"] == "conflict"
    assert own_stack.sql("select count(*) from desk where id >= 77") == "1\n"


@pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY])
def test_a_key_among_the_extensions_counts_where_operations_have_no_headers(own_stack, subprotocol):
    answers = []
    for number in [77, 77, 78]:
        # Each over a socket of its own, as a client does that has lost the one before.
        with Talk(own_stack, subprotocol) as talk:
            talk.start("1", INSERT, variables={"id": number, "name": "x"},
                       extensions={"idempotencyKey": "k"})
            answers.append(talk.receive()["payload"])
    assert answers[:2] == [{"data": {"insert_desk_one": {"id": 77}}}] * 2
    assert answers[2]["errors"][0]["extensions"]["code"] == "conflict"
    assert own_stack.sql("select count(*) from desk where id >= 77") == "1\n"


def test_operations_of_a_batch_have_keys_of_their_own(own_stack):
    def send(*keys):
        batch = [{"query": INSERT, "variables": {"id": 80 + i, "name": "x"},
                  "extensions": {"idempotencyKey": key}} for i, key in enumerate(keys)]
        return own_stack.post("/v1/graphql", batch)

    first = (200, [{"data": {"insert_desk_one": {"id": 80 + i}}} for i in range(2)])
    assert send("a", "b") == first
    assert send("a", "b") == first
    status, error = send("a", "two words")
    assert (status, error["errors"][0]["extensions"]) == (200, {
        "path": "$[1].extensions.idempotencyKey", "code": "bad-request"})
    assert own_stack.sql("select count(*) from desk where id >= 80") == "2\n"


def test_an_endpoint_under_api_rest_knows_keys_and_traces(own_stack):
    own_stack.sql("""create table traced (trace text);
      create function note() returns trigger language plpgsql as $$ begin
        insert into traced values (current_setting('hasura.tracecontext')::json ->> 'trace_id');
        return null; end $$;
      create trigger note after insert on desk for each row execute function note();""")
    own_stack.metadata({"type": "create_query_collection", "args": {
        "name": "saved", "definition": {"queries": [{"name": "add", "query": INSERT}]}}})
    own_stack.metadata({"type": "create_rest_endpoint", "args": {
        "name": "add", "url": "desks", "methods": ["POST"], "definition": {
            "query": {"collection_name": "saved", "query_name": "add"}}}})
    headers = {"Idempotency-Key": "k", "traceparent": f"00-{TRACE}-{SPAN}-01"}
    for number, replayed in [(90, None), (90, "true")]:
        answer = requests.post(own_stack.endpoint + "/api/rest/desks", headers={**HEADERS, **headers},
                               json={"id": number, "name": "x"})
        assert answer.json() == {"insert_desk_one": {"id": 90}}
        assert answer.headers.get("idempotent-replayed") == replayed
    assert own_stack.sql("select trace from traced") == TRACE + "\n"


TRACE, SPAN = "463ac35c9f6413ad48485a3953bb6124", "a2fb4a1d1a96d312"


@pytest.mark.parametrize("headers, told", [
    ({}, None),
    ({"traceparent": f"00-{TRACE}-{SPAN}-01"}, TRACE),
    ({"b3": f"{TRACE}-{SPAN}-1"}, TRACE),
    ({"X-B3-TraceId": TRACE[16:].upper(), "X-B3-SpanId": SPAN.upper()}, "0" * 16 + TRACE[16:]),
    ({"traceparent": "00-" + "0" * 32 + f"-{SPAN}-01"}, None),
    ({"traceparent": f"00-{TRACE[1:]}-{SPAN}-01"}, None),
    ({"b3": f"{TRACE[1:]}x-{SPAN}-1"}, None),
    ({"x-b3-traceid": TRACE}, None),
])
def test_triggers_are_told_of_session_and_trace(own_stack, headers, told):
    own_stack.sql("""create table noted (session json, trace json);
      create function note() returns trigger language plpgsql as $$ begin
        insert into noted values (current_setting('hasura.user')::json,
          nullif(current_setting('hasura.tracecontext', true), '')::json);
        return null; end $$;
      create trigger note after update on desk for each row execute function note();""")
    mutation = "mutation { update_desk_by_pk(pk_columns: {id: 1}, _set: {name: \"x\"}) { id } }"
    answer = own_stack.post("/v1/graphql", {"query": mutation}, headers)
    assert answer == (200, {"data": {"update_desk_by_pk": {"id": 1}}})
    session, trace = own_stack.sql("select session, trace from noted").rstrip("\n").split("|")
    assert json.loads(session) == {"x-hasura-role": "admin"}
    if told is None:
        assert trace == ""
        return
    trace = json.loads(trace)
    assert len(trace["span_id"]) == 16 and trace["span_id"] != SPAN
    assert {**trace, "span_id": ""} == {"trace_id": told, "span_id": "", "parent_id": SPAN}


class Client(threading.Thread):
    """Sends its share of the writes, each under a key of its own until it is answered.

    By a socket of its own: sixteen clients of a comfortable library would take longer than the server.
    """

    def __init__(self, stack, numbers, deadline):
        super().__init__()
        self.stack, self.numbers, self.deadline = stack, numbers, deadline
        self.acknowledged, self.replayed, self.faults = [], 0, []

    def insert(self, connection, number):
        body = json.dumps({"query": INSERT, "variables": {"id": number, "name": f"desk {number}"}})
        connection.request("POST", "/v1/graphql", body, {
            **HEADERS, "content-type": "application/json", "Idempotency-Key": f"key-{number}"})
        response = connection.getresponse()
        self.replayed += response.headers.get("idempotent-replayed") == "true"
        return json.loads(response.read())

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=10)

    def run(self):
        connection = self.connect()
        for number in self.numbers:
            while time.monotonic() < self.deadline:
                try:
                    answer = self.insert(connection, number)
                except (OSError, http.client.HTTPException, json.JSONDecodeError):
                    connection.close()
                    connection = self.connect()
                    time.sleep(0.01)
                    continue
                if answer == {"data": {"insert_desk_one": {"id": number}}}:
                    self.acknowledged.append(number)
                    break
                code = answer["errors"][0]["extensions"]["code"]
                if not code.startswith("postgres-"):
                    # A repetition that is no replay would violate the primary key.
                    self.faults.append(answer)
                    break
        connection.close()


def test_no_acknowledged_write_is_lost_when_the_server_is_killed(own_stack):
    generator = random.Random(20261126)
    own_stack.sql("create table written (id bigint)")
    own_stack.sql("""create function note() returns trigger language plpgsql as $$
      begin insert into written values (new.id); return null; end $$;
      create trigger note after insert on desk for each row execute function note();""")
    numbers = list(range(1000, 11_000))
    generator.shuffle(numbers)
    deadline = time.monotonic() + 60
    clients = [Client(own_stack, numbers[i::16], deadline) for i in range(16)]
    for client in clients:
        client.start()
    # By what has been written, so that the kills fall among the writes however fast these are.
    for threshold in (1000, 2500, 4000, 6000, 8500):
        while (sum(len(client.acknowledged) for client in clients) < threshold
               and time.monotonic() < deadline):
            time.sleep(0.002)
        time.sleep(generator.uniform(0, 0.02))
        assert any(client.is_alive() for client in clients)
        own_stack.stop_server(signal.SIGKILL)
        own_stack.start_server()
    for client in clients:
        client.join()
    acknowledged = sorted(n for client in clients for n in client.acknowledged)
    assert [fault for client in clients for fault in client.faults] == []
    assert acknowledged == list(range(1000, 11_000))
    stored = [int(line) for line in own_stack.sql(
        "select id from desk where id >= 1000 order by id").split()]
    assert stored == acknowledged
    # By the trigger's count, which has no key: nothing was written twice.
    assert own_stack.sql("select count(*), count(distinct id) from written") == "10000|10000\n"
