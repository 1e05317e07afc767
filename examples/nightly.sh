#!/bin/bash
# Brings bars in, sweeps a strategy over them, and promotes the best run. Usage: nightly.sh SYMBOL...
set -euo pipefail

server=${APUS_SERVER:-http://127.0.0.1:8080}
secret=${HASURA_GRAPHQL_ADMIN_SECRET:-}
provider=${PROVIDER:-csv}
from=${FROM:-2014-01-01}
alias=${ALIAS:-nightly}
[ $# -gt 0 ] || { echo "usage: $0 SYMBOL..." >&2; exit 2; }
symbols=$(printf ',"%s"' "$@")
symbols="[${symbols:1}]"

# Sends a request of GraphQL with its variables in JSON; stops at errors.
ask() {
  local answer
  answer=$(curl -sS --fail-with-body "$server/v1/graphql" -H 'content-type: application/json' \
    -H "x-hasura-admin-secret: $secret" --data-binary @- <<<"{\"query\": \"${1//$'\n'/ }\", \"variables\": $2}") ||
    { echo "$server did not answer the request${answer:+: $answer}" >&2; return 1; }
  case $answer in
  '{"errors"'*) echo "$answer" >&2; return 1 ;;
  esac
  echo "$answer"
}

# The first value of a member that is a string.
field() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" | head -1; }

echo "ingesting $* from $provider"
job=$(ask 'mutation ($symbols: [String!]!, $provider: String!, $from: date) {
  ingest_market_data(provider: $provider, symbols: $symbols, from: $from, mode: \"backfill\", wait: true,
    wait_timeout: 600) { id status error_message } }' \
  "{\"symbols\": $symbols, \"provider\": \"$provider\", \"from\": \"$from\"}")
case $job in
*'"status":"completed"'*) ;;
*) echo "the ingestion did not succeed: $job" >&2; exit 1 ;;
esac

# The key of the sweep: as long as no bars are new, the same symbols have the same job and the same runs.
version=$(ask 'query ($dataset: String!) { ingestion_dataset_versions(where: {dataset_id: {_eq: $dataset},
  is_current: {_eq: true}}) { snapshot_id } }' "{\"dataset\": \"$provider.daily\"}" | field snapshot_id)
key="nightly sma_cross $* $version"

echo "sweeping sma_cross over $version"
sweep=$(ask 'mutation ($symbols: [String!]!, $key: String!) { backtest(strategy: \"sma_cross\", symbols: $symbols,
  parameters: {fast: [5, 10, 20], slow: [30, 50, 100]}, commission: 0.0005, idempotency_key: $key) { id } }' \
  "{\"symbols\": $symbols, \"key\": \"$key\"}" | field id)

# `apus job watch` draws a bar in a terminal; here a request every second does.
while :; do
  state=$(ask 'query ($id: uuid!) { job(id: $id) { status progress error_message } }' "{\"id\": \"$sweep\"}")
  status=$(field status <<<"$state")
  echo "  $status"
  case $status in
  completed) break ;;
  pending | running) sleep 1 ;;
  *) echo "the sweep $sweep did not succeed, retry_job runs it again: $state" >&2; exit 1 ;;
  esac
done

best=$(ask 'query ($job: uuid!) { backtests_run_summary(where: {job_id: {_eq: $job}}, limit: 1,
  order_by: [{sharpe_ratio: desc_nulls_last}, {drawdown: asc}, {run_id: asc}]) {
    run_id sharpe_ratio drawdown parameters } }' "{\"job\": \"$sweep\"}")
echo "best: $best"
run=$(field run_id <<<"$best")

ask 'mutation ($run: uuid!, $alias: String!) { promote(run_id: $run, alias: $alias) { status result } }' \
  "{\"run\": \"$run\", \"alias\": \"$alias\"}"
