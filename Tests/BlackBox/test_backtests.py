"""Backtests over GraphQL, compared with what others compute from the same bars."""

import warnings

import pytest
from automation import BACKTEST, backtest, make_bars, store_bars
from conftest import BINARY, ROOT, run_apus
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


def frame(bars):
    import pandas
    return pandas.DataFrame(
        {name: [bar[index] for bar in bars]
         for index, name in enumerate(["Open", "High", "Low", "Close", "Volume"], start=2)},
        index=pandas.DatetimeIndex([str(bar[1]) for bar in bars]))


def run_reference(bars, strategy, cash=100_000, prices=None):
    """The trades of PyPI's `backtesting`: entry and exit bar, size, prices and profit."""
    prices = frame(bars) if prices is None else prices
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from backtesting import Backtest
        done = Backtest(prices, strategy, cash=cash, finalize_trades=True).run()
    trades = done["_trades"].sort_values(["EntryBar", "ExitBar"])
    return [(str(bars[entry][1]), str(bars[leave][1]), int(size), entry_price, exit_price, profit)
            for entry, leave, size, entry_price, exit_price, profit in
            zip(trades.EntryBar, trades.ExitBar, trades.Size, trades.EntryPrice, trades.ExitPrice,
                trades.PnL)]


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


def sma_cross(fast, slow, short=False):
    from backtesting import Strategy
    from backtesting.lib import crossover
    from backtesting.test import SMA

    class Cross(Strategy):
        def init(self):
            self.quick = self.I(SMA, self.data.Close, fast)
            self.slow = self.I(SMA, self.data.Close, slow)

        def next(self):
            if crossover(self.quick, self.slow):
                self.position.close()
                self.buy()
            elif crossover(self.slow, self.quick):
                self.position.close()
                if short:
                    self.sell()

    return Cross


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


def wilder(closes, period):
    """Wilder's index, begun with plain means."""
    import numpy
    gain = loss = 0.0
    result = [numpy.nan] * len(closes)
    for index in range(1, len(closes)):
        change = closes[index] - closes[index - 1]
        up, down = max(change, 0), max(-change, 0)
        if index <= period:
            gain, loss = gain + up / period, loss + down / period
        else:
            gain = (gain * (period - 1) + up) / period
            loss = (loss * (period - 1) + down) / period
        if index >= period:
            result[index] = 100 if loss == 0 else 100 - 100 / (1 + gain / loss)
    return numpy.array(result)


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


def simulate(bars, targets, shares, cash=100_000):
    """Trades by the rules of the documentation: `targets` has for each symbol a side for each bar, or nan.

    What is decided at a close fills at the next open, sales before purchases; whole units; an entry
    takes a share of the equity and never more than is there; the last close ends everything.
    """
    held, pending, trades, earned = {}, {}, [], cash
    count = len(next(iter(bars.values())))

    def leave(symbol, day, price):
        nonlocal earned
        size, entry_day, entry_price = held.pop(symbol)
        earned += size * (price - entry_price)
        trades.append((str(bars[symbol][entry_day][1]), str(bars[symbol][day][1]), size, entry_price, price,
                       size * (price - entry_price)))

    for day in range(count):
        opens = {symbol: bars[symbol][day][2] for symbol in bars}
        now = {symbol: (size > 0) - (size < 0) for symbol, (size, *_) in held.items()}
        wanted = {symbol: side for symbol, side in pending.items() if side != now.get(symbol, 0)}
        pending = {}
        for symbol in wanted:
            if symbol in held:
                leave(symbol, day, opens[symbol])
        for symbol, side in wanted.items():
            equity = earned + sum(size * (opens[name] - entry) for name, (size, _, entry) in held.items())
            used = sum(abs(size) * opens[name] for name, (size, *_) in held.items())
            units = int(min(equity / shares, max(0, equity - used)) // opens[symbol])
            if side and units:
                held[symbol] = (side * units, day, opens[symbol])
        for symbol in bars:
            if day + 1 == count and symbol in held:
                leave(symbol, day, bars[symbol][day][5])
            elif targets[symbol][day] == targets[symbol][day]:
                pending[symbol] = int(targets[symbol][day])
    return trades


def crossings(line, base, short):
    import numpy
    up = (line.shift(1) < base.shift(1)) & (line > base)
    down = (line.shift(1) > base.shift(1)) & (line < base)
    return numpy.where(up, 1.0, numpy.where(down, -1.0 if short else 0.0, numpy.nan))


def macd_targets(bars, fast, slow, signal, short):
    import numpy
    targets = {}
    for symbol, rows in bars.items():
        close = frame(rows).Close
        line = close.ewm(span=fast, adjust=False).mean() - close.ewm(span=slow, adjust=False).mean()
        targets[symbol] = crossings(line, line.ewm(span=signal, adjust=False).mean(), short)
        targets[symbol][:slow + signal - 2] = numpy.nan
    return targets


def donchian_targets(bars, entry, exit, short):
    targets = {}
    for symbol, rows in bars.items():
        prices = frame(rows)
        top, bottom = prices.High.rolling(entry).max().shift(1), prices.Low.rolling(entry).min().shift(1)
        over, under = prices.High.rolling(exit).max().shift(1), prices.Low.rolling(exit).min().shift(1)
        side, sides = 0, []
        for close, high, low, out_high, out_low in zip(prices.Close, top, bottom, over, under):
            before = side
            if close > high:
                side = 1
            elif short and close < low:
                side = -1
            elif (side == 1 and close < out_low) or (side == -1 and close > out_high):
                side = 0
            sides.append(side if side != before else float("nan"))
        targets[symbol] = sides
    return targets


def momentum_targets(bars, lookback, top, rebalance):
    import pandas
    close = pandas.DataFrame({symbol: frame(rows).Close for symbol, rows in bars.items()})
    gains = close.pct_change(lookback)
    targets = {symbol: [float("nan")] * len(close) for symbol in bars}
    for day in range(lookback, len(close), rebalance):
        best = gains.iloc[day].sort_values(ascending=False)[:top]
        for symbol in bars:
            targets[symbol][day] = 1 if best.get(symbol, 0) > 0 else 0
    return targets


def pairs_targets(bars, lookback, entry, exit):
    import numpy
    first, second = (frame(rows).Close for rows in bars.values())
    spread = numpy.log(first / second)
    score = (spread - spread.rolling(lookback).mean()) / spread.rolling(lookback).std()
    side = numpy.where(score > entry, -1.0, numpy.where(
        score < -entry, 1.0, numpy.where(abs(score) < exit, 0.0, numpy.nan)))
    return dict(zip(bars, (side, -side)))


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
