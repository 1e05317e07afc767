"""Backtests over GraphQL, compared with what others compute from the same bars."""

import json

import pytest
from automation import BACKTEST, backtest, make_bars, store_bars
from conftest import BINARY, ROOT, run_apus
from judge import (donchian_targets, macd_targets, momentum_targets, pairs_targets, run_reference,
                   simulate, sma_cross, wilder)
from stack import Stack

COUNT = 1500
SYMBOLS = ["AAA", "BBB", "CCC"]


@pytest.fixture(scope="module")
def bars():
    return {symbol: make_bars(symbol, COUNT, seed=7) for symbol in SYMBOLS}


@pytest.fixture(scope="module")
def desk(bars):
    """A server over the platform's schemas with bars of some symbols."""
    arguments = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"),
                 "--metadata-dir", str(ROOT / "metadata")]
    with Stack(BINARY, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=60)
        for rows in bars.values():
            store_bars(stack, rows)
        yield stack


def own_trades(run):
    return [(trade["entry_time"][:10], trade["exit_time"][:10],
             int(float(trade["quantity"])) * (1 if trade["direction"] == "long" else -1),
             float(trade["entry_price"]), float(trade["exit_price"]), float(trade["profit_loss"]))
            for trade in run["trades"]]


def assert_equal_trades(own, reference, last_close):
    """The last trade ends at the last bar's close here, and at its open there."""
    assert len(own) == len(reference)
    for index, (left, right) in enumerate(zip(own, reference)):
        is_last = index == len(own) - 1
        assert left[:4] == right[:4], (index, left, right)
        if is_last and left[4] != right[4]:
            assert left[4] == last_close
        else:
            assert left[4] == right[4]
            assert left[5] == pytest.approx(right[5], abs=1e-5)


@pytest.mark.parametrize("fast,slow,short", [(5, 20, False), (10, 30, False), (10, 25, True),
                                             (50, 200, False), (3, 7, True)])
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_sma_crossover_makes_the_trades_of_backtesting(desk, bars, symbol, fast, slow, short):
    job = backtest(desk, strategy="sma_cross", symbols=[symbol],
                   parameters={"fast": fast, "slow": slow, "short": short})
    reference = run_reference(bars[symbol], sma_cross(fast, slow, short))
    (run,) = job["run_summaries"]
    assert_equal_trades(own_trades(run), reference, bars[symbol][-1][5])
    assert run["total_trades"] == len(reference)


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("period,lower,upper", [(14, 30, 70), (5, 25, 60)])
def test_rsi_reversion_makes_the_trades_of_backtesting(desk, bars, symbol, period, lower, upper):
    from backtesting import Strategy

    class Reversion(Strategy):
        def init(self):
            self.rsi = self.I(wilder, self.data.Close, period)

        def next(self):
            if self.rsi[-1] < lower and not self.position:
                self.buy()
            elif self.rsi[-1] > upper and self.position:
                self.position.close()

    job = backtest(desk, strategy="rsi_reversion", symbols=[symbol],
                   parameters={"period": period, "lower": lower, "upper": upper})
    reference = run_reference(bars[symbol], Reversion)
    assert reference
    assert_equal_trades(own_trades(job["run_summaries"][0]), reference, bars[symbol][-1][5])


@pytest.mark.parametrize("strategy,symbols,targets,parameters", [
    ("macd", ["AAA"], macd_targets, {"fast": 12, "slow": 26, "signal": 9, "short": False}),
    ("macd", ["BBB"], macd_targets, {"fast": 5, "slow": 35, "signal": 5, "short": True}),
    ("macd", SYMBOLS, macd_targets, {"fast": 12, "slow": 26, "signal": 9, "short": True}),
    ("donchian_breakout", ["AAA"], donchian_targets, {"entry": 20, "exit": 10, "short": False}),
    ("donchian_breakout", ["CCC"], donchian_targets, {"entry": 10, "exit": 20, "short": True}),
    ("donchian_breakout", SYMBOLS, donchian_targets, {"entry": 30, "exit": 5, "short": True}),
    ("momentum_rotation", SYMBOLS, momentum_targets, {"lookback": 60, "top": 2, "rebalance": 20}),
    ("momentum_rotation", SYMBOLS, momentum_targets, {"lookback": 21, "top": 1, "rebalance": 5}),
    ("pairs", ["AAA", "BBB"], pairs_targets, {"lookback": 20, "entry": 2, "exit": 0.5}),
    ("pairs", ["CCC", "AAA"], pairs_targets, {"lookback": 60, "entry": 1.5, "exit": 0.25}),
])
def test_strategies_make_the_trades_of_a_judge(desk, bars, strategy, symbols, targets, parameters):
    given = {symbol: bars[symbol] for symbol in symbols}
    shares = parameters.get("top", len(symbols))
    expected = sorted(simulate(given, targets(given, **parameters), shares))
    (run,) = backtest(desk, strategy=strategy, symbols=symbols, parameters=parameters)["run_summaries"]
    own = sorted(own_trades(run))
    assert len(expected) > 10
    assert [trade[:5] for trade in own] == [trade[:5] for trade in expected]
    assert [trade[5] for trade in own] == pytest.approx([trade[5] for trade in expected], abs=1e-5)
    assert float(run["end_equity"]) == pytest.approx(100_000 + sum(trade[5] for trade in expected), abs=1e-3)


def points(desk, run):
    return desk.graphql("""
        query ($run: uuid!) { backtests_equity_points(where: {run_id: {_eq: $run}},
          order_by: {ts: asc}) { equity daily_return drawdown exposure turnover } }""",
                        {"run": run["run_id"]})["backtests_equity_points"]


@pytest.mark.parametrize("parameters", [{"fast": 5, "slow": 20}, {"fast": 10, "slow": 50, "short": True}])
def test_metrics_are_those_of_empyrical_and_quantstats(desk, parameters):
    import empyrical
    import pandas
    import quantstats.stats as quantstats
    (run,) = backtest(desk, strategy="sma_cross", symbols=["AAA"], parameters=parameters,
                      commission="0.001")["run_summaries"]
    curve = points(desk, run)
    equity = pandas.Series([float(point["equity"]) for point in curve],
                           index=pandas.bdate_range("2015-01-02", periods=len(curve)))
    returns = equity.pct_change().dropna()
    assert run["metric_convention"] == "trading_days"
    for column, value in {
            "sharpe_ratio": empyrical.sharpe_ratio(returns),
            "sortino_ratio": empyrical.sortino_ratio(returns),
            "calmar_ratio": empyrical.calmar_ratio(returns),
            "drawdown": -empyrical.max_drawdown(returns),
            "compounding_annual_return": empyrical.cagr(returns),
            "annual_standard_deviation": empyrical.annual_volatility(returns),
            "win_rate": quantstats.win_rate(returns),
            "profit_factor": quantstats.profit_factor(returns)}.items():
        assert float(run[column]) == pytest.approx(float(value), rel=2e-5, abs=2e-6), column
    own = [float(point["daily_return"]) for point in curve[1:]]
    assert own == pytest.approx(list(returns), abs=1e-7)
    assert curve[0]["daily_return"] is None
    assert {"trading_days", "lean"} == set(run["statistics"])


def test_commission_and_slippage_are_fractions_of_the_value(desk, bars):
    (run,) = backtest(desk, strategy="buy_and_hold", symbols=["AAA"], cash="10000",
                      commission="0.01", slippage="0.02")["run_summaries"]
    (trade,) = run["trades"]
    entry, leave = bars["AAA"][1][2] * 1.02, bars["AAA"][-1][5] * 0.98
    units = int(10000 // (entry * 1.01))
    fees = units * (entry + leave) * 0.01
    assert float(trade["quantity"]) == units
    assert float(trade["entry_price"]) == pytest.approx(entry)
    assert float(trade["exit_price"]) == pytest.approx(leave)
    assert float(trade["total_fees"]) == pytest.approx(fees, abs=1e-5)
    assert float(trade["profit_loss"]) == pytest.approx(units * (leave - entry) - fees, abs=1e-5)
    assert float(run["end_equity"]) == pytest.approx(10000 + float(trade["profit_loss"]), abs=1e-4)
    assert float(run["net_profit"]) == pytest.approx(float(run["end_equity"]) / 10000 - 1)


@pytest.mark.parametrize("strategy,symbols,parameters", [
    ("macd", ["AAA"], {}),
    ("donchian_breakout", ["BBB"], {"entry": 20, "exit": 10, "short": True}),
    ("momentum_rotation", SYMBOLS, {"lookback": 60, "top": 2, "rebalance": 20}),
    ("pairs", ["AAA", "BBB"], {"lookback": 30}),
    ("sma_cross", SYMBOLS, {"fast": 5, "slow": 20, "sizing": {"fraction": 0.5}}),
])
def test_money_is_neither_made_nor_lost_between_trades(desk, strategy, symbols, parameters):
    (run,) = backtest(desk, strategy=strategy, symbols=symbols, parameters=parameters,
                      commission="0.0005")["run_summaries"]
    assert run["total_trades"] > 0
    profit = sum(float(trade["profit_loss"]) for trade in run["trades"])
    assert float(run["end_equity"]) == pytest.approx(100000 + profit, abs=1e-3)
    assert run["total_orders"] == 2 * run["total_trades"]


def test_lists_of_parameters_are_a_sweep_of_one_job(desk):
    job = backtest(desk, strategy="sma_cross", symbols=["AAA"],
                   parameters={"fast": [5, 10, 20], "slow": [20, 50], "equity_points": "best"})
    runs = {(run["parameters"]["fast"], run["parameters"]["slow"]): run
            for run in job["run_summaries"]}
    # 20 and 20 is no crossing.
    assert set(runs) == {(5, 20), (5, 50), (10, 20), (10, 50), (20, 50)}
    assert len({run["config_hash"] for run in runs.values()}) == 5
    assert job["result"]["runs"] == 5
    best = max(runs.values(), key=lambda run: float(run["sharpe_ratio"]))
    assert job["result"]["best_run_id"] == best["run_id"]
    (alone,) = backtest(desk, strategy="sma_cross", symbols=["AAA"],
                        parameters={"fast": 10, "slow": 50})["run_summaries"]
    same = ("total_trades", "end_equity", "sharpe_ratio", "statistics", "config_hash", "trades")
    assert {name: alone[name] for name in same} == {name: runs[10, 50][name] for name in same}


def test_a_window_is_kept_to(desk):
    (run,) = backtest(desk, strategy="buy_and_hold", symbols=["AAA"], **{
        "from": "2016-01-04", "to": "2016-12-30"})["run_summaries"]
    assert (run["start_date"], run["end_date"]) == ("2016-01-04", "2016-12-30")
    assert len(points(desk, run)) == 260


@pytest.mark.parametrize("change,message", [
    ({"strategy": "luck"}, "there is no strategy 'luck'"),
    ({"symbols": ["AAA", "NOPE"]}, "no daily bars of NOPE"),
    ({"symbols": []}, "no symbols are given"),
    ({"symbols": ["AAA", "AAA"]}, "a symbol is given twice"),
    ({"from": "2016-02-01", "to": "2016-01-01"}, "the window ends before it starts"),
    ({"from": "1990-01-01", "to": "1990-02-01"}, "no daily bars of AAA"),
    ({"parameters": {"quick": 1}}, "sma_cross has no parameter 'quick'"),
    ({"parameters": {"fast": 0}}, "fast cannot be 0"),
    ({"parameters": {"fast": 1.5}}, "fast cannot be 1.5"),
    ({"parameters": {"fast": 30, "slow": 30}}, "fast and slow are the same"),
    ({"parameters": {"fast": list(range(1, 200)), "slow": list(range(200, 400))}}, "more than 20000"),
    ({"parameters": [1]}, "parameters has to be an object"),
    ({"cash": "-1"}, "cash has to be from"),
    ({"commission": "0.9"}, "commission has to be from"),
])
def test_refuses_before_there_is_a_job(desk, change, message):
    before = desk.sql("select count(*) from control.experiment_job")
    variables = {"strategy": "sma_cross", "symbols": ["AAA"], **change}
    _, answer = desk.post("/v1/graphql", {"query": BACKTEST, "variables": variables})
    assert message in answer["errors"][0]["message"]
    assert desk.sql("select count(*) from control.experiment_job") == before


def test_the_same_key_has_the_same_job(desk):
    call = {"strategy": "buy_and_hold", "symbols": ["AAA"], "key": "k1"}
    first = backtest(desk, **call)
    assert backtest(desk, **call)["id"] == first["id"]
    _, answer = desk.post("/v1/graphql", {"query": BACKTEST,
                                             "variables": {**call, "symbols": ["BBB"]}})
    assert answer["errors"][0]["message"] == "the idempotency key was used for another job"
    assert answer["errors"][0]["extensions"]["code"] == "conflict"


def test_a_job_is_watched_in_the_terminal(desk):
    job = backtest(desk, strategy="buy_and_hold", symbols=["AAA"])
    done = run_apus("job", "watch", job["id"], "--server", f"http://127.0.0.1:{desk.port}",
                    env={"HASURA_GRAPHQL_ADMIN_SECRET": desk.admin_secret})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "backtest buy_and_hold 100 % completed\n"
    done = run_apus("job", "watch", job["id"], "--format", "json", "--server", f"http://127.0.0.1:{desk.port}",
                    env={"HASURA_GRAPHQL_ADMIN_SECRET": desk.admin_secret})
    shown = json.loads(done.stdout)
    assert (shown["status"], shown["kind"], shown["spec_ref"]) == ("completed", "backtest", "buy_and_hold")
    done = run_apus("job", "watch", job["id"], "--format", "csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "apus: job watch prints lines of text or json, and no csv\n"
    done = run_apus("job", "watch", job["id"], "--server", f"http://127.0.0.1:{desk.port}")
    assert done.returncode == 1
    assert done.stderr.endswith("; --admin-secret (HASURA_GRAPHQL_ADMIN_SECRET) or --token says who asks\n")
    done = run_apus("job", "watch", "00000000-0000-4000-8000-000000000000", "--server",
                    f"http://127.0.0.1:{desk.port}",
                    env={"HASURA_GRAPHQL_ADMIN_SECRET": desk.admin_secret})
    assert done.returncode == 1
    assert "there is no job" in done.stderr


def test_who_runs_a_backtest_is_said_by_permissions_and_memberships(desk):
    desk.sql("""
        insert into control.workspace (workspace_id, name)
        values ('11111111-1111-4111-8111-111111111111', 'ann''s');
        insert into control.workspace_member (workspace_id, user_id, role)
        values ('11111111-1111-4111-8111-111111111111', 'ann', 'editor');""")
    query = """mutation ($workspace: uuid) { backtest(strategy: "buy_and_hold", symbols: ["AAA"],
        workspace_id: $workspace, wait: true) { status workspace_id created_by
        run_summaries { total_trades } } }"""

    def ask(role, user, workspace=None):
        return desk.post("/v1/graphql", {"query": query, "variables": {"workspace": workspace}}, {
            "x-hasura-role": role, **({"x-hasura-user-id": user} if user else {})})[1]

    answer = ask("researcher", "ann")
    assert "errors" not in answer, answer
    job = answer["data"]["backtest"]
    assert job == {"status": "completed", "created_by": "ann",
                   "workspace_id": "11111111-1111-4111-8111-111111111111",
                   "run_summaries": [{"total_trades": 1}]}
    assert ask("viewer", "ann")["errors"][0]["message"] == "no mutations exist"
    jobs = desk.sql("select count(*) from control.experiment_job")
    refused = ask("researcher", "bob", "11111111-1111-4111-8111-111111111111")["errors"][0]
    assert "you may not change anything in it" in refused["message"]
    refused = ask("researcher", "bob")["errors"][0]
    assert "'bob' is in no workspace in which it may change anything" in refused["message"]
    # Without a user there are no memberships to look at, and the workspace is `default` alone.
    refused = ask("operator", None, "11111111-1111-4111-8111-111111111111")["errors"][0]
    assert "you may not change anything in it" in refused["message"]
    assert desk.sql("select count(*) from control.experiment_job") == jobs
    assert ask("operator", None)["data"]["backtest"]["created_by"] == "operator"
