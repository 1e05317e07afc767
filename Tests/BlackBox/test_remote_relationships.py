"""Relationships between two databases, over the executable."""

import json
import urllib.request

from stack import ADMIN_SECRET

HISTORY = """
create table candle (
  id bigint primary key, desk_id integer not null, close numeric not null, volume bigint not null);
insert into candle values
  (9007199254740993, 1, 1.10, 9007199254740995), (2, 1, 2.20, 20), (3, 1, 3.30, 30),
  (4, 2, 12345678901234567890.0000000001, 40);
"""


def add_history(stack):
    stack.sql("create database history")
    stack.sql("\\connect history\n" + HISTORY)
    url = stack.database_url.rsplit("/", 1)[0] + "/history"
    stack.metadata({"type": "pg_add_source", "args": {"name": "history", "configuration": {
        "connection_info": {"database_url": url}}}})
    stack.metadata({"type": "pg_track_table", "args": {"source": "history", "table": "candle"}})
    for source, table, name, other, kind, mapping in [
            ("default", "desk", "candles", ("history", "candle"), "array", {"id": "desk_id"}),
            ("history", "candle", "desk", ("default", "desk"), "object", {"desk_id": "id"})]:
        stack.metadata({"type": "pg_create_remote_relationship", "args": {
            "source": source, "table": table, "name": name, "definition": {"to_source": {
                "source": other[0], "table": other[1], "relationship_type": kind,
                "field_mapping": mapping}}}})


def test_joins_two_databases_digit_for_digit(own_stack):
    add_history(own_stack)
    query = ("{ desk(order_by: {id: asc}) { name candles(order_by: {id: desc}, limit: 2) "
             "{ id close volume desk { equity } } candles_aggregate { aggregate { count } } "
             "fills(limit: 1, order_by: {id: asc}) { desk { candles(limit: 1, order_by: {id: asc}) "
             "{ id } } } } }")
    request = urllib.request.Request(
        own_stack.endpoint + "/v1/graphql", data=json.dumps({"query": query}).encode(),
        headers={"content-type": "application/json", "x-hasura-admin-secret": ADMIN_SECRET})
    with urllib.request.urlopen(request) as answer:
        body = answer.read().decode()
    assert body == (
        '{"data":{"desk":[{"name":"alpha","candles":[{"id":9007199254740993,"close":1.10,'
        '"volume":9007199254740995,"desk":{"equity":9007199254740993.000000000000000001}},'
        '{"id":3,"close":3.30,"volume":30,"desk":{"equity":9007199254740993.000000000000000001}}],'
        '"candles_aggregate":{"aggregate":{"count":3}},"fills":[{"desk":{"candles":[{"id":2}]}}]},'
        '{"name":"beta","candles":[{"id":4,"close":12345678901234567890.0000000001,"volume":40,'
        '"desk":{"equity":-0.100000000000000000}}],"candles_aggregate":{"aggregate":{"count":1}},'
        '"fills":[{"desk":{"candles":[{"id":4}]}}]},'
        '{"name":"gamma","candles":[],"candles_aggregate":{"aggregate":{"count":0}},'
        '"fills":[{"desk":{"candles":[]}}]}]}}')


def test_keeps_the_metadata_over_a_restart_and_a_replacement(own_stack):
    add_history(own_stack)
    document = own_stack.metadata({"type": "export_metadata", "args": {}})
    query = "{ candle(where: {id: {_eq: 4}}) { desk { name } } }"
    expected = {"candle": [{"desk": {"name": "beta"}}]}
    own_stack.stop_server()
    own_stack.start_server()
    assert own_stack.graphql(query) == expected
    own_stack.metadata({"type": "clear_metadata", "args": {}})
    own_stack.metadata({"type": "replace_metadata", "args": document})
    assert own_stack.metadata({"type": "export_metadata", "args": {}}) == document
    assert own_stack.graphql(query) == expected
