"""GraphQL over HTTP: Hasura's ways by default, the draft's for those who accept its media type."""

import gzip
import json
from urllib.parse import quote

import pytest
import requests
from stack import ADMIN_SECRET

JSON = "application/json; charset=utf-8"
DRAFT = "application/graphql-response+json; charset=utf-8"
SECRET = {"x-hasura-admin-secret": ADMIN_SECRET}
ACCEPT_DRAFT = {"accept": "application/graphql-response+json"}
TYPENAME = {"data": {"__typename": "query_root"}}
DRAFT_FIRST = {"accept": "application/graphql-response+json, application/json;q=0.9"}


def post(stack, body, headers=None, path="/v1/graphql", content_type="application/json"):
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    # Without this, the library would send an Accept of its own.
    all_headers = {"accept": None, "content-type": content_type, **SECRET, **(headers or {})}
    return requests.post(stack.endpoint + path, data=data, headers=all_headers)


def get(stack, query, headers=None, path="/v1/graphql"):
    return requests.get(f"{stack.endpoint}{path}?{query}",
                        headers={"accept": None, **SECRET, **(headers or {})})


# -- what works, in each form that the audits of graphql-http ask for

@pytest.mark.parametrize("accept, content_type", [
    (None, JSON), ("*/*", JSON), ("application/json", JSON), ("application/*", JSON),
    ("text/html", JSON), ("application/graphql-response+json", DRAFT),
    ("application/graphql-response+json, application/json;q=0.9", DRAFT),
    ("application/json, application/graphql-response+json", JSON)])
def test_the_answer_has_the_type_that_is_accepted(stack, accept, content_type):
    answer = post(stack, {"query": "{ __typename }"}, {"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert answer.json() == TYPENAME


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize("extra", [
    {}, {"variables": None}, {"operationName": None}, {"extensions": None}, {"variables": {}},
    {"extensions": {"a": 1}}, {"unknown": 1}])
def test_parameters_may_be_null_or_more_than_known(stack, accept, extra):
    answer = post(stack, {"query": "{ __typename }", **extra}, {"accept": accept})
    assert (answer.status_code, answer.json()) == (200, TYPENAME)


def test_charset_may_be_said_or_not(stack):
    query = {"query": '{ desk(where: {name: {_eq: "é"}}) { id } }'}
    for content_type in ["application/json", "application/json; charset=utf-8",
                         "APPLICATION/JSON;charset=UTF-8"]:
        answer = post(stack, json.dumps(query, ensure_ascii=False).encode(),
                      content_type=content_type)
        assert answer.json() == {"data": {"desk": []}}


def test_operation_name_chooses_the_operation(stack):
    query = "query A { a: __typename } query B { b: __typename }"
    answer = post(stack, {"query": query, "operationName": "B"})
    assert answer.json() == {"data": {"b": "query_root"}}


def test_variables_are_used(stack):
    query = "query ($id: bigint!) { desk_by_pk(id: $id) { name } }"
    for path in ["/v1/graphql", "/v1alpha1/graphql"]:
        answer = post(stack, {"query": query, "variables": {"id": 2}}, path=path)
        assert answer.json() == {"data": {"desk_by_pk": {"name": "beta"}}}


def test_numbers_come_out_digit_for_digit(stack):
    answer = post(stack, {"query": "{ desk(order_by: {id: asc}) { equity } }"})
    assert answer.text == (
        '{"data":{"desk":[{"equity":9007199254740993.000000000000000001},'
        '{"equity":-0.100000000000000000},{"equity":null}]}}')


# -- GET

def test_queries_work_by_get(stack):
    query = quote("query A($id: bigint!) { desk_by_pk(id: $id) { name } }")
    variables = quote('{"id": 3}')
    for headers, content_type in [({}, JSON), (ACCEPT_DRAFT, DRAFT)]:
        answer = get(stack, f"query={query}&variables={variables}&operationName=A&extensions=",
                     headers)
        assert answer.json() == {"data": {"desk_by_pk": {"name": "gamma"}}}
        assert answer.headers["content-type"] == content_type


def test_a_mutation_by_get_is_refused(stack):
    for headers in [{}, ACCEPT_DRAFT]:
        answer = get(stack, "query=mutation%20%7B%20__typename%20%7D", headers)
        assert 400 <= answer.status_code < 500
        assert "data" not in answer.json()


def test_get_has_the_drafts_statuses(stack):
    for headers in [{}, ACCEPT_DRAFT]:
        answer = get(stack, "", headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["extensions"] == {"path": "$", "code": "parse-failed"}
        assert get(stack, "query=%7B", headers).status_code == 400
        assert get(stack, "query=%7Bnothing%7D", headers).status_code == 422


def test_persisted_queries_are_refused_as_hasura_does(stack):
    expected = {"errors": [{"message": "Automatic Persisted Queries is not enabled",
                            "extensions": {"path": "$", "code": "not-supported"}}]}
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "0"}}
    assert get(stack, "extensions=" + quote(json.dumps(extensions))).json() == expected
    answer = post(stack, {"query": "{ __typename }", "extensions": extensions})
    assert (answer.status_code, answer.json()) == (200, expected)


# -- batches

def test_a_batch_is_answered_with_a_list(stack):
    calls = [{"query": "{ __typename }"}, {"query": "{ nothing }"}, {"query": "{ __typename }"}]
    answer = post(stack, calls, DRAFT_FIRST)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == JSON
    first, second, third = answer.json()
    assert first == third == TYPENAME
    assert second["errors"][0]["extensions"]["code"] == "validation-failed"


def test_an_empty_batch_has_an_empty_answer(stack):
    assert post(stack, []).json() == []


def test_a_batch_has_a_limit(stack):
    answer = post(stack, [{"query": "{ __typename }"}] * 21)
    assert answer.json() == {"errors": [{
        "message": "the batch has 21 operations, and at most 20 are allowed",
        "extensions": {"path": "$", "code": "validation-failed"}}]}


# -- errors: body, then the statuses of /v1/graphql, /v1alpha1/graphql and the draft

GQL_REQ = "parsing Hasura.GraphQL.Transport.HTTP.Protocol.GQLReq(GQLReq) failed"

ERRORS = [
    ("{", "invalid-json", "$", 400, 400),
    ("", "invalid-json", "$", 400, 400),
    ('{"query": "{ __typename }"', "invalid-json", "$", 400, 400),
    ("{}", "parse-failed", "$", 400, 422),
    ('"query"', "parse-failed", "$", 400, 422),
    ('{"query": null}', "parse-failed", "$.query", 400, 422),
    ('{"query": 0}', "parse-failed", "$.query", 400, 422),
    ('{"query": "{ __typename }", "operationName": 0}', "parse-failed", "$.operationName", 400,
     422),
    ('{"query": "{ __typename }", "variables": "{}"}', "parse-failed", "$.variables", 400, 422),
    ('{"query": "{ __typename }", "variables": [1]}', "parse-failed", "$.variables", 400, 422),
    ('{"query": "{ __typename }", "extensions": 7}', "parse-failed", "$.extensions", 400, 422),
    ('{"query": "{"}', "validation-failed", "$.query", 400, 400),
    ('{"query": ""}', "validation-failed", "$.query", 400, 400),
    ('{"query": "{ nothing }"}', "validation-failed", "$.selectionSet.nothing", 400, 422),
    ('{"query": "query A { __typename } query B { __typename }"}', "validation-failed", "$", 400,
     422),
    ('{"query": "query A { __typename }", "operationName": "B"}', "validation-failed", "$", 400,
     422),
    ('{"query": "query ($a: bigint!) { desk_by_pk(id: $a) { id } }"}', "validation-failed", "$",
     400, 422),
]


@pytest.mark.parametrize("body, code, path, alpha_status, draft_status", ERRORS)
def test_errors(stack, body, code, path, alpha_status, draft_status):
    hasura = post(stack, body)
    alpha = post(stack, body, path="/v1alpha1/graphql")
    draft = post(stack, body, ACCEPT_DRAFT)
    assert hasura.json() == alpha.json() == draft.json()
    assert list(hasura.json()) == ["errors"]
    error, = hasura.json()["errors"]
    assert error["extensions"]["code"] == code
    if path != "$":
        assert error["extensions"]["path"] == path
    statuses = [hasura.status_code, alpha.status_code, draft.status_code]
    assert statuses == [200, alpha_status, draft_status]
    assert draft.headers["content-type"] == DRAFT


@pytest.mark.parametrize("content_type", [
    None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "application/graphql", "application/json; charset=utf-16"])
@pytest.mark.parametrize("path", ["/v1/graphql", "/v1alpha1/graphql", "/v1/metadata", "/v2/query"])
def test_only_json_bodies_are_taken(stack, content_type, path):
    answer = post(stack, {"query": "{ __typename }"}, path=path, content_type=content_type)
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/v1/graphql", "/v1/metadata"])
def test_only_bodies_as_they_are_are_taken(stack, path):
    body = b'{"query": "{ __typename }"}'
    headers = {**SECRET, "content-type": "application/json"}
    for coding, sent in [("gzip", gzip.compress(body)), ("br", body)]:
        answer = requests.post(stack.endpoint + path, sent,
                               headers={**headers, "content-encoding": coding})
        assert answer.status_code == 415
        assert "without a Content-Encoding" in answer.text
    answer = requests.post(stack.endpoint + "/v1/graphql", body,
                           headers={**headers, "content-encoding": "Identity"})
    assert answer.json() == {"data": {"__typename": "query_root"}}


def test_other_methods_are_refused(stack):
    for method in ["PUT", "PATCH", "DELETE"]:
        answer = requests.request(method, stack.endpoint + "/v1/graphql", headers=SECRET)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


# -- who may

@pytest.mark.parametrize("secret, message", [
    ("wrong", 'invalid "x-hasura-admin-secret"/"x-hasura-access-key"'),
    (None, "x-hasura-admin-secret/x-hasura-access-key required, but not found")])
def test_the_secret_is_asked_for(stack, secret, message):
    body, headers = {"query": "{ __typename }"}, {"x-hasura-admin-secret": secret}
    extensions = {"path": "$", "code": "access-denied"}
    graphql = {"errors": [{"message": message, "extensions": extensions}]}
    answer = post(stack, body, headers)
    assert (answer.status_code, answer.json()) == (200, graphql)
    answer = post(stack, body, {**headers, **ACCEPT_DRAFT})
    assert (answer.status_code, answer.json()) == (401, graphql)
    answer = post(stack, body, headers, path="/v1/metadata")
    assert (answer.status_code, answer.json()) == (401, {"error": message, **extensions})


def test_commands_are_for_the_admin(stack):
    for path in ["/v1/metadata", "/v2/query", "/v1/query"]:
        answer = post(stack, {"type": "export_metadata", "args": {}}, {"x-hasura-role": "trader"},
                      path=path)
        assert answer.status_code == 400
        # Every role may use the older endpoint, if not for this: the command is what is refused there.
        place = "$.args" if path == "/v1/query" else "$"
        assert answer.json() == {"error": "restricted access : admin only", "path": place,
                                 "code": "access-denied"}


# -- the rest of the endpoints

def test_health_and_version_are_public(stack):
    for path in ["/healthz", "/hasura/healthz", "/healthz?strict=true"]:
        answer = requests.get(stack.endpoint + path)
        assert (answer.status_code, answer.text) == (200, "OK")
    assert set(requests.get(stack.endpoint + "/v1/version").json()) == {"version", "apus"}


def test_the_configuration_is_for_the_admin(stack):
    assert requests.get(stack.endpoint + "/v1alpha1/config").status_code == 401
    answer = requests.get(stack.endpoint + "/v1alpha1/config", headers=SECRET)
    assert answer.json()["is_admin_secret_set"] is True


@pytest.mark.parametrize("path", ["/", "/v1/graphql/", "/v1%2Fgraphql", "/console", "/V1/graphql"])
def test_anything_else_is_not_found(stack, path):
    answer = requests.get(stack.endpoint + path, headers=SECRET)
    assert answer.status_code == 404
    assert answer.json() == {"error": "resource does not exist", "path": "$", "code": "not-found"}


def test_other_origins_may_ask_and_read(stack):
    origin = {"origin": "https://desk.example.com"}
    preflight = requests.options(stack.endpoint + "/v1/graphql", headers={
        **origin, "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-hasura-role"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "content-type,x-hasura-role"
    answer = post(stack, {"query": "{ __typename }"}, origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
