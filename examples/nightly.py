#!/usr/bin/env python3
"""Brings bars in, sweeps a strategy over them, and promotes the best run. Usage: nightly.py SYMBOL..."""

import os
import sys
import time

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

INGEST = gql("""
mutation ($provider: String!, $symbols: [String!]!, $from: date) {
  ingest_market_data(provider: $provider, symbols: $symbols, from: $from, mode: "backfill", wait: true,
      wait_timeout: 600) {
    status error_message result
    runs { rows_written quality_checks(where: {status: {_neq: "pass"}}) { check_name status observed } }
  }
}""")

VERSION = gql("""
query ($dataset: String!) {
  ingestion_dataset_versions(where: {dataset_id: {_eq: $dataset}, is_current: {_eq: true}}) { snapshot_id }
}""")

SWEEP = gql("""
mutation ($symbols: [String!]!, $key: String!) {
  backtest(strategy: "sma_cross", symbols: $symbols, commission: 0.0005, idempotency_key: $key,
      parameters: {fast: [5, 10, 20], slow: [30, 50, 100]}) { id }
}""")

WATCH = gql("""query ($id: uuid!) { job(id: $id) { status progress error_message } }""")

LEADERBOARD = gql("""
query ($job: uuid!) {
  backtests_run_summary(where: {job_id: {_eq: $job}}, limit: 5,
      order_by: [{sharpe_ratio: desc_nulls_last}, {drawdown: asc}, {run_id: asc}]) {
    run_id parameters sharpe_ratio drawdown total_trades
  }
}""")

PROMOTE = gql("""
mutation ($run: uuid!, $alias: String!) {
  promote(run_id: $run, alias: $alias) {
    status result serving_activations { alias is_active serving { serving_id } }
  }
}""")


def ask(client, document, **variables):
    return client.execute(document, variable_values=variables)


def main(symbols):
    transport = RequestsHTTPTransport(
        url=os.environ.get("APUS_SERVER", "http://127.0.0.1:8080") + "/v1/graphql", timeout=660,
        headers={"x-hasura-admin-secret": os.environ.get("HASURA_GRAPHQL_ADMIN_SECRET", "")})
    client = Client(transport=transport)

    provider = os.environ.get("PROVIDER", "csv")
    job = ask(client, INGEST, symbols=symbols, provider=provider,
              **{"from": os.environ.get("FROM", "2014-01-01")})["ingest_market_data"]
    if job["status"] != "completed":
        sys.exit(f"the ingestion did not succeed: {job['error_message']}")
    print("ingested:", job["result"])

    # The key of the sweep: as long as no bars are new, the same symbols have the same job and the same runs.
    version = ask(client, VERSION, dataset=provider + ".daily")["ingestion_dataset_versions"][0]["snapshot_id"]
    key = " ".join(["nightly sma_cross", *symbols, version])
    sweep = ask(client, SWEEP, symbols=symbols, key=key)["backtest"]["id"]
    while (job := ask(client, WATCH, id=sweep)["job"])["status"] in ("pending", "running"):
        print(" ", job["status"], (job["progress"] or {}).get("message", ""))
        time.sleep(1)
    if job["status"] != "completed":
        sys.exit(f"the sweep {sweep} did not succeed, retry_job runs it again: {job['error_message']}")

    runs = ask(client, LEADERBOARD, job=sweep)["backtests_run_summary"]
    for run in runs:
        print(run["parameters"], "Sharpe", run["sharpe_ratio"], "drawdown", run["drawdown"])
    promoted = ask(client, PROMOTE, run=runs[0]["run_id"],
                   alias=os.environ.get("ALIAS", "nightly"))["promote"]
    print("promoted:", promoted["result"])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: nightly.py SYMBOL...")
    main(sys.argv[1:])
