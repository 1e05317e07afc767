"""Ingestion over GraphQL: files and providers of data, with all that can go wrong on the way."""

import hashlib
import json
import struct

import pytest
from automation import make_bars
from conftest import BINARY, ROOT
from providers import FakeProvider, fixture
from stack import Stack

SECRETS = {"APCA_API_KEY_ID": "KEYID-3141592653", "APCA_API_SECRET_KEY": "SECRET-2718281828",
           "POLYGON_API_KEY": "POLYGON-1618033988", "FRED_API_KEY": "abcdef0123456789abcdef0123456789",
           "TRADIER_ACCESS_TOKEN": "TOKEN-5772156649", "TRADIER_ACCOUNT_ID": "VA12345678"}
SYMBOLS = ["AAA", "BBB", "CCC", "SPY", "TSLA", "AAPL"]


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


def test_bars_of_files_are_published_once_and_no_more(desk, folder):
    for symbol in ["AAA", "BBB"]:
        write_csv(folder, symbol, make_bars(symbol, 300, seed=1))
    job = ingest(desk, provider="csv", symbols=["AAA", "BBB"], mode="backfill")
    assert job["status"] == "completed", job
    (run,) = job["runs"]
    assert (run["status"], run["stage"], run["rows_read"], run["rows_written"]) == (
        "succeeded", "record", 600, 600)
    assert [version["is_current"] for version in run["dataset_versions"]] == [True]
    (version,) = run["dataset_versions"]
    assert version["manifest"]["snapshot_id"] == version["snapshot_id"] == "csv.daily@1"
    assert {check["check_name"]: check["status"] for check in run["quality_checks"]} == {
        "closed_days": "warn", "duplicates": "pass", "gaps": "pass", "not_empty": "pass",
        "ohlc_order": "pass", "outliers": "pass", "readable": "pass", "staleness": "pass"}
    bars = stored(desk, "AAA")
    assert len(bars) == 300
    assert bars[0]["ts"] == "2015-01-02T05:00:00+00:00"
    first = make_bars("AAA", 300, seed=1)[0]
    assert [float(bars[0][name]) for name in ["open", "high", "low", "close", "volume"]] == list(first[2:])
    again = ingest(desk, provider="csv", symbols=["AAA", "BBB"], mode="backfill")
    assert again["status"] == "completed"
    assert again["result"] == {"unchanged": True, "rows_written": 0}
    assert again["runs"] == []


def test_a_changed_file_makes_a_version_and_rolls_back(desk, folder):
    bars = make_bars("CCC", 50, seed=1)
    write_csv(folder, "CCC", bars)
    first = ingest(desk, provider="csv", symbols=["CCC"], mode="backfill")
    bars[-1] = bars[-1][:5] + (bars[-1][5], 1)
    write_csv(folder, "CCC", bars)
    second = ingest(desk, provider="csv", symbols=["CCC"], mode="backfill")
    assert second["runs"][0]["rows_written"] == 1
    old, new = [job["runs"][0]["dataset_versions"][0]["snapshot_id"] for job in (first, second)]
    assert current(desk, "csv.daily") == new
    rollback = """mutation ($snapshot: String!) {
        rollback_dataset(dataset: "csv.daily", snapshot: $snapshot) { is_current snapshot_id } }"""
    assert desk.graphql(rollback, {"snapshot": old})["rollback_dataset"] == {
        "is_current": True, "snapshot_id": old}
    assert current(desk, "csv.daily") == old
    _, answer = desk.post("/v1/graphql", {"query": rollback, "variables": {"snapshot": "x@1"}})
    assert "has no snapshot 'x@1'" in answer["errors"][0]["message"]
    line = desk.graphql("""query ($snapshot: String!) { lineage(snapshot: $snapshot) {
        run { window_start params job { spec } } parent_version { snapshot_id } } }""",
                        {"snapshot": new})["lineage"]
    assert line["run"]["job"]["spec"]["symbols"] == ["CCC"]
    assert line["parent_version"]["snapshot_id"] == old


@pytest.mark.parametrize("change,check", [
    (lambda bars: bars[:10] + [bars[9][:2] + (1, 2, 0.5, 1.5, 3)] + bars[10:], "duplicates"),
    (lambda bars: bars[:10] + [bars[10][:3] + (1.0,) + bars[10][4:]] + bars[11:], "ohlc_order"),
    (lambda bars: bars[:10] + bars[30:], "gaps"),
    (lambda bars: [], "not_empty"),
    (lambda bars: bars[:10] + [bars[10][:2] + ("x",) + bars[10][3:]] + bars[11:], "readable"),
])
def test_a_failed_check_publishes_nothing(desk, folder, change, check):
    before = current(desk, "csv.daily"), desk.sql("select count(*) from market_data.ohlcv")
    marks = desk.sql("select * from ingestion.watermarks order by 1, 2")
    write_csv(folder, "TSLA", change(make_bars("TSLA", 60, seed=2)))
    job = ingest(desk, provider="csv", symbols=["TSLA"], mode="backfill")
    assert (job["status"], job["error_code"], job["attempts"]) == ("failed", "quality", 1)
    assert check in job["error_message"]
    (run,) = job["runs"]
    assert (run["status"], run["error_message"]) == ("failed", job["error_message"])
    failed = [one for one in run["quality_checks"] if one["status"] == "fail"]
    assert [one["check_name"] for one in failed] == [check]
    assert [version["status"] for version in run["dataset_versions"]] == ["rejected"]
    assert (current(desk, "csv.daily"), desk.sql("select count(*) from market_data.ohlcv")) == before
    assert desk.sql("select * from ingestion.watermarks order by 1, 2") == marks


def test_a_manifest_says_which_files_they_are(desk, folder):
    write_csv(folder, "SPY", make_bars("SPY", 30, seed=3))
    good = hashlib.sha256((folder / "SPY.csv").read_bytes()).hexdigest()
    job = ingest(desk, provider="csv", symbols=["SPY"], mode="backfill",
                 manifest={"files": [{"path": "SPY.csv", "sha256": "0" * 64}]})
    assert (job["status"], job["error_code"]) == ("failed", "manifest")
    job = ingest(desk, provider="csv", symbols=["SPY"], mode="backfill",
                 manifest={"files": [{"path": "SPY.csv", "sha256": good}]})
    assert job["status"] == "completed", job


@pytest.mark.parametrize("variables,message", [
    ({"provider": "nobody"}, "there is no provider 'nobody'"),
    ({"symbols": ["AAA", "NOPE"]}, "there is no file NOPE.csv"),
    ({"provider": "polygon", "symbols": ["NOPE"], "from": "2024-01-01"}, "unknown symbols: NOPE"),
    ({"symbols": ["../etc/passwd"]}, "can be no file's name"),
    ({"from": "2024-02-01", "to": "2024-01-01"}, "the window ends before it starts"),
    ({"mode": "sideways"}, "there is no mode 'sideways'"),
    ({"provider": "polygon", "symbols": ["AAA"]}, "wants the day that it begins at"),
    ({"manifest": {"files": []}}, "the manifest has to have a list 'files'"),
    ({"manifest": {"files": [{"path": "../x", "sha256": "0" * 64}]}}, "files[0].path of the manifest"),
    ({"manifest": {"files": [{"path": "x.csv", "sha256": "zz"}]}}, "files[0].sha256 of the manifest"),
    ({"provider": "lean"}, "APUS_LEAN_DATA_DIR is not set"),
])
def test_refuses_before_there_is_a_job(desk, folder, variables, message):
    assert message in refused(desk, **{"provider": "csv", "symbols": ["AAA"], "mode": "backfill",
                                       **variables})


def test_bars_in_databentos_encoding(desk, folder):
    header = struct.pack("<16sHQQQQBBB47x", b"TEST", 8, 0, 2**64 - 1, 0, 0, 0xFF, 0, 0)
    tail = struct.pack("<IIIII", 0, 0, 0, 0, 0)
    records = b"".join(
        struct.pack("<BBHIQqqqqQ", 14, 0x23, 1, 7, day * 86_400_000_000_000,
                    *[round(price * 10**9) for price in (2, 3.5, 1.25, 2.000000001)], 1234)
        for day in (19_000, 19_001))
    (folder / "SPY.dbn").write_bytes(
        b"DBN\x01" + struct.pack("<I", len(header) + len(tail)) + header + tail + records)
    job = ingest(desk, provider="dbn", symbols=["SPY"], mode="backfill")
    assert job["status"] == "completed", job
    bars = [bar for bar in stored(desk, "SPY") if bar["ts"].startswith("2022-01-0")]
    assert [bar["ts"][:10] for bar in bars] == ["2022-01-08", "2022-01-09"]
    assert [float(bars[0][name]) for name in ["open", "high", "low", "close", "volume"]] == [
        2, 3.5, 1.25, 2.000000001, 1234]
    (folder / "TSLA.dbn").write_bytes(b"no bars")
    job = ingest(desk, provider="dbn", symbols=["TSLA"], mode="backfill")
    assert (job["status"], job["error_code"]) == ("failed", "bad-file")


# -- Providers

WINDOW = {"from": "2024-01-02", "to": "2024-01-05", "mode": "backfill"}


def alpaca_bar(day, close=2.5):
    return {"t": f"{day}T05:00:00Z", "o": 2, "h": 3.25, "l": 1.5, "c": close, "v": 1000, "n": 7, "vw": 2.1}


def alpaca_pages(query):
    """Two pages, each with some of the symbols."""
    assert query["symbols"] == "AAPL,SPY" and query["timeframe"] == "1Day"
    if "page_token" not in query:
        return {"bars": {"AAPL": [alpaca_bar(f"2024-01-0{day}") for day in (2, 3, 4, 5)]},
                "next_page_token": "next"}
    return {"bars": {"SPY": [alpaca_bar(f"2024-01-0{day}") for day in (2, 3, 4, 5)]},
            "next_page_token": None}


def test_alpaca_is_asked_page_by_page_and_not_again(desk, provider):
    provider.reset({"/v2/stocks/bars": alpaca_pages})
    job = ingest(desk, provider="alpaca", symbols=["AAPL", "SPY"], **WINDOW)
    assert job["status"] == "completed", job
    assert job["runs"][0]["rows_written"] == 8 - 0
    assert provider.requests[0][2]["apca-api-key-id"] == SECRETS["APCA_API_KEY_ID"]
    assert len(provider.requests) == 2
    again = ingest(desk, provider="alpaca", symbols=["AAPL", "SPY"], **WINDOW)
    assert again["result"] == {"unchanged": True, "rows_written": 0}
    assert len(provider.requests) == 2


POLYGON = "/v2/aggs/ticker/{}/range/1/day/{}/{}"


def test_polygon_pages_stay_with_the_configured_server(desk, provider):
    path = POLYGON.format("TSLA", "2024-01-02", "2024-01-05")
    bar = {"o": 2, "h": 3, "l": 1, "c": 2.25, "v": 7.0790813e+07, "vw": 2, "n": 1}
    provider.reset({
        path: {"status": "OK", "results": [{**bar, "t": 1704171600000}, {**bar, "t": 1704258000000}],
               "next_url": "https://evil.example/next?cursor=abc"},
        "/next": {"status": "OK", "results": [{**bar, "t": 1704344400000}, {**bar, "t": 1704430800000}]}})
    job = ingest(desk, provider="polygon", symbols=["TSLA"], **WINDOW)
    assert job["status"] == "completed", job
    assert [request[0] for request in provider.requests] == [path, "/next"]
    bars = [bar for bar in stored(desk, "TSLA") if bar["ts"] >= "2024"]
    assert [bar["ts"][:10] for bar in bars] == ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]
    assert float(bars[0]["volume"]) == 70790813


def test_fred_pages_and_missing_values(desk, provider):
    def page(query):
        assert query["api_key"] == SECRETS["FRED_API_KEY"]
        offset = int(query["offset"])
        rows = [{"date": f"2024-0{n}-01", "value": "." if n == 2 else f"{n}.5",
                 "realtime_start": "2024-06-01", "realtime_end": "2024-06-01"} for n in range(1, 5)]
        return {"count": 4, "observations": rows[offset:offset + 2]}

    provider.reset({"/fred/series/observations": page})
    job = ingest(desk, provider="fred", symbols=["GDP"], **{"from": "2024-01-01", "to": "2024-05-01",
                                                            "mode": "backfill"})
    assert job["status"] == "completed", job
    assert desk.sql("select obs_date, value from economic_data.observations order by 1").split() == [
        "2024-01-01|1.50000000", "2024-02-01|", "2024-03-01|3.50000000", "2024-04-01|4.50000000"]
    if fixture("fred_observations_gnpca"):
        provider.reset({"/fred/series/observations": fixture("fred_observations_gnpca")})
        job = ingest(desk, provider="fred", symbols=["GNPCA"], **{
            "from": "1929-01-01", "to": "2012-12-31", "mode": "backfill"})
        assert job["status"] == "completed", job


GOOD = {"bars": {"AAA": [alpaca_bar(f"2024-01-0{day}") for day in (2, 3, 4, 5)]}, "next_page_token": None}


@pytest.mark.parametrize("year,trouble,requests", [
    (2001, (429, {"message": "too many requests."}, {"retry-after": "0"}), 2),
    (2002, (429, {"message": "too many requests."}, {}), 2),
    (2003, (503, "busy", {}), 2),
    (2004, "stall", 2),
    (2005, "cut", 2),
])
def test_troubles_that_pass_are_waited_for(desk, provider, year, trouble, requests):
    good = {"bars": {"AAA": [alpaca_bar(f"{year}-01-0{day}") for day in (3, 4, 5)]}}
    provider.reset({"/v2/stocks/bars": [trouble, good]})
    job = ingest(desk, provider="alpaca", symbols=["AAA"], **{
        "from": f"{year}-01-03", "to": f"{year}-01-05", "mode": "backfill"})
    assert (job["status"], job["attempts"]) == ("completed", 1), job
    assert len(provider.requests) == requests


@pytest.mark.parametrize("trouble,message", [
    ((401, {"code": 40110000, "message": "access key verification failed"}, {}),
     "alpaca answered 401: access key verification failed"),
    ((403, {"code": 40310000, "message": "forbidden"}, {}), "alpaca answered 403: forbidden"),
    ((422, {"code": 42210000, "message": "invalid symbol"}, {}), "alpaca answered 422: invalid symbol"),
])
def test_refusals_are_not_tried_again(desk, provider, trouble, message):
    provider.reset({"/v2/stocks/bars": trouble})
    job = ingest(desk, provider="alpaca", symbols=["BBB"], **WINDOW)
    assert (job["status"], job["attempts"], job["error_message"]) == ("failed", 1, message)
    assert len(provider.requests) == 1
    assert [run["status"] for run in job["runs"]] == ["failed"]


def test_a_provider_that_fails_half_way_leaves_nothing_and_the_retry_completes(desk, provider):
    first = {"bars": {"BBB": [alpaca_bar("2024-02-01")]}, "next_page_token": "next"}
    last = {"bars": {"BBB": [alpaca_bar("2024-02-02")]}, "next_page_token": None}
    provider.reset({"/v2/stocks/bars": [first, (200, "broken", {}), first, last]})
    job = ingest(desk, provider="alpaca", symbols=["BBB"], **{
        "from": "2024-02-01", "to": "2024-02-02", "mode": "backfill"})
    assert (job["status"], job["attempts"]) == ("completed", 2), job
    failed, done = job["runs"]
    assert failed["status"] == "failed" and "no JSON" in failed["error_message"]
    assert (failed["rows_written"], failed["dataset_versions"]) == (0, [])
    assert (done["status"], done["rows_written"], done["trigger_kind"]) == ("succeeded", 2, "retry")
    assert done["retry_of"] == failed["run_id"]


def test_daily_goes_on_where_the_last_run_ended(desk, provider):
    provider.reset({"/v2/stocks/bars": {"bars": {"CCC": [alpaca_bar("2024-03-04")]}}})
    job = ingest(desk, provider="alpaca", symbols=["CCC"], **{"from": "2024-03-04", "to": "2024-03-04"})
    assert job["status"] == "completed", job
    provider.reset({"/v2/stocks/bars": {"bars": {"CCC": [alpaca_bar("2024-03-05")]}}})
    job = ingest(desk, provider="alpaca", symbols=["CCC"], to="2024-03-05")
    assert job["status"] == "completed", job
    assert (provider.requests[0][1]["start"], provider.requests[0][1]["end"]) == ("2024-03-05", "2024-03-05")


# -- Brokers

BROKER = """mutation ($provider: String!, $account: String, $mode: String) {
  ingest_broker(provider: $provider, account: $account, mode: $mode, wait: true) {
    id status error_code error_message result attempts
    runs { status error_message http_requests
      accounts { provider environment account_number equity
        positions(order_by: {symbol: asc}) { symbol side qty }
        orders(order_by: {external_id: asc}) { external_id symbol status } }
      account_snapshots { equity } } } }"""


def broker(desk, **variables):
    return desk.graphql(BROKER, variables)["ingest_broker"]


def alpaca_order(number, submitted):
    return {"id": f"order-{number:04}", "status": "filled", "symbol": "AAPL", "side": "buy",
            "type": "market", "qty": "1", "filled_qty": "1", "submitted_at": submitted}


def test_alpaca_account_positions_and_all_pages_of_orders(desk, provider):
    orders = [alpaca_order(n, f"2024-01-02T10:{n // 60:02}:{n % 60:02}Z") for n in range(700)]

    def page(query):
        after = query.get("after", "")
        # Like the real one it gives the last order again.
        return [order for order in orders if order["submitted_at"] >= after][:int(query["limit"])]

    provider.reset({
        "/v2/account": {"id": "acc-1", "account_number": "PA1", "status": "ACTIVE", "cash": "100.50",
                        "equity": "1100.50", "buying_power": "201"},
        "/v2/positions": [[{"symbol": "AAPL", "qty": "10", "side": "long", "asset_class": "us_equity"},
                           {"symbol": "TSLA", "qty": "5", "side": "short", "asset_class": "us_equity"}]],
        "/v2/orders": page})
    job = broker(desk, provider="alpaca")
    assert job["status"] == "completed", job
    (run,) = job["runs"]
    (account,) = run["accounts"]
    assert (account["environment"], float(account["equity"])) == ("paper", 1100.5)
    assert [(p["symbol"], p["side"], float(p["qty"])) for p in account["positions"]] == [
        ("AAPL", "long", 10), ("TSLA", "short", -5)]
    assert len(account["orders"]) == 700
    assert [float(point["equity"]) for point in run["account_snapshots"]] == [1100.5]


def tradier_balances():
    return {"balances": {"account_number": SECRETS["TRADIER_ACCOUNT_ID"], "account_type": "margin",
                         "total_equity": 5000.00000000, "total_cash": 4000, "long_market_value": 1000,
                         "short_market_value": 0, "margin": {"stock_buying_power": 8000}}}


@pytest.mark.parametrize("positions,count", [
    ({"positions": "null"}, 0), ({"positions": None}, 0), ({}, 0),
    ({"positions": {"position": {"symbol": "AAPL", "quantity": 3.00000000, "id": 1}}}, 1),
    ({"positions": {"position": [{"symbol": "AAPL", "quantity": 3, "id": 1},
                                 {"symbol": "TSLA", "quantity": -2, "id": 2}]}}, 2),
])
def test_tradier_says_none_one_and_many_in_other_ways(desk, provider, positions, count):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    order = {"id": 7, "type": "market", "symbol": "AAPL", "side": "buy", "quantity": 1.0, "status": "filled"}
    provider.reset({f"{base}/balances": tradier_balances(), f"{base}/positions": positions,
                    f"{base}/orders": {"orders": {"order": order}},
                    "/v1/user/profile": (401, "not for the sandbox", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == "completed", job
    assert job["result"]["positions"] == count
    assert job["result"]["orders"] == 1
    assert provider.requests[0][2]["authorization"] == f"Bearer {SECRETS['TRADIER_ACCESS_TOKEN']}"


@pytest.mark.parametrize("trouble,status,message", [
    ((401, "Invalid Access Token", {}), "failed", "tradier answered 401: Invalid Access Token"),
    ({"errors": {"error": ["no such account"]}}, "failed", "no such account"),
    ((500, {"fault": {"faultstring": "Access Token expired"}}, {}), "dead", "Access Token expired"),
])
def test_refusals_of_a_broker_leave_what_is_there(desk, provider, trouble, status, message):
    before = desk.sql("select count(*) from brokerage.positions")
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    provider.reset({f"{base}/balances": tradier_balances(), f"{base}/positions": trouble,
                    "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == status, job
    assert message in job["error_message"]
    assert desk.sql("select count(*) from brokerage.positions") == before
    assert {run["status"] for run in job["runs"]} == {"failed"}


@pytest.mark.skipif(fixture("alpaca_account") is None, reason="the shared folder is absent")
def test_documents_of_the_brokers_themselves(desk, provider):
    provider.reset({"/v2/account": fixture("alpaca_account"), "/v2/positions": [fixture("alpaca_positions")],
                    "/v2/orders": [fixture("alpaca_orders"), []]})
    job = broker(desk, provider="alpaca")
    assert job["status"] == "completed", job
    account = fixture("tradier_balances_margin")["balances"]["account_number"]
    base = f"/v1/accounts/{account}"
    for name in ["single", "multiple", "empty"]:
        provider.reset({f"{base}/balances": fixture("tradier_balances_margin"),
                        f"{base}/positions": fixture(f"tradier_positions_{name}"),
                        f"{base}/orders": fixture(f"tradier_orders_{name}"),
                        "/v1/user/profile": fixture("tradier_profile_single")})
        job = broker(desk, provider="tradier", account=account)
        assert job["status"] == "completed", (name, job)


def test_a_missing_credential_is_named(desk):
    desk.stop_server()
    kept = desk.environment
    desk.environment = {name: value for name, value in SECRETS.items()
                        if name not in ("APCA_API_SECRET_KEY", "FRED_API_KEY", "TRADIER_ACCOUNT_ID")}
    desk.start_server(wait=60)
    try:
        assert refused(desk, provider="alpaca", symbols=["AAA"], **WINDOW) == \
            "APCA_API_SECRET_KEY is not set in the environment of the server"
        assert "FRED_API_KEY is not set" in refused(desk, provider="fred", symbols=["GDP"], **WINDOW)
        _, answer = desk.post("/v1/graphql", {"query": BROKER, "variables": {"provider": "tradier"}})
        assert "TRADIER_ACCOUNT_ID is not set" in answer["errors"][0]["message"]
    finally:
        desk.stop_server()
        desk.environment = kept
        desk.start_server(wait=60)
