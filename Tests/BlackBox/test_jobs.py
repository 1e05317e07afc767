"""Workers that die, and schedules that several servers look at."""

import os
import random
import signal
import subprocess
import time

import pytest
from automation import make_bars, store_bars
from conftest import BINARY, ROOT
from stack import Stack, free_port

ARGUMENTS = ["--migrations-dir", str(ROOT / "Migrations"), "--metadata-dir", str(ROOT / "metadata")]


@pytest.fixture
def desk():
    """A server that does no jobs of its own."""
    with Stack(BINARY, arguments=["--migrate", "--workers", "0", *ARGUMENTS], serve=False) as stack:
        stack.start_server(wait=60)
        yield stack


class Workers:
    """`apus worker` processes over one database."""

    def __init__(self, stack, *arguments):
        self.stack, self.arguments, self.running = stack, arguments, []

    def start(self):
        self.running.append(subprocess.Popen(
            [BINARY, "worker", *self.arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=self.stack.server_environment(), cwd=self.stack.folder))

    def kill(self):
        victim = self.running.pop(random.randrange(len(self.running)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()

    def stop(self):
        for worker in self.running:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(timeout=30) for worker in self.running]
        self.running = []
        return codes


def add_noops(stack, count, spec="{}"):
    stack.sql(f"""insert into control.experiment_job (workspace_id, kind, spec_ref, spec, created_by, max_attempts)
        select workspace_id, 'noop', 'test', '{spec}', 'tester', 100 from control.workspace, generate_series(1, {count})
        where name = 'default'""")


def wait_until(stack, sql, expected, seconds):
    deadline = time.monotonic() + seconds
    while (found := stack.sql(sql).strip()) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def test_workers_that_are_killed_lose_no_job_and_double_none(desk):
    add_noops(desk, 400, '{"milliseconds": 100}')
    workers = Workers(desk, "--workers", "8", "--job-lease", "1")
    for _ in range(2):
        workers.start()
    end = time.monotonic() + float(os.environ.get("APUS_TEST_KILL_SECONDS", "8"))
    while time.monotonic() < end:
        time.sleep(1)
        workers.kill()
        workers.start()
    assert wait_until(desk, "select string_agg(distinct status, ',') from control.experiment_job",
                      "completed", 60) == "completed"
    assert workers.stop() == [0, 0]
    # One end each; each attempt before it ended with its lease; the end is the last holder's.
    assert desk.sql("""
        select count(*) from control.experiment_job j where
          (select count(*) from control.job_event e where e.job_id = j.job_id and event_type = 'complete') <> 1
          or j.attempts <> 1 + (select count(*) from control.job_event e where e.job_id = j.job_id
                                and payload->>'code' = 'lease-expired')
          or j.fence <> j.attempts or (j.result->>'fence')::bigint <> j.fence""").strip() == "0"
    assert int(desk.sql("select count(*) from control.job_event where payload->>'code' = 'lease-expired'")) > 0


def test_a_worker_that_is_told_to_stop_gives_its_jobs_to_others(desk):
    add_noops(desk, 4, '{"milliseconds": 60000}')
    workers = Workers(desk, "--workers", "4")
    workers.start()
    assert wait_until(desk, "select count(*) from control.experiment_job where status = 'running'",
                      "4", 20) == "4"
    assert workers.stop() == [0]
    assert desk.sql("select distinct status, attempts from control.experiment_job").strip() == "pending|0"


def test_schedules_add_one_job_for_each_time_whatever_the_number_of_servers(desk):
    store_bars(desk, make_bars("AAA", 30, seed=1))
    second = subprocess.Popen(
        [BINARY, "serve", *desk.arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=desk.folder, env={**desk.server_environment(),
                              "HASURA_GRAPHQL_SERVER_PORT": str(free_port())})
    try:
        trigger = {"name": "often", "schedule": "* * * * *", "timezone": "America/New_York",
                   "webhook": "apus:backtest", "payload": {"strategy": "buy_and_hold", "symbols": ["AAA"]}}
        assert desk.metadata({"type": "create_cron_trigger", "args": trigger}) == {"message": "success"}
        jobs = "select count(*) > 0 and count(*) = count(distinct scheduled_for) from control.experiment_job"
        assert wait_until(desk, jobs, "t", 90) == "t"
        time.sleep(16)
        assert desk.sql(jobs).strip() == "t"
        assert desk.sql("select distinct created_by, schedule_name, kind from control.experiment_job"
                        ).strip() == "schedule:often|often|backtest"
        for change, message in [
                ({"name": "x", "webhook": "apus:job"}, "'job' is no mutation that starts jobs"),
                ({"name": "x", "payload": {"symbols": ["AAA"]}}, "its payload lacks 'strategy'"),
                ({"name": "often"}, "already exists")]:
            with pytest.raises(RuntimeError, match=message):
                desk.metadata({"type": "create_cron_trigger", "args": {**trigger, **change}})
        desk.metadata({"type": "delete_cron_trigger", "args": {"name": "often"}})
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(timeout=30)


BACKTEST = """mutation ($symbols: [String!]!, $key: String, $wait: Int) {
  backtest(strategy: "buy_and_hold", symbols: $symbols, idempotency_key: $key, wait: true,
      wait_timeout: $wait) { id status } }"""


def test_who_waits_for_a_job_waits_no_longer_than_said(desk):
    store_bars(desk, make_bars("AAA", 30, seed=1))
    start = time.monotonic()
    job = desk.graphql(BACKTEST, {"symbols": ["AAA"], "wait": 1})["backtest"]
    assert job["status"] == "pending" and time.monotonic() - start >= 1
    # A worker has it done while another request waits for the same job.
    workers = Workers(desk)
    workers.start()
    again = desk.graphql(BACKTEST.replace("$key: String, ", "").replace("idempotency_key: $key, ", ""),
                         {"symbols": ["AAA"], "wait": 60})["backtest"]
    assert again["status"] == "completed" and again["id"] != job["id"]
    assert wait_until(desk, "select distinct status from control.experiment_job", "completed", 20) == "completed"
    assert workers.stop() == [0]
    for seconds in (-1, 3601):
        status, answer = desk.post("/v1/graphql", {"query": BACKTEST, "variables": {
            "symbols": ["AAA"], "wait": seconds}})
        assert answer["errors"][0]["message"] == f"{seconds} is not from 0 to 3600"
    assert desk.sql("select count(*) from control.experiment_job").strip() == "2"


def test_a_key_has_one_job_whether_it_is_an_argument_or_a_header(desk):
    store_bars(desk, make_bars("AAA", 30, seed=1))
    query = 'mutation { backtest(strategy: "buy_and_hold", symbols: ["AAA"]) { id } }'

    def ask(key, text=query, user=None):
        headers = {"idempotency-key": key}
        if user:
            headers["x-hasura-user-id"] = user
        return desk.graphql(text, headers=headers)["backtest"]["id"]

    first = ask("night-1")
    assert ask("night-1") == first
    assert ask("night-2") != first
    # Another caller's keys are others.
    assert ask("night-1", user="ann") != first
    assert desk.sql("select count(*) from control.experiment_job").strip() == "3"
    named = query.replace("]) {", '], idempotency_key: "night-3") {')
    jobs = {desk.graphql(named)["backtest"]["id"] for _ in range(3)}
    assert len(jobs) == 1
    assert desk.sql("select count(*) from control.experiment_job").strip() == "4"
