"""The examples run as they stand."""

import os
import subprocess
import sys

import pytest
from automation import make_bars
from conftest import BINARY, ROOT
from stack import Stack


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bars")
    arguments = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"),
                 "--metadata-dir", str(ROOT / "metadata"), "--bars-dir", str(folder)]
    with Stack(BINARY, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=60)
        for symbol in ["AAA", "BBB", "CCC", "DDD"]:
            lines = [",".join(map(str, bar[1:])) for bar in make_bars(symbol, 500, seed=9)]
            (folder / f"{symbol}.csv").write_text("date,open,high,low,close,volume\n" + "\n".join(lines))
            stack.sql(f"insert into market_data.symbols (symbol) values ('{symbol}')")
        yield stack


SHELL = [str(ROOT / "examples/nightly.sh")]
PYTHON = [sys.executable, str(ROOT / "examples/nightly.py")]


def run(desk, command, alias):
    environment = {**os.environ, "APUS_SERVER": f"http://127.0.0.1:{desk.port}", "ALIAS": alias,
                   "HASURA_GRAPHQL_ADMIN_SECRET": desk.admin_secret}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("command, alias", [([*SHELL, "AAA", "BBB"], "night_sh"),
                                            ([*PYTHON, "CCC", "DDD"], "night_py")])
def test_a_night_of_work(desk, command, alias):
    done = run(desk, command, alias)
    assert done.returncode == 0, done.stdout + done.stderr
    best = desk.sql("""select r.run_id from backtests.run_summary r
        join control.serving_version v on v.backtest_run_id = r.run_id
        join control.serving_alias a using (serving_id) where a.alias = '%s'
          and r.sharpe_ratio = (select max(sharpe_ratio) from backtests.run_summary o
                                where o.job_id = r.job_id)""" % alias).strip()
    assert best


@pytest.mark.parametrize("command, alias", [([*SHELL, "AAA", "BBB"], "twice_sh"),
                                            ([*PYTHON, "CCC", "DDD"], "twice_py")])
def test_a_second_run_brings_nothing_new(desk, command, alias):
    def made():
        return desk.sql("""select (select count(*) from market_data.ohlcv),
            (select count(*) from backtests.run_summary), (select count(*) from control.serving_version),
            (select serving_id from control.serving_alias where alias = '%s')""" % alias).strip()

    first = run(desk, command, alias)
    assert first.returncode == 0, first.stdout + first.stderr
    after_one = made()
    second = run(desk, command, alias)
    assert second.returncode == 0, second.stdout + second.stderr
    assert made() == after_one and not after_one.endswith("|")


@pytest.mark.parametrize("command", [SHELL, PYTHON])
def test_an_unknown_symbol_is_named(desk, command):
    unknown = run(desk, [*command, "NOPE"], "nope")
    assert unknown.returncode != 0
    assert "NOPE" in unknown.stdout + unknown.stderr


def test_a_server_that_is_away_is_named():
    environment = {**os.environ, "APUS_SERVER": "http://127.0.0.1:9"}
    away = subprocess.run([*SHELL, "AAA"], env=environment, capture_output=True, text=True, timeout=60)
    assert away.returncode == 1
    assert away.stderr.endswith("http://127.0.0.1:9 did not answer the request\n")
