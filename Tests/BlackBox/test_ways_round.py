"""Each way by which a role might come round its permissions, for each kind of field, over each door.

The role `owner` sees its own accounts without their pin, and nothing of the audit. Every answer is compared whole;
besides, no answer may have a mark of what is hidden anywhere in its bytes.
"""

import base64
import json
import urllib.error
import urllib.request

import pytest
from conftest import BINARY
from hidden import MISSING, ROWS
from stack import ADMIN_SECRET, Stack
from talk import LEGACY, TRANSPORT, Talk

TABLES = """
create table desk (id integer primary key, name text not null, code text not null);
create table account (
  id integer primary key, desk_id integer not null references desk, owner text not null,
  balance numeric not null, pin text not null, notes jsonb not null);
create table audit (id integer primary key, account_id integer not null references account, what text not null);
insert into desk values (1, 'alpha', 'MARK-code-1'), (2, 'beta', 'MARK-code-2');
insert into account values
  (1, 1, 'ann', 10.50, 'MARK-pin-1', '{"k": 1}'), (2, 1, 'MARK-bob', 777777.25, 'MARK-pin-2', '{"k": "MARK"}'),
  (3, 2, 'ann', 30.75, 'MARK-pin-3', '{"k": 3}'), (4, 2, 'MARK-cid', 777777.75, 'MARK-pin-4', '{"k": "MARK"}');
insert into audit select n, n, 'MARK-what-' || n from generate_series(1, 4) n;
create function accounts_of(desk integer) returns setof account language sql stable as
  $$ select * from account where desk_id = $1 order by id $$;
create function accounts_at(d desk) returns setof account language sql stable as
  $$ select * from account where desk_id = d.id $$;
create function label(a account) returns text language sql stable as $$ select a.owner || '/' || a.id $$;
create function pin_of(a account) returns text language sql stable as $$ select a.pin $$;
create function audits() returns setof audit language sql stable as $$ select * from audit $$;
"""

RELATIONSHIPS = [
    ("object", "account", "desk", {"foreign_key_constraint_on": "desk_id"}),
    ("array", "account", "audits", {"foreign_key_constraint_on": {"table": "audit", "column": "account_id"}}),
    ("array", "desk", "accounts", {"foreign_key_constraint_on": {"table": "account", "column": "desk_id"}}),
    ("object", "audit", "account", {"foreign_key_constraint_on": "account_id"}),
]
FILTER = {"owner": {"_eq": "X-Hasura-User-Id"}}
ANN = {"x-hasura-role": "owner", "x-hasura-user-id": "ann"}
ADMIN = {"x-hasura-admin-secret": ADMIN_SECRET}
ADMIN_ONLY = {"error": "restricted access : admin only", "path": "$", "code": "access-denied"}


def commands():
    for kind, table, name, using in RELATIONSHIPS:
        yield f"pg_create_{kind}_relationship", {"table": table, "name": name, "using": using}
    for name in ("accounts_of", "audits"):
        yield "pg_track_function", {"function": name}
    for table, name in (("account", "label"), ("account", "pin_of"), ("desk", "accounts_at")):
        yield "pg_add_computed_field", {"table": table, "name": name, "definition": {"function": name}}
    yield "pg_create_select_permission", {
        "table": "desk", "role": "owner", "permission": {"columns": ["id", "name"], "filter": {}}}
    yield "pg_create_select_permission", {"table": "account", "role": "owner", "permission": {
        "columns": ["id", "desk_id", "owner", "balance", "notes"], "computed_fields": ["label"],
        "filter": FILTER, "allow_aggregations": True}}
    yield "pg_track_logical_model", {"name": "holding", "fields": [
        {"name": "id", "type": "integer"}, {"name": "owner", "type": "text"}, {"name": "pin", "type": "text"}]}
    yield "pg_track_native_query", {
        "root_field_name": "holdings", "returns": "holding", "arguments": {"least": {"type": "numeric"}},
        "code": "select id, owner, pin from account where balance >= {{least}}"}
    yield "pg_track_native_query", {
        "root_field_name": "stakes", "returns": "holding", "code": "select * from account",
        "object_relationships": [
            {"name": "account", "using": {"column_mapping": {"id": "id"}, "remote_table": "account"}}],
        "array_relationships": [
            {"name": "audits", "using": {"column_mapping": {"id": "account_id"}, "remote_table": "audit"}}]}
    yield "pg_create_array_relationship", {"table": "desk", "name": "stakes", "using": {
        "manual_configuration": {"column_mapping": {"id": "id"}, "remote_native_query": "stakes"}}}
    yield "pg_create_logical_model_select_permission", {
        "name": "holding", "role": "owner", "permission": {"columns": ["id", "owner"], "filter": FILTER}}
    yield "create_query_collection", {"name": "saved", "definition": {"queries": [
        {"name": "mine", "query": "query ($id: Int) { account(where: {id: {_eq: $id}}) { id owner } }"},
        {"name": "pins", "query": "{ account { pin } }"}]}}
    for name in ("mine", "pins"):
        yield "create_rest_endpoint", {"name": name, "url": name, "methods": ["GET"], "definition": {
            "query": {"collection_name": "saved", "query_name": name}}}


@pytest.fixture(scope="module")
def stack():
    with Stack(BINARY) as stack:
        stack.sql(TABLES)
        stack.track("public", "desk", "account", "audit")
        for kind, arguments in commands():
            stack.metadata({"type": kind, "args": {"source": "default", **arguments}
                            if kind.startswith("pg_") else arguments})
        yield stack


def refusal(message, path, code="validation-failed"):
    return {"errors": [{"message": message, "extensions": {"path": path, "code": code}}]}


def asked(stack, path, body, headers=None):
    """The answer of a request, in which nothing hidden may be found."""
    status, answer = stack.post(path, body, {**ANN, **(headers or {})})
    text = json.dumps(answer)
    assert "MARK" not in text and "777777" not in text, text
    return status, answer


@pytest.mark.parametrize("name", ROWS)
def test_no_field_shows_a_hidden_row(stack, name):
    query, data = ROWS[name]
    assert asked(stack, "/v1/graphql", {"query": query}) == (200, {"data": data})


@pytest.mark.parametrize("name", MISSING)
def test_no_field_names_what_is_hidden(stack, name):
    query, message, path = MISSING[name]
    assert asked(stack, "/v1/graphql", {"query": query}) == (200, refusal(message, path))


@pytest.mark.parametrize("condition, message", [
    ('{balance: {_eq: "much"}}', 'invalid input syntax for type numeric: "much"'),
    ('{label: {_regex: "("}}', "invalid regular expression: parentheses () not balanced"),
])
def test_an_error_tells_the_role_no_more_than_the_request_says(stack, condition, message):
    assert asked(stack, "/v1/graphql", {"query": "{ account(where: %s) { id } }" % condition}) == (
        200, refusal(message, "$", "data-exception"))


# -- The other doors


def node(table, key):
    return base64.b64encode(json.dumps([1, "public", table, key]).encode()).decode()


RELAY = {
    "rows": ("{ account_connection(order_by: {id: asc}) { edges { node { owner balance } } } }",
             {"data": {"account_connection": {"edges": [{"node": {"owner": "ann", "balance": 10.5}},
                                                        {"node": {"owner": "ann", "balance": 30.75}}]}}}),
    "condition": ("{ account_connection(where: {balance: {_gt: 1000}}) { edges { node { owner } } } }",
                  {"data": {"account_connection": {"edges": []}}}),
    "own node": ('{ node(id: "%s") { ... on account { owner } } }' % node("account", 1),
                 {"data": {"node": {"owner": "ann"}}}),
    "other node": ('{ node(id: "%s") { id } }' % node("account", 2), {"data": {"node": None}}),
    "node of a hidden table": ('{ node(id: "%s") { id } }' % node("audit", 1), refusal(
        'invalid node id: no such table found: "audit"', "$.selectionSet.node.args.id")),
    "column": ("{ account_connection { edges { node { pin } } } }", refusal(
        "field 'pin' not found in type: 'account'",
        "$.selectionSet.account_connection.selectionSet.edges.selectionSet.node.selectionSet.pin")),
}


@pytest.mark.parametrize("name", RELAY)
def test_relay_shows_no_more(stack, name):
    query, answer = RELAY[name]
    assert asked(stack, "/v1beta1/relay", {"query": query}) == (200, answer)


def test_a_batch_shows_no_more(stack):
    batch = [{"query": "{ account { id } }"}, {"query": MISSING["column"][0]}]
    assert asked(stack, "/v1/graphql", batch) == (200, [
        {"data": {"account": [{"id": 1}, {"id": 3}]}}, refusal(*MISSING["column"][1:])])


def select(**arguments):
    return {"type": "select", "args": {"table": "account", "columns": ["id"], **arguments}}


@pytest.mark.parametrize("call, status, answer", [
    (select(columns=["id", "owner"]), 200, [{"id": 1, "owner": "ann"}, {"id": 3, "owner": "ann"}]),
    (select(columns=["*"], where={"id": 1}), 200,
     [{"id": 1, "desk_id": 1, "owner": "ann", "balance": 10.5, "notes": {"k": 1}}]),
    ({"type": "count", "args": {"table": "account"}}, 200, {"count": 2}),
    (select(columns=["pin"]), 400, {"code": "permission-denied", "path": "$.args.columns[0]", "error":
     'role "owner" does not have permission to select column "pin"'}),
    (select(where={"pin": {"$like": "M%"}}), 400, {"code": "permission-denied", "path": "$.args.where.pin",
     "error": 'role "owner" does not have permission to select column "pin"'}),
    (select(table="audit"), 400, {"code": "permission-denied", "path": "$.args.table", "error":
     'select on "audit" for role "owner" is not allowed. '}),
    ({"type": "run_sql", "args": {"sql": "select * from account"}}, 400,
     {**ADMIN_ONLY, "path": "$.args"}),
])
def test_the_older_api_shows_no_more(stack, call, status, answer):
    assert asked(stack, "/v1/query", call) == (status, answer)


@pytest.mark.parametrize("path, body", [
    ("/v1/graphql/explain", {"query": {"query": "{ account { id } }"}}),
    ("/v1/graphql/explain", {"user": ANN, "query": {"query": "{ account { pin } }"}}),
    ("/v1/metadata", {"type": "export_metadata", "args": {}}),
    ("/v2/query", {"type": "run_sql", "args": {"sql": "select * from account"}}),
])
def test_what_shows_all_is_the_administrators(stack, path, body):
    assert asked(stack, path, body) == (400, ADMIN_ONLY)


def test_saved_queries_show_no_more(stack):
    def call(path):
        request = urllib.request.Request(stack.endpoint + "/api/rest/" + path, headers={**ADMIN, **ANN})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    assert call("mine?id=1") == (200, {"account": [{"id": 1, "owner": "ann"}]})
    assert call("mine?id=2") == (200, {"account": []})
    assert call("pins") == (400, {"error": MISSING["column"][1], "path": MISSING["column"][2],
                                  "code": "validation-failed"})


@pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY])
def test_subscriptions_show_no_more(stack, subprotocol):
    cursor = "batch_size: 10, cursor: {initial_value: {%s}}"
    with Talk(stack, subprotocol, headers={**ADMIN, **ANN}) as talk:
        for index, (query, data) in enumerate([
            ("account(order_by: {id: asc}) { id owner }",
             {"account": [{"id": 1, "owner": "ann"}, {"id": 3, "owner": "ann"}]}),
            ("account_aggregate { aggregate { count max { balance } } }",
             {"account_aggregate": {"aggregate": {"count": 2, "max": {"balance": 30.75}}}}),
            ("account_stream(%s) { id owner }" % (cursor % "id: 0"),
             {"account_stream": [{"id": 1, "owner": "ann"}, {"id": 3, "owner": "ann"}]}),
        ]):
            talk.start(str(index), "subscription { %s }" % query)
            assert talk.data(str(index)) == data
            talk.stop(str(index))
        talk.start("none", "subscription { account_stream(%s) { id } }" % (cursor % "balance: 1000"))
        assert talk.is_silent(1)
        for name, field in [("pin", "account_stream(%s) { id }" % (cursor % 'pin: ""')), ("audit", "audit { id }")]:
            talk.start(name, "subscription { %s }" % field)
            answer = talk.receive()
            assert (answer["id"], answer["type"]) == (name, "error")
            if talk.is_legacy:
                assert talk.receive() == {"id": name, "type": "complete"}
            assert "field '%s' not found in type: " % name in json.dumps(answer["payload"])


def test_a_change_of_a_hidden_row_is_not_pushed(stack):
    with Talk(stack, headers={**ADMIN, **ANN}) as talk:
        talk.start("live", "subscription { account(order_by: {id: asc}) { id balance } }")
        before = {"account": [{"id": 1, "balance": 10.5}, {"id": 3, "balance": 30.75}]}
        assert talk.data("live") == before
        stack.sql("update account set balance = balance + 1 where id = 2")
        assert talk.is_silent(2)
        stack.sql("update account set balance = balance - 1 where id = 2")
