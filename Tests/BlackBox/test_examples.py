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
        for symbol in ["AAA", "BBB"]:
            lines = [",".join(map(str, bar[1:])) for bar in make_bars(symbol, 500, seed=9)]
            (folder / f"{symbol}.csv").write_text("date,open,high,low,close,volume\n" + "\n".join(lines))
            stack.sql(f"insert into market_data.symbols (symbol) values ('{symbol}')")
        yield stack


@pytest.mark.parametrize("command", [[str(ROOT / "examples/nightly.sh")],
                                     [sys.executable, str(ROOT / "examples/nightly.py")]])
def test_a_night_of_work(desk, command):
    alias = "night_" + ("sh" if command[0].endswith("sh") else "py")
    environment = {**os.environ, "APUS_SERVER": f"http://127.0.0.1:{desk.port}", "ALIAS": alias,
                   "HASURA_GRAPHQL_ADMIN_SECRET": desk.admin_secret}
    done = subprocess.run([*command, "AAA", "BBB"], env=environment, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    best = desk.sql("""select r.run_id from backtests.run_summary r
        join control.serving_version v on v.backtest_run_id = r.run_id
        join control.serving_alias a using (serving_id) where a.alias = '%s'
          and r.sharpe_ratio = (select max(sharpe_ratio) from backtests.run_summary o
                                where o.job_id = r.job_id)""" % alias).strip()
    assert best
    unknown = subprocess.run([*command, "NOPE"], env=environment, capture_output=True, text=True,
                             timeout=60)
    assert unknown.returncode != 0
    assert "NOPE" in unknown.stdout + unknown.stderr
