"""Bars and requests that the tests of jobs, ingestion and backtests share."""

import datetime
import random


def make_days(count, start=datetime.date(2015, 1, 2)):
    """So many weekdays."""
    days, day = [], start
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += datetime.timedelta(days=1)
    return days


def make_bars(symbol, count, seed):
    """Daily bars of a random walk, prices in cents: (symbol, day, open, high, low, close, volume)."""
    walk = random.Random(f"{symbol}/{seed}")
    price, bars = 100.0, []
    for day in make_days(count):
        start = max(1.0, price * (1 + walk.gauss(0, 0.006)))
        price = max(1.0, start * (1 + walk.gauss(0.0003, 0.014)))
        cents = [round(start * 100), round(price * 100)]
        high = max(cents) + walk.randrange(0, 90)
        low = max(50, min(cents) - walk.randrange(0, 90))
        bars.append((symbol, day, cents[0] / 100, high / 100, low / 100, cents[1] / 100,
                     walk.randrange(1000, 900000)))
    return bars


def store_bars(stack, bars):
    """Puts bars into the database as an ingestion would date them."""
    symbols = sorted({bar[0] for bar in bars})
    names = ",".join(f"('{symbol}')" for symbol in symbols)
    rows = ",\n".join(
        f"('{symbol}','{day} 00:00 America/New_York'::timestamptz,{open_},{high},{low},{close},{volume})"
        for symbol, day, open_, high, low, close, volume in bars)
    stack.sql(f"""
        insert into market_data.symbols (symbol) values {names} on conflict do nothing;
        insert into market_data.ohlcv (symbol, ts, open, high, low, close, volume) values {rows};""")


BACKTEST = """
mutation ($strategy: String!, $symbols: [String!]!, $parameters: jsonb, $cash: numeric,
    $commission: numeric, $slippage: numeric, $from: date, $to: date, $key: String) {
  backtest(strategy: $strategy, symbols: $symbols, parameters: $parameters, cash: $cash,
      commission: $commission, slippage: $slippage, from: $from, to: $to, idempotency_key: $key,
      wait: true) {
    id status error_message result
    run_summaries(order_by: {run_id: asc}) {
      run_id project parameters symbols total_trades total_orders start_equity end_equity net_profit
      sharpe_ratio sortino_ratio calmar_ratio drawdown compounding_annual_return
      annual_standard_deviation win_rate profit_factor exposure metric_convention statistics
      start_date end_date config_hash
      trades(order_by: {trade_no: asc}) {
        symbol direction quantity entry_time entry_price exit_time exit_price profit_loss total_fees }
    }
  }
}"""


def backtest(stack, **variables):
    """Runs a backtest to its end and returns the job."""
    job = stack.graphql(BACKTEST, variables)["backtest"]
    assert job["status"] == "completed", job
    return job
