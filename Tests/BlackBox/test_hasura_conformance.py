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
from endpoint import Endpoint
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


def run_suite(tmp_path, name, only, options, environment=None):
    """What the suite's own runner counted for the classes that `only` matches: its totals, and what it printed."""
    with Stack(BINARY, serve=False) as stack:
        environment = {**stack.server_environment(), "HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES": "true",
                       "HASURA_GRAPHQL_ENABLED_LOG_TYPES": "startup", **(environment or {})}
        # Further databases, which classes about several sources need.
        further = [option for number, url in enumerate(further_databases(stack), 1)
                   for option in ("--server-env", f"HASURA_GRAPHQL_PG_SOURCE_URL_{number}={url}")]
        results = tmp_path / f"{name}.json"
        done = subprocess.run(
            [sys.executable, str(SUITE / "hasura_suite.py"), "--suite", str(SUITE / "suite"),
             "--endpoint", stack.endpoint, "--admin-secret", stack.admin_secret,
             "--db-url", stack.database_url, "--only", only, "--strict-errors",
             *further, "--server-cmd", f"{BINARY} serve", "--server-log", str(tmp_path / f"{name}.log"),
             "--json", str(results), *options],
            env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return json.loads(results.read_text())["totals"]["all"], done.stdout


def session_of(request):
    """What the suite's authentication webhook answers.

    A client has the session variables that it asks for, or with the cookie `Test` all rights; and the cookies
    that it asks for, the last one first.
    """
    method, headers, body = request
    if method == "POST":
        headers = json.loads(body)["headers"] or {}
    headers = {name.lower(): value for name, value in headers.items()}
    session = {name: value for name, value in headers.items() if name.startswith("x-hasura-")}
    if headers.get("cookie") == "Test":
        session["x-hasura-role"] = "admin"
    cookies = [("Set-Cookie", headers[name]) for name in sorted(headers, reverse=True)
               if name.startswith("response-set-cookie-")]
    return (200, cookies, json.dumps(session).encode()) if "x-hasura-role" in session else (401, [], b"")


def webhook_runs(tmp_path, certificate):
    """The classes that need an authentication webhook, over plain HTTP and over TLS.

    TestHTTPSWebhookInsecure is not among them: it expects a failure of a webhook that nobody trusts, and the
    runner sends the admin secret, for which no webhook is asked.
    """
    runs = [("plain", "AuthHook|WebhookHeaderCookie|test_webhook.py.*WithoutTLS", "no_tls_webhook_server", None),
            ("tls", "test_webhook.py.*WithTLS", "tls_webhook_server", certificate)]
    for name, only, need, presented in runs:
        with Endpoint(presented) as hook:
            hook.respond = lambda: session_of(hook.requests[-1])
            yield run_suite(tmp_path, name, only, ["--have", "auth webhook", "--have", need],
                            {"HASURA_GRAPHQL_AUTH_HOOK": hook.url, "APUS_TLS_CA_FILE": str(certificate)})


@pytest.mark.skipif(not SUITE.exists(), reason="../shared/conformance/hasura is absent")
@pytest.mark.parametrize("category", sorted(NOTED))
def test_no_case_of_hasuras_own_is_lost(category, tmp_path, certificate):
    score, printed = run_suite(tmp_path, "results", classes(category), ["--helpers", str(free_port())])
    passed, total = score["pass"], score["total"]
    if category == "jwt/auth":
        for part, text in webhook_runs(tmp_path, certificate):
            passed, printed = passed + part["pass"], printed + text
    if os.environ.get("UPDATE_GOLDEN"):
        note(category, passed, total)
    noted = NOTED[category]
    assert total >= noted["of"], "the suite has lost cases"
    assert passed >= noted["passed"], printed[-8000:]
