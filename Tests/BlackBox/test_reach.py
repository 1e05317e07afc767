"""Every row that jobs make is reached from its job, by relationships alone."""

import os
import shutil
import stat

import pytest
from automation import backtest, make_bars
from conftest import BINARY, ROOT
from providers import FakeProvider
from stack import Stack

SECRETS = {"APCA_API_KEY_ID": "KEYID-3141592653", "APCA_API_SECRET_KEY": "SECRET-2718281828",
           "FRED_API_KEY": "abcdef0123456789abcdef0123456789"}

# From a job to each table: the path of relationships, and what a row there is known by.
PATHS = {
    "control.experiment_job": [("", ["job_id"])],
    "control.job_event": [("job_events", ["job_id", "sequence"])],
    "control.job_artifact": [("job_artifacts", ["artifact_id"])],
    "control.job_kind": [("kind_info", ["kind"])],
    "control.audit_event": [("audit_events", ["event_id"])],
    "ingestion.runs": [("runs", ["run_id"])],
    "ingestion.run_events": [("runs.run_events", ["run_id", "sequence"])],
    "ingestion.datasets": [("runs.dataset", ["dataset_id"])],
    "ingestion.dataset_versions": [("runs.dataset_versions", ["version_id"])],
    "ingestion.quality_checks": [("runs.quality_checks", ["check_id"]),
                                 ("runs.dataset_versions.quality_checks", ["check_id"])],
    "ingestion.watermarks": [("runs.watermarks", ["dataset_id", "partition_key"])],
    "market_data.ohlcv": [("runs.ohlcv", ["symbol", "timeframe", "ts"])],
    "economic_data.observations": [("runs.observations", ["series_id", "obs_date"])],
    "economic_data.indicators": [("runs.observations.series", ["series_id"])],
    "brokerage.accounts": [("runs.accounts", ["account_id"])],
    "brokerage.account_snapshots": [("runs.account_snapshots", ["account_id", "as_of"])],
    "brokerage.positions": [("runs.brokerage_positions", ["position_id"]),
                            ("runs.accounts.positions", ["position_id"])],
    "brokerage.orders": [("runs.brokerage_orders", ["order_id"]), ("runs.accounts.orders", ["order_id"])],
    "backtests.run_summary": [("run_summaries", ["run_id"])],
    "backtests.equity_points": [("run_summaries.equity_points", ["run_id", "ts"])],
    "backtests.orders": [("run_summaries.orders", ["run_id", "order_no"])],
    "backtests.trades": [("run_summaries.trades", ["run_id", "trade_no"])],
    "control.serving_version": [("serving_activations.serving", ["serving_id"]),
                                ("modeling_sessions.serving_versions", ["serving_id"])],
    "control.serving_activation": [
        ("serving_activations", ["activation_id"]),
        ("modeling_sessions.serving_versions.serving_activations", ["activation_id"])],
    "control.serving_alias": [
        ("serving_activations.serving_alias", ["alias"]),
        ("modeling_sessions.serving_versions.serving_aliases", ["alias"])],
    "control.modeling_session": [("modeling_sessions", ["session_id"])],
    "control.modeling_step_state": [("modeling_sessions.modeling_step_states", ["session_id", "step_name"])],
}
# Made by no job: kinds that nobody has used, and the beginning of a modeling session.
OTHERS = {"control.job_kind": "kind in (select kind from control.experiment_job)",
          "control.audit_event": "action <> 'modeling.start' and target not like 'modeling_session:%' "
                                 "or job_id is not null"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reach")
    provider = FakeProvider()
    results = ROOT.parent / "shared/fixtures/lean/project"
    if not results.exists():
        results = ROOT / "SampleData/lean/sample-momentum"
    (folder / "projects/trend").mkdir(parents=True)
    command = folder / "lean"
    command.write_text("#!/bin/sh\nmkdir -p \"$2/backtests\" && "
                       f"cp -r \"{sorted((results / 'backtests').iterdir())[0]}\" \"$2/backtests/2026-03-01_10-00-00\"\n")
    command.chmod(command.stat().st_mode | stat.S_IEXEC)
    arguments = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"), "--metadata-dir",
                 str(ROOT / "metadata"), "--bars-dir", str(folder), "--alpaca-url", provider.url,
                 "--fred-url", provider.url, "--lean-projects", str(folder / "projects"),
                 "--lean-command", str(command)]
    with Stack(BINARY, arguments=arguments, environment=SECRETS, serve=False) as stack:
        stack.start_server(wait=60)
        stack.folder_of_bars, stack.provider = folder, provider
        work(stack)
        yield stack
    provider.close()
    shutil.rmtree(folder, ignore_errors=True)


def work(desk):
    """A night in which every kind of job has something to do."""
    desk.sql("insert into market_data.symbols (symbol) values ('AAA')")
    bars = make_bars("AAA", 120, seed=3)

    def job(query):
        (done,) = desk.graphql(query).values()
        assert done["status"] == "completed", done
        return done["id"]

    def ingest(bars):
        lines = ["date,open,high,low,close,volume", *(",".join(map(str, bar[1:])) for bar in bars)]
        (desk.folder_of_bars / "AAA.csv").write_text("\n".join(lines) + "\n")
        job('mutation { ingest_market_data(provider: "csv", symbols: ["AAA"], wait: true) { id status } }')

    ingest(bars[:100])
    ingest(bars)
    desk.provider.reset({
        "/fred/series/observations": {"count": 1, "observations": [
            {"date": "2024-01-01", "value": "1.5", "realtime_start": "2024-06-01",
             "realtime_end": "9999-12-31"}]},
        "/v2/account": {"id": "acc-1", "account_number": "PA1", "status": "ACTIVE", "cash": "1",
                        "equity": "2", "buying_power": "3"},
        "/v2/positions": [[{"symbol": "AAA", "qty": "10", "side": "long"}]],
        "/v2/orders": [[{"id": "o-1", "status": "filled", "symbol": "AAA", "side": "buy", "type": "market",
                         "qty": "1", "filled_qty": "1", "submitted_at": "2024-01-02T10:00:00Z"}], []]})
    job('mutation { ingest_market_data(provider: "fred", symbols: ["GDP"], from: "2024-01-01", '
        'to: "2024-02-01", wait: true) { id status } }')
    job('mutation { ingest_broker(provider: "alpaca", wait: true) { id status } }')
    job('mutation { backtest(engine: "lean", strategy: "trend", symbols: [], wait: true) { id status } }')
    sweep = backtest(desk, strategy="sma_cross", symbols=["AAA"], parameters={"fast": [3, 5], "slow": 10})
    one, other = [run["run_id"] for run in sweep["run_summaries"]]
    job(f'mutation {{ promote(run_id: "{one}", alias: "desk") {{ id status }} }}')
    session = desk.graphql("mutation { start_modeling_session { session_id } }")[
        "start_modeling_session"]["session_id"]
    payloads = {"run_experiment": {"job_id": sweep["id"]}, "promotion": {"run_id": other, "alias": "modeled"}}
    for step in ("dataset_select", "gold_config", "signal_select", "eval_params", "run_experiment",
                 "promote_review", "promotion"):
        desk.graphql("""mutation ($session: uuid!, $step: String!, $payload: jsonb) {
            commit_modeling_step(session_id: $session, step: $step, payload: $payload) { status } }""",
                     {"session": session, "step": step, "payload": payloads.get(step, {})})


def reached(value, names):
    """All objects at the end of a path."""
    if value is None:
        return
    if isinstance(value, list):
        for element in value:
            yield from reached(element, names)
    elif names:
        yield from reached(value[names[0]], names[1:])
    else:
        yield value


@pytest.mark.parametrize("role", ["admin", "operator"])
@pytest.mark.parametrize("table", PATHS)
def test_every_row_is_reached_from_the_job_that_made_it(desk, table, role):
    jobs = desk.sql("select job_id from control.experiment_job").split()
    found = set()
    for path, key in PATHS[table]:
        names = [name for name in path.split(".") if name]
        fields = " ".join(key)
        selection = "".join(f"{name} {{ " for name in names) + fields + " }" * len(names)
        for job in jobs:
            answer = desk.graphql(f"query ($id: uuid!) {{ job(id: $id) {{ {selection} }} }}", {"id": job},
                                  headers={"x-hasura-role": role})
            found |= {tuple(str(row[name]) for name in key) for row in reached(answer["job"], names)}
    count = int(desk.sql(f"select count(*) from {table} where {OTHERS.get(table, 'true')}"))
    assert count > 0
    assert len(found) == count


def test_what_a_job_made_leads_back_to_it(desk):
    answer = desk.graphql("""{
      ingestion_runs { job { id } } backtests_run_summary { job { id } }
      control_audit_event(where: {action: {_eq: "job.submit"}}) { job { id } target } }""")
    for rows in answer.values():
        assert rows and all(row["job"] for row in rows)
    assert all(row["target"] == "job:" + row["job"]["id"] for row in answer["control_audit_event"])
    assert os.path.exists(desk.sql("select uri from control.job_artifact").strip())
