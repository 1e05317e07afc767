"""The endpoints for developers, which are there where `HASURA_GRAPHQL_ENABLED_APIS` names them."""

import json
import time
import urllib.error
import urllib.request

import pytest
from conftest import BINARY
from stack import ADMIN_SECRET, Stack


@pytest.fixture(scope="module")
def stack():
    apis = {"HASURA_GRAPHQL_ENABLED_APIS": "metadata,graphql,pgdump,config,developer"}
    with Stack(BINARY, environment=apis) as stack:
        yield stack


def get(stack, path, **headers):
    request = urllib.request.Request(stack.endpoint + path,
                                     headers={"x-hasura-admin-secret": ADMIN_SECRET, **headers})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_measurements_have_the_form_of_ekg_and_the_time(stack):
    before = time.time() * 1000
    status, found = get(stack, "/dev/ekg")
    assert status == 200
    now = found["ekg"].pop("server_timestamp_ms")
    assert now["type"] == "c"
    assert before - 1000 <= now["val"] <= time.time() * 1000 + 1000
    generation = found["apus"].pop("metadata_generation")
    assert generation["type"] == "c" and generation["val"] >= 1
    assert found == {"ekg": {}, "apus": {
        "subscribers": {"val": 0, "type": "g"}, "live_query_cohorts": {"val": 0, "type": "g"},
        "streams": {"val": 0, "type": "g"}, "subscription_statements": {"val": 0, "type": "c"}}}


def test_subscriptions_are_counted(stack):
    status, found = get(stack, "/dev/subscriptions")
    assert status == 200
    found.pop("change_sources")
    assert found.pop("change_source") in ("replication", "triggers", "polling")
    assert found == {"subscribers": 0, "live_queries": {"cohorts": 0},
                     "streaming_queries": {"streams": 0}, "statements": 0}


def test_only_administrators_see_them(stack):
    assert get(stack, "/dev/ekg", **{"x-hasura-role": "trader"})[0] == 400


def test_they_are_not_there_unless_they_are_asked_for():
    with Stack(BINARY) as stack:
        assert get(stack, "/dev/ekg")[0] == 404
