"""Hasura's own cases, by category: each count in Tests/Golden/hasura-conformance.json may only rise.

UPDATE_GOLDEN=1 writes the counts down. A category is added by writing it into that file with 0.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import urllib.parse

import pytest
from conftest import BINARY, ROOT
from stack import Stack

SHARED = pathlib.Path(os.environ.get("APUS_SHARED", ROOT.parent / "shared"))
SUITE = SHARED / "conformance/hasura"
GOLDEN = ROOT / "Tests/Golden/hasura-conformance.json"
NOTED = json.loads(GOLDEN.read_text())


def classes(category):
    """A pattern that selects the classes of a category in the suite's own runner."""
    sys.path.insert(0, str(SUITE))
    try:
        import hasura_suite
        from collect import collect
    finally:
        sys.path.remove(str(SUITE))
    found = [cls["id"] for cls in collect(str(SUITE / "suite"))["classes"]
             if hasura_suite.category(cls) == category]
    return "^(?:" + "|".join(map(re.escape, found)) + ")::"


def free_port():
    """A port for the webhooks that actions and events call."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def further_databases(stack):
    urls = []
    for name in ("further_1", "further_2"):
        stack.sql(f"create database {name}")
        url = urllib.parse.urlsplit(stack.database_url)
        urls.append(urllib.parse.urlunsplit(url._replace(path=f"/{name}")))
    return urls


def note(category, passed, total):
    NOTED[category] = {"passed": passed, "of": total}
    lines = (f'  {json.dumps(name)}: {{ "passed": {score["passed"]}, "of": {score["of"]} }}'
             for name, score in sorted(NOTED.items()))
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


@pytest.mark.skipif(not SUITE.exists(), reason="../shared/conformance/hasura is absent")
@pytest.mark.parametrize("category", sorted(NOTED))
def test_no_case_of_hasuras_own_is_lost(category, tmp_path):
    with Stack(BINARY, serve=False) as stack:
        environment = {**stack.server_environment(), "HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES": "true",
                       "HASURA_GRAPHQL_ENABLED_LOG_TYPES": "startup"}
        # Further databases, which classes about several sources need.
        further = [option for number, url in enumerate(further_databases(stack), 1)
                   for option in ("--server-env", f"HASURA_GRAPHQL_PG_SOURCE_URL_{number}={url}")]
        done = subprocess.run(
            [sys.executable, str(SUITE / "hasura_suite.py"), "--suite", str(SUITE / "suite"),
             "--endpoint", stack.endpoint, "--admin-secret", stack.admin_secret,
             "--db-url", stack.database_url, "--only", classes(category), "--strict-errors",
             *further, "--helpers", str(free_port()), "--server-cmd", f"{BINARY} serve", "--server-log", str(tmp_path / "server.log"),
             "--json", str(tmp_path / "results.json")],
            env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    score = json.loads((tmp_path / "results.json").read_text())["totals"]["all"]
    if os.environ.get("UPDATE_GOLDEN"):
        note(category, score["pass"], score["total"])
    noted = NOTED[category]
    assert score["total"] >= noted["of"], "the suite has lost cases"
    assert score["pass"] >= noted["passed"], done.stdout[-8000:]
