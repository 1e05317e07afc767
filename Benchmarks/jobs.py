#!/usr/bin/env python3
"""The figures of jobs: the queue, workers that are killed, sweeps, backfills.

Usage: jobs.py [--binary PATH] [queue] [kill] [sweep] [backfill]; all of them without a name.
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

from automation import make_bars, store_bars  # noqa: E402
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


def measure_sweep(binary):
    symbols = ["AAPL", "FB", "GOOG", "IBM", "MSFT"]
    fast, slow = list(range(2, 22)), list(range(25, 125, 5))
    with Stack(binary, arguments=ARGUMENTS) as stack:
        for symbol in symbols:
            store_bars(stack, make_bars(symbol, 3268, seed=4))
        query = """mutation ($symbols: [String!]!, $parameters: jsonb) { backtest(strategy: "sma_cross",
            symbols: $symbols, parameters: $parameters, wait: true, wait_timeout: 600) { status result
            id error_message } }"""
        variables = {"symbols": symbols, "parameters": {"fast": fast, "slow": slow, "each_symbol": True}}
        times = []
        for _ in range(3):
            start = time.monotonic()
            job = stack.graphql(query, variables)["backtest"]
            times.append(time.monotonic() - start)
            assert job["status"] == "completed", job
        own = min(times) / job["result"]["runs"]
        trades = stack.sql(f"select sum(total_trades) from backtests.run_summary where job_id = '{job['id']}'")
    import test_backtests
    sample = [(symbol, quick, long) for symbol in symbols[:2] for quick in fast[::7] for long in slow[::7]]
    start = time.monotonic()
    for symbol, quick, long in sample:
        test_backtests.run_reference(make_bars(symbol, 3268, seed=4), test_backtests.sma_cross(quick, long))
    other = (time.monotonic() - start) / len(sample)
    print(f"sweep: {job['result']['runs']} runs of 3268 bars, {own * 1000:.2f} ms a run with all that is "
          f"stored ({trades.strip()} trades), best of {['%.2f s' % one for one in times]}; backtesting "
          f"{other * 1000:.1f} ms a run over {len(sample)}: {other / own:.0f} times")


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
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []])
    options = parser.parse_args()
    for name in options.names or MEASURES:
        MEASURES[name](options.binary)
