"""Promotion of backtests, aliases, the seven steps of a modeling session, and LEAN as an engine."""

import json
import os
import shutil
import stat

import pytest
from automation import backtest, make_bars, store_bars
from conftest import BINARY, ROOT
from stack import Stack

LEAN_RESULT = ROOT.parent / "shared/fixtures/lean/project"


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """LEAN projects, and a stand-in for `lean` that writes the results of a real one."""
    folder = tmp_path_factory.mktemp("lean")
    for name in ["sma project", "broken", "silent"]:
        (folder / "projects" / name).mkdir(parents=True)
    os.symlink("/etc", folder / "projects" / "outside")
    results = LEAN_RESULT if LEAN_RESULT.exists() else ROOT / "SampleData/lean/sample-momentum"
    source = sorted((results / "backtests").iterdir())[0]
    command = folder / "lean"
    command.write_text(f"""#!/bin/sh
echo "arguments:$#:$1:$2"
case "$2" in
broken) echo "the algorithm has an error" >&2; exit 3 ;;
silent) exit 0 ;;
esac
mkdir -p "$2/backtests" && cp -r "{source}" "$2/backtests/2026-03-01_10-00-00"
""")
    command.chmod(command.stat().st_mode | stat.S_IEXEC)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def desk(projects):
    arguments = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"),
                 "--metadata-dir", str(ROOT / "metadata"),
                 "--lean-projects", str(projects / "projects"),
                 "--lean-command", str(projects / "lean")]
    with Stack(BINARY, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=60)
        store_bars(stack, make_bars("AAA", 400, seed=5))
        yield stack


@pytest.fixture(scope="module")
def runs(desk):
    job = backtest(desk, strategy="sma_cross", symbols=["AAA"],
                   parameters={"fast": [5, 10], "slow": 30})
    return sorted(job["run_summaries"], key=lambda run: run["parameters"]["fast"]), job["id"]


PROMOTE = """mutation ($run: uuid!, $alias: String!) { promote(run_id: $run, alias: $alias) {
  id status kind result serving_activations {
    alias serving_id is_active serving { spec source_run_id backtest_run { project } } } } }"""


def promote(desk, run, alias):
    return desk.graphql(PROMOTE, {"run": run["run_id"], "alias": alias})["promote"]


def error(desk, query, variables):
    return desk.post("/v1/graphql", {"query": query, "variables": variables})[1]["errors"][0]


def test_a_run_becomes_a_version_once_and_the_alias_moves(desk, runs):
    (first, second), _ = runs
    job = promote(desk, first, "prod")
    assert (job["status"], job["kind"], job["result"]["reused"]) == ("completed", "promote", False)
    (activation,) = job["serving_activations"]
    version = activation["serving"]
    assert activation["serving_id"] == "srv_sma_cross_{}_{}".format(
        first["run_id"].replace("-", "")[:8], first["config_hash"][:8])
    assert version["spec"]["runtime_snapshot"]["parameters"] == first["parameters"]
    assert version["backtest_run"]["project"] == "sma_cross"
    assert promote(desk, second, "prod")["result"]["reused"] is False
    again = promote(desk, first, "prod")
    assert again["result"] == {**job["result"], "reused": True}
    assert desk.sql("select count(*) from control.serving_version").strip() == "2"
    assert desk.sql("select serving_id from control.serving_alias where alias = 'prod'").strip() == \
        activation["serving_id"]
    assert desk.sql("select count(*) from control.serving_activation where deactivated_at is null"
                    ).strip() == "1"
    assert desk.sql("""select string_agg(action, ',' order by event_id) from control.audit_event
        where target = 'alias:prod'""").strip() == ",".join(["serving.promote"] * 3)


def test_an_alias_goes_back_and_versions_are_compared(desk, runs):
    (first, second), _ = runs
    old = promote(desk, first, "desk")["result"]["serving_id"]
    new = promote(desk, second, "desk")["result"]["serving_id"]
    activate = """mutation ($alias: String!, $id: String!) { activate_alias(alias: $alias, serving_id: $id) {
        alias serving_id from_serving_id is_active } }"""
    assert desk.graphql(activate, {"alias": "desk", "id": old})["activate_alias"] == {
        "alias": "desk", "serving_id": old, "from_serving_id": new, "is_active": True}
    diff = desk.graphql("""query ($a: String!, $b: String!) { serving_diff(a: $a, b: $b) { path a b } }""",
                        {"a": "desk", "b": new})["serving_diff"]
    changed = {change["path"]: (change["a"], change["b"]) for change in diff}
    assert changed["$.runtime_snapshot.parameters.fast"] == (5, 10)
    assert "$.runtime_snapshot.parameters.slow" not in changed
    assert "there is no serving version 'srv_x'" in error(
        desk, activate, {"alias": "desk", "id": "srv_x"})["message"]


def test_a_promotion_with_the_same_key_is_made_once(desk, runs):
    (first, _), _ = runs
    query = PROMOTE.replace("alias: $alias)", 'alias: $alias, idempotency_key: "once")')
    variables = {"run": first["run_id"], "alias": "keyed"}
    job = desk.graphql(query, variables)["promote"]
    assert desk.graphql(query, variables)["promote"] == job
    assert desk.sql("select count(*) from control.serving_activation where alias = 'keyed'").strip() == "1"
    refused = error(desk, query, {**variables, "alias": "other"})
    assert (refused["message"], refused["extensions"]["code"]) == (
        "the idempotency key was used for another job", "conflict")
    assert desk.sql("select count(*) from control.serving_alias where alias = 'other'").strip() == "0"


@pytest.mark.parametrize("run,alias,message", [
    ("00000000-0000-4000-8000-000000000000", "prod", "there is no backtest"),
    (None, "Prod", "an alias is lower-case letters"), (None, "a b", "an alias is lower-case letters"),
    (None, "", "an alias is lower-case letters"),
])
def test_refuses_before_there_is_a_job(desk, runs, run, alias, message):
    before = desk.sql("select count(*) from control.experiment_job")
    variables = {"run": run or runs[0][0]["run_id"], "alias": alias}
    assert message in error(desk, PROMOTE, variables)["message"]
    assert desk.sql("select count(*) from control.experiment_job") == before


def test_only_a_completed_run_is_promoted(desk):
    run = desk.sql("""insert into backtests.run_summary (project, status, error_message)
        values ('x', 'failed', 'no') returning run_id""").strip()
    assert "only a completed one" in error(desk, PROMOTE, {"run": run, "alias": "prod"})["message"]


STEPS = ["dataset_select", "gold_config", "signal_select", "eval_params", "run_experiment",
         "promote_review", "promotion"]
COMMIT = """mutation ($session: uuid!, $step: String!, $payload: jsonb) {
  commit_modeling_step(session_id: $session, step: $step, payload: $payload) {
    status modeling_step_states(order_by: {step_no: asc}) { step_name status } } }"""


def test_the_seven_steps_come_in_their_order(desk, runs):
    (first, _), job = runs
    session = desk.graphql("mutation { start_modeling_session(model_id: \"m\") { session_id status } }")[
        "start_modeling_session"]
    assert session["status"] == "draft"
    payloads = {"run_experiment": {"job_id": job},
                "promotion": {"run_id": first["run_id"], "alias": "modeled"}}
    for index, step in enumerate(STEPS):
        if index + 1 < len(STEPS):
            late = error(desk, COMMIT, {"session": session["session_id"], "step": STEPS[index + 1]})
            assert f"the next one is '{step}'" in late["message"]
        if step in payloads:
            assert "payload" in error(desk, COMMIT, {"session": session["session_id"], "step": step,
                                                     "payload": {}})["message"]
        state = desk.graphql(COMMIT, {"session": session["session_id"], "step": step,
                                      "payload": payloads.get(step, {})})["commit_modeling_step"]
        assert [one["status"] for one in state["modeling_step_states"]] == \
            ["committed"] * (index + 1) + ["pending"] * (6 - index)
    assert state["status"] == "promoted"
    assert desk.sql("""select session_id from control.serving_version v
        join control.serving_alias a using (serving_id) where alias = 'modeled'""").strip() in (
            session["session_id"], "")
    assert "there is no step 'x'" in error(
        desk, COMMIT, {"session": session["session_id"], "step": "x"})["message"]


# -- LEAN

LEAN = """mutation ($project: String!) { backtest(engine: "lean", strategy: $project, symbols: [], wait: true) {
  id status error_message job_artifacts { artifact_type uri checksum }
  job_events { event_type payload }
  run_summaries { engine project external_id source_path metric_convention total_orders
    equity_points_aggregate { aggregate { count } } } } }"""


def test_a_lean_project_runs_and_its_results_come_in(desk):
    job = desk.graphql(LEAN, {"project": "sma project"})["backtest"]
    assert job["status"] == "completed", job
    (run,) = job["run_summaries"]
    assert (run["engine"], run["project"], run["metric_convention"]) == ("lean", "sma project", "lean")
    assert run["source_path"].endswith("projects/sma project/backtests/2026-03-01_10-00-00")
    assert run["equity_points_aggregate"]["aggregate"]["count"] > 0
    assert [artifact["artifact_type"] for artifact in job["job_artifacts"]] == ["lean-result"]
    # One argument, whatever is in it: no shell has read it.
    assert any("arguments:2:backtest:sma project" in json.dumps(event["payload"])
               for event in job["job_events"])


@pytest.mark.parametrize("project,message", [
    ("broken", "the algorithm has an error"), ("silent", "wrote no result"),
])
def test_a_lean_run_that_fails_says_why(desk, project, message):
    job = desk.graphql(LEAN, {"project": project})["backtest"]
    assert job["status"] == "failed"
    assert message in job["error_message"]


@pytest.mark.parametrize("project", ["../broken", "a/b", "x;rm", "$(id)", "-rf", ".", "..", "", "a\\nb",
                                     "nothing", "outside"])
def test_names_that_lead_elsewhere_are_refused_before_there_is_a_job(desk, project):
    before = desk.sql("select count(*) from control.experiment_job")
    refused = error(desk, LEAN, {"project": project})
    assert refused["extensions"]["path"] == "$.selectionSet.backtest.args.strategy"
    assert desk.sql("select count(*) from control.experiment_job") == before
