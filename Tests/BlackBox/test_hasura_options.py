"""Options of Hasura's that show in the log."""

import json
import time

from conftest import BINARY
from stack import Stack, free_port


def lines(stack, kind):
    return [line for line in map(json.loads, filter(lambda text: text.startswith("{"), stack.log().splitlines())) if line["type"] == kind]


def test_logs_commands_and_failed_webhooks_as_it_is_told():
    environment = {"HASURA_GRAPHQL_ENABLE_METADATA_QUERY_LOGGING": "true",
                   "HASURA_GRAPHQL_ENABLE_TRIGGERS_ERROR_LOG_LEVEL": "true",
                   "HASURA_GRAPHQL_PG_CONN_LIFETIME": "60",
                   "HASURA_GRAPHQL_LOG_MASKED_VARIABLES": "a,b"}
    with Stack(BINARY, environment=environment, arguments=["--configured-header-precedence", "true"]) as stack:
        stack.sql("create table desk (id int primary key)")
        stack.track("public", "desk")
        url = f"http://user:hidden-word@127.0.0.1:{free_port()}/"
        stack.post("/v1/metadata", {"type": "pg_add_source", "args": {
            "name": "other", "configuration": {"connection_info": {
                "database_url": "postgres://user:hidden-word@127.0.0.1:1/db"}}}})
        stack.metadata({"type": "create_scheduled_event", "args": {
            "webhook": url.replace("hidden-word", "w"), "schedule_at": "2026-01-01T00:00:00Z",
            "retry_conf": {"num_retries": 0, "tolerance_seconds": 1000000000}}})
        end = time.monotonic() + 30
        while not lines(stack, "scheduled-trigger"):
            assert time.monotonic() < end
            time.sleep(0.05)
        line = lines(stack, "scheduled-trigger")[0]
        assert line["level"] == "error"
        assert "the webhook could not be asked" in json.dumps(line)
        queries = [line["detail"]["operation"].get("query") for line in lines(stack, "http-log")]
        track = next(query for query in queries if query and query["type"] == "pg_add_source")
        assert track["args"]["configuration"]["connection_info"]["database_url"] == "***"
        assert "hidden-word" not in stack.log()
        ignored = next(line for line in lines(stack, "startup") if "ignored_variables" in json.dumps(line))
        assert "HASURA_GRAPHQL_LOG_MASKED_VARIABLES" in json.dumps(ignored)
        assert json.dumps(ignored).count("HASURA_GRAPHQL_") == 1
