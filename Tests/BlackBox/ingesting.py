"""A desk that ingests: its server, a provider of data that does as it is told, and what is asked of them."""

import time

import pytest
from conftest import BINARY, ROOT
from providers import FakeProvider
from stack import Stack

SECRETS = {"APCA_API_KEY_ID": "KEYID-3141592653", "APCA_API_SECRET_KEY": "SECRET-2718281828",
           "POLYGON_API_KEY": "POLYGON-1618033988", "FRED_API_KEY": "abcdef0123456789abcdef0123456789",
           "TRADIER_ACCESS_TOKEN": "TOKEN-5772156649", "TRADIER_ACCOUNT_ID": "VA12345678"}
SYMBOLS = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "SPY", "TSLA", "AAPL"]


@pytest.fixture(scope="module")
def provider():
    provider = FakeProvider()
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bars")


@pytest.fixture(scope="module")
def desk(provider, folder):
    arguments = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"),
                 "--metadata-dir", str(ROOT / "metadata"), "--bars-dir", str(folder),
                 "--provider-timeout", "1"]
    for name in ["alpaca-url", "alpaca-data-url", "tradier-url", "polygon-url", "fred-url"]:
        arguments += [f"--{name}", provider.url]
    with Stack(BINARY, arguments=arguments, environment=SECRETS, serve=False) as stack:
        stack.start_server(wait=60)
        stack.sql("update control.job_kind set backoff_seconds = 0.05; "
                  "insert into market_data.symbols (symbol) values "
                  + ",".join(f"('{symbol}')" for symbol in SYMBOLS))
        yield stack
        # No secret of a provider is anywhere that others read.
        texts = stack.log() + stack.sql("""
            select row_to_json(j) from control.experiment_job j
            union all select row_to_json(e) from control.job_event e
            union all select row_to_json(r) from ingestion.runs r
            union all select row_to_json(e) from ingestion.run_events e
            union all select row_to_json(a) from control.job_artifact a""")
        for name, secret in SECRETS.items():
            assert name == "TRADIER_ACCOUNT_ID" or secret not in texts, name


INGEST = """
mutation ($provider: String!, $symbols: [String!]!, $from: date, $to: date, $mode: String,
    $manifest: jsonb) {
  ingest_market_data(provider: $provider, symbols: $symbols, from: $from, to: $to, mode: $mode,
      manifest: $manifest, wait: true) {
    id status error_code error_message result attempts
    runs(order_by: {created_at: asc}) {
      run_id status stage error_message rows_read rows_written trigger_kind retry_of
      dataset_versions { snapshot_id is_current status manifest }
      quality_checks(order_by: {check_name: asc}) { check_name status severity observed details }
    }
  }
}"""


def ingest(desk, **variables):
    return desk.graphql(INGEST, variables)["ingest_market_data"]


def refused(desk, **variables):
    before = desk.sql("select count(*) from control.experiment_job")
    _, answer = desk.post("/v1/graphql", {"query": INGEST, "variables": variables})
    assert desk.sql("select count(*) from control.experiment_job") == before
    return answer["errors"][0]["message"]


def write_csv(folder, symbol, bars):
    lines = [f"{day},{o},{h},{low},{c},{v}" for _, day, o, h, low, c, v in bars]
    (folder / f"{symbol}.csv").write_text("date,open,high,low,close,volume\n" + "\n".join(lines) + "\n")


def stored(desk, symbol):
    return desk.graphql("""query ($symbol: String!) { market_data_ohlcv(
        where: {symbol: {_eq: $symbol}}, order_by: {ts: asc}) { ts open high low close volume } }""",
                        {"symbol": symbol})["market_data_ohlcv"]


def current(desk, dataset):
    return desk.sql("select snapshot_id from ingestion.dataset_versions "
                    f"where dataset_id = '{dataset}' and is_current").strip()


ROLLBACK = """mutation ($dataset: String!, $snapshot: String!) {
    rollback_dataset(dataset: $dataset, snapshot: $snapshot) { is_current snapshot_id } }"""


def rollback(desk, snapshot, dataset="csv.daily"):
    answer = desk.graphql(ROLLBACK, {"dataset": dataset, "snapshot": snapshot})["rollback_dataset"]
    assert answer == {"is_current": True, "snapshot_id": snapshot}
    assert current(desk, dataset) == snapshot


def mark(desk, dataset, symbol):
    """Up to when a symbol has been pulled, and from when."""
    return desk.sql(f"""select (watermark_at at time zone 'UTC')::date || ' ' || cursor_token
        from ingestion.watermarks where dataset_id = '{dataset}' and partition_key = '{symbol}'""").strip()


def span(desk, symbol):
    return desk.sql(f"""select first_date || ' ' || last_date from market_data.symbols
        where symbol = '{symbol}'""").strip()


def wait_for(desk, job):
    query = """query ($id: uuid!) { job(id: $id) { status error_message
        runs(order_by: {created_at: asc}) { status rows_written } } }"""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = desk.graphql(query, {"id": job})["job"]
        if found["status"] not in ("pending", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


WINDOW = {"from": "2024-01-02", "to": "2024-01-05", "mode": "backfill"}


def alpaca_bar(day, close=2.5):
    return {"t": f"{day}T05:00:00Z", "o": 2, "h": 3.25, "l": 1.5, "c": close, "v": 1000, "n": 7, "vw": 2.1}
