"""The shipped presets: each under each shipped role, by its name, as REST and by the command line."""

import csv
import io
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from conftest import BINARY, run_apus
from stack import ADMIN_SECRET

PRESETS = ["leaderboard", "latest_positions", "new_opportunities", "failed_ingestion_runs",
           "strategy_scorecard", "data_coverage", "equity_curve"]
ROLES = ["viewer", "trader", "researcher", "operator"]


@pytest.fixture(scope="session")
def facts(platform):
    """What the sample data have that presets are asked about."""
    platform.sql("""
        insert into gos.opportunities (kind, title, source, confidence)
          values ('research', 'sure', 'test', 0.9), ('research', 'unsure', 'test', 0.2);
        insert into ingestion.runs (pipeline, status, finished_at, error_message)
          values ('bars', 'failed', now(), 'no answer');
    """)
    run = platform.sql("select run_id from backtests.leaderboard order by rank limit 1").strip()
    accounts = platform.sql("select account_id from brokerage.accounts order by 1").split()
    return {"run": run, "accounts": accounts}


def session(role, facts):
    """The headers of a request as a role; a trader has the first account."""
    headers = {"x-hasura-admin-secret": ADMIN_SECRET, "x-hasura-role": role}
    if role in ("trader", "researcher"):
        headers["x-hasura-user-id"] = "nobody"
    if role == "trader":
        headers["x-hasura-account-ids"] = "{" + facts["accounts"][0] + "}"
    return headers


def ask(platform, path, headers, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(platform.endpoint + path, data, {
        **headers, **({"content-type": "application/json"} if body is not None else {})},
        method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def command_line(platform, role, facts, *arguments):
    """`apus preset …` as a role."""
    headers = [f"{name}={value}" for name, value in session(role, facts).items()
               if name not in ("x-hasura-admin-secret", "x-hasura-role")]
    return run_apus("preset", *arguments, "--server", platform.endpoint, "--role", role,
                    *[word for header in headers for word in ("--header", header)],
                    env={"HASURA_GRAPHQL_ADMIN_SECRET": ADMIN_SECRET})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_answers_alike_in_all_three_ways(platform, facts, preset, role):
    headers = session(role, facts)
    variables = {"run_id": facts["run"]} if preset == "equity_curve" else {}
    status, answer = ask(platform, "/v1/graphql", headers,
                         {"documentId": preset, "variables": variables})
    assert status == 200 and "errors" not in answer, answer
    path = f"equity_curve/{facts['run']}" if preset == "equity_curve" else preset
    assert ask(platform, f"/api/rest/{path}", headers) == (200, answer["data"])
    pairs = [word for pair in variables.items() for word in ("--var", "=".join(pair))]
    done = command_line(platform, role, facts, "run", preset, *pairs, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == answer["data"]
    rows = next(iter(answer["data"].values()))
    assert rows, "the sample data have something to show"


def test_presets_take_variables(platform, facts):
    headers = session("viewer", facts)

    def rest(path):
        status, answer = ask(platform, "/api/rest/" + path, headers)
        assert status == 200, answer
        return next(iter(answer.values()))

    sure = rest("new_opportunities?min_confidence=0.5")
    assert [row["title"] for row in sure] == ["sure"]
    both = rest("new_opportunities?min_confidence=0.1&kind=research")
    assert [row["title"] for row in both] == ["sure", "unsure"]
    assert rest("new_opportunities?min_confidence=0.9") == []
    every = rest("leaderboard?limit=100")
    best = rest("leaderboard?limit=1")
    assert best == every[:1]
    limit = sorted(row["drawdown"] for row in every)[0]
    kept = rest(f"leaderboard?max_drawdown={limit}")
    assert kept and all(row["drawdown"] <= limit for row in kept)
    assert rest("leaderboard?from=2100-01-01") == []
    assert [row["project"] for row in rest("leaderboard?strategy=sample-momentum")] == [
        "sample-momentum"]
    assert {row["account"]["provider"] for row in rest("latest_positions?provider=tradier")} == {
        "tradier"}
    assert rest("failed_ingestion_runs?pipeline=bars")[0]["error_message"] == "no answer"
    assert rest("failed_ingestion_runs?since=2100-01-01") == []
    assert {row["timeframe"] for row in rest("data_coverage?timeframe=1d")} == {"1d"}
    assert rest("strategy_scorecard?min_runs=1000") == []


def test_a_trader_sees_the_own_accounts_alone(platform, facts):
    own = facts["accounts"][0]
    query = {"query": "{ brokerage_accounts { account_id } brokerage_positions { account_id } "
                      "brokerage_positions_aggregate { aggregate { count } } }"}
    _, answer = ask(platform, "/v1/graphql", session("trader", facts), query)
    seen = answer["data"]
    assert [row["account_id"] for row in seen["brokerage_accounts"]] == [own]
    assert {row["account_id"] for row in seen["brokerage_positions"]} == {own}
    count = int(platform.sql(
        f"select count(*) from brokerage.positions where account_id = '{own}'"))
    assert seen["brokerage_positions_aggregate"]["aggregate"]["count"] == count
    none = {**session("trader", facts), "x-hasura-account-ids": "{}"}
    assert ask(platform, "/api/rest/latest_positions", none) == (200, {"brokerage_positions": []})
    without = {name: value for name, value in session("trader", facts).items()
               if name != "x-hasura-account-ids"}
    status, answer = ask(platform, "/api/rest/latest_positions", without)
    assert (status, answer["error"]) == (
        400, 'missing session variable: "x-hasura-account-ids"')


@pytest.mark.parametrize("field, roles", [
    ("brokerage_accounts { account_number }", []),
    ("brokerage_accounts { external_id }", []),
    ("brokerage_positions { raw }", []),
    ("ingestion_runs { idempotency_key }", []),
    ("control_audit_event { action }", ["operator"]),
    ("control_workspace_member { user_id }", ["operator"]),
    ("ingestion_job_leases { holder }", ["operator"]),
    ("brokerage_provider_scorecard { equity }", ["viewer", "operator"]),
    ("control_workspace { name }", ROLES),
])
def test_secrets_and_audit_are_for_whom_the_roles_page_says(platform, facts, field, roles):
    for role in ROLES:
        _, answer = ask(platform, "/v1/graphql", session(role, facts),
                        {"query": "{ " + field + " }"})
        assert ("data" in answer) == (role in roles), (role, answer)


# -- the command line

def test_lists_what_can_be_run(platform, facts):
    done = command_line(platform, "viewer", facts, "list")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["name", "description", "variables"]
    assert [line.split()[0] for line in lines[2:-1]] == PRESETS
    assert lines[-1] == "(7 rows)"


def test_prints_numbers_digit_for_digit(platform, facts):
    _, answer = ask(platform, "/v1/graphql", session("viewer", facts),
                    {"documentId": "presets/latest_positions"})
    text = subprocess.run(
        [BINARY, "preset", "run", "latest_positions", "--format", "csv", "--server",
         platform.endpoint, "--role", "viewer", "--admin-secret", ADMIN_SECRET],
        capture_output=True, check=True).stdout.decode()
    assert text.count("\r\n") == text.count("\n") == 1 + len(
        answer["data"]["brokerage_positions"])
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    known = platform.sql("select qty from brokerage.positions").split()
    assert sorted(row["qty"] for row in rows) == sorted(known)
    assert [row["account.provider"] for row in rows] == [
        row["account"]["provider"] for row in answer["data"]["brokerage_positions"]]
    table = command_line(platform, "viewer", facts, "run", "latest_positions").stdout
    lines = table.splitlines()
    assert lines[0].split() == list(rows[0])
    ends = {line.index(row["qty"]) + len(row["qty"]) for line, row in zip(lines[2:], rows)}
    assert len(ends) == 1, "numbers end in one column"
    for row in rows:
        assert any(row["qty"] in line.split() for line in lines)


@pytest.mark.parametrize("arguments, message", [
    (["run"], "'preset run' wants NAME after it"),
    (["run", "nothing"], "there is no saved query 'nothing', or you may not run it"),
    (["run", "leaderboard", "--var", "size=1"], "'leaderboard' has no variable 'size'; it has "
     "strategy, from, to, min_sharpe, max_drawdown, limit"),
    (["run", "equity_curve"], 'expecting a value for non-nullable variable: "run_id"'),
    (["run", "leaderboard", "--var", "limit"], "--var: 'limit' is not allowed; allowed: "
     "name=value, with a name that is not empty"),
    (["run", "leaderboard", "twice"], "unexpected argument 'twice'; only options may follow"),
])
def test_says_what_is_wrong(platform, facts, arguments, message):
    done = command_line(platform, "viewer", facts, *arguments)
    assert done.returncode != 0 and done.stdout == ""
    assert message in done.stderr


def test_says_that_there_is_no_server():
    done = run_apus("preset", "list", "--server", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert done.stderr.startswith("apus: http://127.0.0.1:1: no connection")


def test_a_wrong_secret_is_told_and_not_shown(platform):
    done = run_apus("preset", "list", "--server", platform.endpoint, "--admin-secret", "wr0ng")
    assert done.returncode == 1
    assert "x-hasura-admin-secret" in done.stderr and "wr0ng" not in done.stderr


def test_watches_until_it_is_interrupted(platform, facts):
    process = subprocess.Popen(
        [BINARY, "preset", "run", "new_opportunities", "--watch", "--interval", "1", "--server",
         platform.endpoint, "--admin-secret", ADMIN_SECRET],
        stdout=subprocess.PIPE, text=True)
    try:
        seen = 0
        deadline = time.monotonic() + 30
        while seen < 2 and time.monotonic() < deadline:
            seen += process.stdout.readline().startswith("title")
        assert seen == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in (-signal.SIGINT, 130)
    finally:
        process.kill()
        process.stdout.close()
