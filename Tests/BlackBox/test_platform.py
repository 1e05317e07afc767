"""The platform's own database: its schema, its sample data, and what the README promises."""

import json
import re

import graphql
import yaml
from conftest import ROOT, run_apus
from stack import Stack


def readme_query():
    """The first request of the README."""
    command = re.search(r"^ *curl -s \S+/v1/graphql .*-d '(.*)'$", (ROOT / "README.md").read_text(),
                        re.MULTILINE)
    return json.loads(command.group(1))["query"]


def test_the_query_of_the_readme_answers(platform):
    runs = platform.graphql(readme_query())["backtests_run_summary"]
    assert 0 < len(runs) <= 5
    for run in runs:
        assert set(run) == {"run_id", "algorithm_name", "sharpe_ratio", "drawdown",
                            "equity_points_aggregate"}
        assert run["equity_points_aggregate"]["aggregate"]["count"] > 0
    ratios = [run["sharpe_ratio"] for run in runs if run["sharpe_ratio"] is not None]
    assert ratios == sorted(ratios, reverse=True)


def test_the_message_at_the_start_asks_the_query_of_the_readme(platform):
    assert readme_query() in platform.log()


def test_schema_graphql_is_not_stale(platform):
    done = run_apus("schema", "print", "--database-url", platform.database_url)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (ROOT / "schema.graphql").read_text(), \
        "schema.graphql is stale: Scripts/print-schema writes it anew"


def test_the_schema_is_one_for_other_tools(platform):
    schema = graphql.build_schema((ROOT / "schema.graphql").read_text())
    assert graphql.validate_schema(schema) == []


def test_a_second_start_loads_nothing_twice(platform):
    runs = "{ backtests_run_summary_aggregate { aggregate { count } } }"
    before = platform.graphql(runs)
    platform.stop_server()
    platform.start_server()
    assert platform.graphql(runs) == before


def test_the_whole_schema_takes_little_memory(platform):
    platform.stop_server()
    platform.start_server()
    assert platform.resident_mib() <= 60


def test_metadata_are_applied_exported_and_cleared(platform, tmp_path):
    with Stack(serve=False) as other:
        url = ["--database-url", other.database_url]
        up = run_apus("migrate", "up", *url, "--migrations-dir", str(ROOT / "Migrations"))
        assert up.returncode == 0, up.stderr
        apply = run_apus("metadata", "apply", *url, "--metadata-dir", str(ROOT / "metadata"))
        assert apply.returncode == 0, apply.stderr
        assert apply.stdout == f"applied {ROOT / 'metadata'}\n"
        folder = tmp_path / "metadata"
        export = run_apus("metadata", "export", *url, "--metadata-dir", str(folder))
        assert export.returncode == 0, export.stderr
        count = sum(path.is_file() for path in folder.rglob("*"))
        assert export.stdout == f"exported {count} files to {folder}\n"
        schema = run_apus("schema", "print", *url)
        assert schema.stdout == (ROOT / "schema.graphql").read_text()
        again = run_apus("metadata", "apply", *url, "--metadata-dir", str(tmp_path / "metadata"))
        assert again.returncode == 0, again.stderr
        assert run_apus("schema", "print", *url).stdout == schema.stdout
        assert run_apus("metadata", "clear", *url).stdout == "the metadata are empty\n"
        assert "no_queries_available" in run_apus("schema", "print", *url).stdout


def test_migrations_go_up_and_down():
    with Stack(serve=False) as other:
        arguments = ["--database-url", other.database_url, "--migrations-dir",
                     str(ROOT / "Migrations")]
        names = sorted(path.name.removesuffix(".up.sql")
                       for path in (ROOT / "Migrations").glob("*.up.sql"))
        sample = run_apus("sample", "load", *arguments[:2])
        assert (sample.returncode, sample.stderr) == (
            1, "apus: the database has no tables for the sample data: apply the migrations first\n")
        assert run_apus("migrate", "up", *arguments).returncode == 0
        assert run_apus("migrate", "up", *arguments).stdout == "nothing to apply\n"
        status = run_apus("migrate", "status", *arguments).stdout.splitlines()
        assert [line.split()[:2] for line in status] == [[name, "applied"] for name in names]
        for _ in names:
            assert run_apus("migrate", "down", *arguments).returncode == 0
        status = run_apus("migrate", "status", *arguments).stdout.splitlines()
        assert [line.split() for line in status] == [[name, "pending"] for name in names]
        assert run_apus("migrate", "down", *arguments).stdout == "nothing to take back\n"


def test_each_role_has_the_fields_that_the_metadata_give_it(platform):
    actions = yaml.safe_load((ROOT / "metadata/actions.yaml").read_text())["actions"]
    allowed = {action["name"]: {entry["role"] for entry in action["permissions"]} for action in actions}
    query = """{ __schema { queryType { fields { name } } mutationType { fields { name } }
        subscriptionType { fields { name } } } }"""
    for role in ("operator", "researcher", "trader", "viewer", "nobody"):
        schema = platform.graphql(query, headers={
            "x-hasura-role": role, "x-hasura-user-id": "ann"})["__schema"]
        names = {field["name"] for part in schema.values() if part for field in part["fields"]}
        assert {name for name in allowed if name in names} == {
            name for name, roles in allowed.items() if role in roles}, role
    assert {"backtest", "promote", "ingest_broker", "rollback_dataset", "job"} <= set(allowed)
