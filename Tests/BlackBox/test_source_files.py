"""A source whose URL stands in a file, as of a secret that is mounted, and changed where the server runs on."""

import time

from conftest import BINARY
from stack import ADMIN_SECRET, Stack

PREFIX = "HASURA_GRAPHQL_DYNAMIC_SECRETS_ALLOWED_PATH_PREFIX"
ADMIN = {"x-hasura-admin-secret": ADMIN_SECRET}


def source(path):
    return {"type": "pg_add_source", "args": {"name": "other", "configuration": {
        "connection_info": {"database_url": {"dynamic_from_file": str(path)}}}}}


def places(stack):
    return stack.post("/v1/graphql", {"query": "{ place { name } }"}, ADMIN)[1]


def test_follows_what_the_file_says(tmp_path):
    file = tmp_path / "url"
    with Stack(BINARY, environment={PREFIX: f"{tmp_path}/"}) as stack:
        urls = {}
        for name in ("one", "two"):
            stack.sql(f"create database {name}")
            stack.sql(f"\\connect {name}\ncreate table place (name text); insert into place values ('{name}');")
            urls[name] = stack.database_url.rsplit("/", 1)[0] + "/" + name
        file.write_text(urls["one"] + "\n")
        stack.metadata(source(file))
        stack.metadata({"type": "pg_track_table", "args": {"source": "other", "table": "place"}})
        assert places(stack) == {"data": {"place": [{"name": "one"}]}}
        file.write_text(urls["two"])
        stack.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'one'")
        end = time.monotonic() + 60
        while places(stack) != {"data": {"place": [{"name": "two"}]}} and time.monotonic() < end:
            time.sleep(0.1)
        assert places(stack) == {"data": {"place": [{"name": "two"}]}}


def test_reads_no_file_that_is_not_allowed(tmp_path):
    (tmp_path / "url").write_text("postgresql://u:secret@h/db")
    with Stack(BINARY) as stack:
        status, answer = stack.post("/v1/metadata", source(tmp_path / "url"), ADMIN)
        assert status == 400
        assert answer["error"] == (
            f"Inconsistent object: 'dynamic_from_file' is not allowed: {PREFIX} says of no files that they may be read")
        assert "secret@" not in str(answer)
