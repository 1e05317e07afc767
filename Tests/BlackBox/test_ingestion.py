"""Ingestion over GraphQL: files and providers of data, with all that can go wrong on the way."""

import hashlib
import json
import struct
import threading
import time

import pytest
from automation import make_bars
from conftest import BINARY, ROOT
from providers import FakeProvider, fixture
from stack import Stack
from talk import Talk

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


def test_a_changed_file_makes_a_version_and_rolls_back(desk, folder):
    bars = make_bars("CCC", 50, seed=1)
    write_csv(folder, "CCC", bars)
    first = ingest(desk, provider="csv", symbols=["CCC"], mode="backfill")
    before = stored(desk, "CCC"), mark(desk, "csv.daily", "CCC"), span(desk, "CCC")
    changed = bars[:-1] + [bars[-1][:5] + (bars[-1][5], 1)] + make_bars("CCC", 52, seed=1)[50:]
    write_csv(folder, "CCC", changed)
    second = ingest(desk, provider="csv", symbols=["CCC"], mode="backfill")
    assert second["runs"][0]["rows_written"] == 3
    after = stored(desk, "CCC"), mark(desk, "csv.daily", "CCC"), span(desk, "CCC")
    assert (len(before[0]), len(after[0])) == (50, 52)
    old, new = [job["runs"][0]["dataset_versions"][0]["snapshot_id"] for job in (first, second)]
    assert current(desk, "csv.daily") == new
    # Back and forth: bars, watermarks and spans are what they were, as often as one likes.
    for _ in range(2):
        rollback(desk, old)
        assert (stored(desk, "CCC"), mark(desk, "csv.daily", "CCC"), span(desk, "CCC")) == before
        # It stands as long as the files are those.
        again = ingest(desk, provider="csv", symbols=["CCC"], mode="backfill")
        assert again["result"] == {"unchanged": True, "rows_written": 0}
        assert current(desk, "csv.daily") == old
        rollback(desk, new)
        assert (stored(desk, "CCC"), mark(desk, "csv.daily", "CCC"), span(desk, "CCC")) == after
    assert json.loads(desk.sql("""select json_agg(payload order by event_id) from control.audit_event
        where action = 'dataset.rollback' and target = 'dataset:csv.daily'"""))[:2] == [
            {"from": new, "to": old, "rows_removed": 3, "rows_restored": 1},
            {"from": old, "to": new, "rows_removed": 0, "rows_restored": 3}]
    _, answer = desk.post("/v1/graphql", {
        "query": ROLLBACK, "variables": {"dataset": "csv.daily", "snapshot": "x@1"}})
    assert "has no snapshot 'x@1'" in answer["errors"][0]["message"]
    line = desk.graphql("""query ($snapshot: String!) { lineage(snapshot: $snapshot) {
        run { window_start params job { spec } } parent_version { snapshot_id } } }""",
                        {"snapshot": new})["lineage"]
    assert line["run"]["job"]["spec"]["symbols"] == ["CCC"]
    assert line["parent_version"]["snapshot_id"] == old


def test_after_a_rollback_versions_go_on_from_where_it_led(desk, folder):
    bars = make_bars("DDD", 20, seed=1)
    snapshots, contents = [], []

    def publish(change):
        write_csv(folder, "DDD", change)
        job = ingest(desk, provider="csv", symbols=["DDD"], mode="backfill")
        assert job["status"] == "completed", job
        snapshots.append(job["runs"][0]["dataset_versions"][0]["snapshot_id"])
        contents.append(stored(desk, "DDD"))

    def with_volume(place, volume):
        return bars[:place] + [bars[place][:6] + (volume,)] + bars[place + 1:]

    publish(bars)
    publish(with_volume(3, 1))
    publish(with_volume(3, 2))
    rollback(desk, snapshots[0])
    publish(with_volume(4, 7))
    # Over to the other branch and back.
    for place in (2, 3, 1, 0, 3, 2):
        rollback(desk, snapshots[place])
        assert stored(desk, "DDD") == contents[place]
    assert desk.sql("select count(*) from ingestion.dataset_versions where is_current "
                    "and dataset_id = 'csv.daily'").strip() == "1"


def test_a_rollback_leaves_what_another_provider_has_written_since(desk, folder, provider):
    bars = [("EEE", day, 2, 3, 1, 2, 5) for day in ("2024-01-02", "2024-01-03", "2024-01-04")]
    write_csv(folder, "EEE", bars)
    first = ingest(desk, provider="csv", symbols=["EEE"], mode="backfill")
    write_csv(folder, "EEE", [bar[:6] + (6,) for bar in bars])
    second = ingest(desk, provider="csv", symbols=["EEE"], mode="backfill")
    provider.reset({"/v2/stocks/bars": {"bars": {"EEE": [alpaca_bar("2024-01-03")]}}})
    third = ingest(desk, provider="alpaca", symbols=["EEE"], **{
        "from": "2024-01-03", "to": "2024-01-03", "mode": "backfill"})
    old, new, _ = [job["runs"][0]["dataset_versions"][0]["snapshot_id"]
                   for job in (first, second, third)]

    def volumes():
        return [float(bar["volume"]) for bar in stored(desk, "EEE")]

    assert volumes() == [6, 1000, 6]
    rollback(desk, old)
    assert volumes() == [5, 1000, 5]
    rollback(desk, new)
    # What is published last is what is served, also where it was published again.
    assert volumes() == [6, 6, 6]
    rollback(desk, old)
    assert volumes() == [5, 1000, 5]


def test_a_rollback_of_a_provider_lets_its_days_be_pulled_again(desk, provider):
    provider.reset({"/v2/stocks/bars": {"bars": {"EEE": [alpaca_bar("2023-03-06")]}}})
    first = ingest(desk, provider="alpaca", symbols=["EEE"], **{
        "from": "2023-03-06", "to": "2023-03-06", "mode": "backfill"})
    old = first["runs"][0]["dataset_versions"][0]["snapshot_id"]
    before = mark(desk, "alpaca.daily", "EEE")
    provider.reset({"/v2/stocks/bars": {"bars": {"EEE": [alpaca_bar("2024-03-05")]}}})
    ingest(desk, provider="alpaca", symbols=["EEE"], **{
        "from": "2024-03-05", "to": "2024-03-05", "mode": "backfill"})
    assert mark(desk, "alpaca.daily", "EEE") == "2024-03-05 2024-03-05"
    rollback(desk, old, "alpaca.daily")
    assert mark(desk, "alpaca.daily", "EEE") == before
    # The same again is what was gone back from; other bars are a version.
    job = ingest(desk, provider="alpaca", symbols=["EEE"], **{
        "from": "2024-03-05", "to": "2024-03-05", "mode": "backfill"})
    assert (job["status"], job["result"]) == ("completed", {"unchanged": True, "rows_written": 0})
    assert current(desk, "alpaca.daily") == old
    provider.reset({"/v2/stocks/bars": {"bars": {"EEE": [alpaca_bar("2024-03-05", close=2.75)]}}})
    job = ingest(desk, provider="alpaca", symbols=["EEE"], **{
        "from": "2024-03-05", "to": "2024-03-05", "mode": "backfill"})
    assert job["runs"][0]["rows_written"] == 1
    assert float(stored(desk, "EEE")[-1]["close"]) == 2.75


def test_days_between_two_windows_are_not_taken_for_pulled(desk, provider):
    def answer(query):
        return {"bars": {"FFF": [alpaca_bar(query["start"])]}}

    provider.reset({"/v2/stocks/bars": answer})
    for day in ("2020-03-02", "2022-03-01", "2021-03-01"):
        job = ingest(desk, provider="alpaca", symbols=["FFF"], **{
            "from": day, "to": day, "mode": "backfill"})
        assert job["runs"][0]["rows_written"] == 1, day
    assert len(provider.requests) == 3
    assert mark(desk, "alpaca.daily", "FFF") == "2022-03-01 2022-03-01"
    # Side by side they are one stretch, and what is within it is not asked for again.
    for day in ("2022-03-02", "2022-02-28"):
        ingest(desk, provider="alpaca", symbols=["FFF"], **{"from": day, "to": day, "mode": "backfill"})
    assert mark(desk, "alpaca.daily", "FFF") == "2022-03-02 2022-02-28"
    job = ingest(desk, provider="alpaca", symbols=["FFF"], **{
        "from": "2022-02-28", "to": "2022-03-02", "mode": "backfill"})
    assert job["result"] == {"unchanged": True, "rows_written": 0}
    assert len(provider.requests) == 5


def test_what_was_rejected_is_looked_at_anew(desk, folder):
    desk.sql("update market_data.symbols set asset_class = 'crypto' where symbol = 'GGG'")
    write_csv(folder, "GGG", make_bars("GGG", 30, seed=1))
    job = ingest(desk, provider="csv", symbols=["GGG"], mode="backfill")
    assert (job["status"], job["error_code"]) == ("failed", "quality")
    rejected = job["runs"][0]["dataset_versions"][0]["snapshot_id"]
    # Weekends are missing where there is trade on every day, and are not where there is none.
    desk.sql("update market_data.symbols set asset_class = 'equity' where symbol = 'GGG'")
    job = ingest(desk, provider="csv", symbols=["GGG"], mode="backfill")
    assert job["status"] == "completed", job
    assert job["runs"][0]["rows_written"] == 30
    assert job["runs"][0]["dataset_versions"][0]["snapshot_id"] == rejected == current(desk, "csv.daily")
    assert desk.sql("""select count(distinct run_id) from ingestion.quality_checks q
        join ingestion.runs using (run_id) where params->'symbols' = '["GGG"]'""").strip() == "2"


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
    ({"provider": "alpaca", "symbols": ["TSLA", "SPY"], "mode": "daily"},
     "nothing of TSLA, SPY has been pulled yet, so there is no day to go on after: "
     "give the day to begin at"),
    ({"provider": "fred", "symbols": ["NEW"], "mode": "daily"}, "nothing of NEW has been pulled yet"),
    ({"symbols": []}, "no symbols are given"),
    ({"symbols": ["AAA", "AAA"]}, "a symbol is given twice"),
    ({"provider": "alpaca", "manifest": {"files": [{"path": "x.csv", "sha256": "0" * 64}]},
      "from": "2024-01-01"}, "only the provider csv takes a manifest"),
    ({"manifest": {"files": [{"path": "x.csv", "sha256": "0" * 64}], "extra": 1}},
     "the manifest cannot have 'extra'"),
    ({"manifest": []}, "the manifest has to be an object"),
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
    seen = []

    def state():
        return (desk.sql("select * from ingestion.watermarks order by 1, 2"),
                desk.sql("select count(*) from market_data.ohlcv"),
                desk.sql("select count(*) from ingestion.dataset_versions"))

    def again(_):
        # Asked by the second attempt: what the first one has left.
        seen.append((state(), desk.sql("""select status, error_code from ingestion.runs
            where job_id = (select job_id from control.experiment_job where status = 'running')
            order by created_at limit 1""").strip()))
        return first

    before = state()
    provider.reset({"/v2/stocks/bars": [first, (200, "broken", {}), again, last]})
    job = ingest(desk, provider="alpaca", symbols=["BBB"], **{
        "from": "2024-02-01", "to": "2024-02-02", "mode": "backfill"})
    assert (job["status"], job["attempts"]) == ("completed", 2), job
    assert seen == [(before, "failed|broken-answer")]
    failed, done = job["runs"]
    assert failed["status"] == "failed" and "no JSON" in failed["error_message"]
    assert (failed["rows_written"], failed["dataset_versions"]) == (0, [])
    assert (done["status"], done["rows_written"], done["trigger_kind"]) == ("succeeded", 2, "retry")
    assert done["retry_of"] == failed["run_id"]
    assert mark(desk, "alpaca.daily", "BBB") == "2024-02-02 2024-02-01"


def test_a_run_that_fails_for_good_is_completed_by_retry_job(desk, provider):
    trouble = (401, {"message": "not today"}, {})
    good = {"bars": {"BBB": [alpaca_bar("2024-02-05")]}}
    provider.reset({"/v2/stocks/bars": [trouble, good]})
    job = ingest(desk, provider="alpaca", symbols=["BBB"], **{
        "from": "2024-02-05", "to": "2024-02-05", "mode": "backfill"})
    assert (job["status"], job["error_message"]) == ("failed", "alpaca answered 401: not today")
    desk.graphql("mutation ($id: uuid!) { retry_job(id: $id) { status } }", {"id": job["id"]})
    done = wait_for(desk, job["id"])
    assert [(run["status"], run["rows_written"]) for run in done["runs"]] == [
        ("failed", 0), ("succeeded", 1)]


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


@pytest.mark.parametrize("bars", [None, {}, {"BBB": None}, {"BBB": []}])
def test_alpaca_says_in_many_ways_that_there_are_no_bars(desk, provider, bars):
    provider.reset({"/v2/stocks/bars": {"bars": bars, "next_page_token": None}})
    job = ingest(desk, provider="alpaca", symbols=["BBB"], **{
        "from": "2024-02-07", "to": "2024-02-08", "mode": "backfill"})
    assert (job["status"], job["error_message"]) == (
        "failed", "the data were not published: not_empty (1)")


def test_a_limit_is_waited_for_until_it_is_reset(desk, provider):
    good = {"bars": {"AAA": [alpaca_bar("2006-01-03")]}}
    reset = {"X-RateLimit-Limit": "200", "X-RateLimit-Remaining": "0"}
    provider.reset({"/v2/stocks/bars": [
        lambda _: (429, {"code": 42910000, "message": "rate limit exceeded"},
                   {**reset, "X-RateLimit-Reset": str(int(time.time()) + 2)}), good]})
    start = time.time()
    job = ingest(desk, provider="alpaca", symbols=["AAA"], **{
        "from": "2006-01-03", "to": "2006-01-03", "mode": "backfill"})
    assert (job["status"], job["attempts"]) == ("completed", 1), job
    # Not before the second that it was told.
    assert time.time() >= int(start) + 1
    assert job["runs"][0]["status"] == "succeeded" and len(provider.requests) == 2


def test_a_long_limit_gives_the_job_back_to_the_queue(desk, provider):
    provider.reset({"/v2/stocks/bars": (429, {"message": "too many requests."}, {"retry-after": "900"})})
    answer = desk.graphql("""mutation { ingest_market_data(provider: "alpaca", symbols: ["AAA"],
        from: "2007-01-03", to: "2007-01-03", mode: "backfill") { id } }""")
    job = answer["ingest_market_data"]["id"]
    found = None
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not found:
        found = desk.sql(f"""select error_code from control.experiment_job where job_id = '{job}'
            and status = 'pending' and attempts = 1 and run_at > now() + interval '10 minutes'""").strip()
        time.sleep(0.05)
    assert found == "rate-limit"
    canceled = desk.graphql("mutation ($id: uuid!) { cancel_job(id: $id) { status } }", {"id": job})
    assert canceled["cancel_job"]["status"] == "canceled"
    # The budget is that of the key: until then nobody asks with it.
    desk.stop_server()
    desk.start_server(wait=60)


@pytest.mark.parametrize("answer,status,message", [
    ((401, {"status": "ERROR", "error": "Unknown API Key"}, {}), "failed",
     "polygon answered 401: Unknown API Key"),
    ((403, {"status": "NOT_AUTHORIZED", "message": "not in your plan"}, {}), "failed",
     "polygon answered 403: not in your plan"),
    ((200, {"status": "ERROR", "error": "something"}, {}), "failed", "polygon answered: something"),
    ({"status": "OK", "queryCount": 0, "resultsCount": 0, "adjusted": True}, "failed",
     "the data were not published: not_empty (1)"),
])
def test_what_polygon_says_instead_of_bars(desk, provider, answer, status, message):
    provider.reset({POLYGON.format("SPY", "2024-01-02", "2024-01-05"): answer})
    job = ingest(desk, provider="polygon", symbols=["SPY"], **WINDOW)
    assert (job["status"], job["error_message"]) == (status, message)


def test_polygon_is_waited_for(desk, provider):
    path = POLYGON.format("SPY", "2024-02-05", "2024-02-05")
    provider.reset({path: [
        (429, {"status": "ERROR", "error": "You've exceeded the maximum requests per minute"}, {}),
        {"status": "OK", "results": [{"o": 2, "h": 3, "l": 1, "c": 2, "v": 7, "t": 1707109200000}]}]})
    job = ingest(desk, provider="polygon", symbols=["SPY"], **{
        "from": "2024-02-05", "to": "2024-02-05", "mode": "backfill"})
    assert (job["status"], job["runs"][0]["rows_written"]) == ("completed", 1), job
    assert [request[2]["authorization"] for request in provider.requests] == [
        f"Bearer {SECRETS['POLYGON_API_KEY']}"] * 2


@pytest.mark.parametrize("answer,message", [
    ((400, {"error_code": 400, "error_message": "Bad Request. The series does not exist."}, {}),
     "fred answered 400: Bad Request. The series does not exist."),
    ((400, {"error_code": 400, "error_message": f"The value {SECRETS['FRED_API_KEY']} is no key"}, {}),
     "fred answered 400: The value *** is no key"),
])
def test_what_fred_says_instead_of_observations(desk, provider, answer, message):
    provider.reset({"/fred/series/observations": answer})
    job = ingest(desk, provider="fred", symbols=["NOPE"], **WINDOW)
    assert (job["status"], job["error_message"]) == ("failed", message)


def test_series_go_back_as_bars_do(desk, provider):
    def values(*rows):
        return {"count": len(rows), "observations": [
            {"date": day, "value": value, "realtime_start": "2024-06-01",
             "realtime_end": "9999-12-31"} for day, value in rows]}

    def observed():
        return desk.sql("""select obs_date, value::float8 from economic_data.observations
            where series_id = 'CPI' order by 1""").split()

    provider.reset({"/fred/series/observations": values(("2020-01-01", "1.5"), ("2020-02-01", "2.5"))})
    first = ingest(desk, provider="fred", symbols=["CPI"], **{
        "from": "2020-01-01", "to": "2020-02-01", "mode": "backfill"})
    provider.reset({"/fred/series/observations": values(("2020-02-01", "2.75"), ("2020-03-01", "3.5"))})
    ingest(desk, provider="fred", symbols=["CPI"], **{
        "from": "2020-02-01", "to": "2020-03-01", "mode": "backfill"})
    after = observed()
    assert after == ["2020-01-01|1.5", "2020-02-01|2.75", "2020-03-01|3.5"]
    newest = current(desk, "fred.series")
    rollback(desk, first["runs"][0]["dataset_versions"][0]["snapshot_id"], "fred.series")
    assert observed() == ["2020-01-01|1.5", "2020-02-01|2.5"]
    assert mark(desk, "fred.series", "CPI") == "2020-02-01 2020-01-01"
    rollback(desk, newest, "fred.series")
    assert observed() == after


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


@pytest.mark.parametrize("pages", [
    # A full page, then a short one; a full page, then the end as a text, as null or not at all.
    [100, 20], [100, "null"], [100, None], [100, ...], [100, 100, "null"],
])
def test_tradier_ends_its_pages_in_many_ways(desk, provider, pages):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"

    def page(query):
        number = int(query["page"]) - 1
        count = pages[number]
        assert (query["limit"], query["includeTags"]) == ("100", "true")
        if count is ...:
            return {}
        if not isinstance(count, int):
            return {"orders": count}
        return {"orders": {"order": [
            {"id": 1000 * number + n, "type": "market", "symbol": "AAPL", "side": "buy",
             "quantity": 1.00000000, "status": "filled"} for n in range(count)]}}

    provider.reset({f"{base}/balances": tradier_balances(), f"{base}/positions": {"positions": "null"},
                    f"{base}/orders": page, "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == "completed", job
    assert job["result"]["orders"] == sum(count for count in pages if isinstance(count, int))
    asked = [request[1]["page"] for request in provider.requests if request[0].endswith("/orders")]
    assert asked == [str(n + 1) for n in range(len(pages))]


@pytest.mark.parametrize("kind,members,power", [
    ("margin", {"stock_buying_power": 8000.5}, 8000.5), ("cash", {"cash_available": 700.25}, 700.25),
    ("pdt", {"stock_buying_power": 16000, "day_trade_buying_power": 32000}, 16000),
])
def test_tradier_has_balances_of_one_of_three_kinds(desk, provider, kind, members, power):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    balances = tradier_balances()
    del balances["balances"]["margin"]
    balances["balances"].update({"account_type": kind, kind: members})
    provider.reset({f"{base}/balances": balances, f"{base}/positions": {"positions": "null"},
                    f"{base}/orders": {"orders": "null"}, "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == "completed", job
    assert float(desk.sql("""select buying_power from brokerage.accounts
        where provider = 'tradier' and external_id = 'VA12345678'""")) == power


def test_tradier_is_waited_for_until_its_limit_is_reset(desk, provider):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    expiry = {"X-Ratelimit-Allowed": "60", "X-Ratelimit-Used": "60", "X-Ratelimit-Available": "0"}
    provider.reset({
        f"{base}/balances": [
            lambda _: (429, "Quota Violation",
                       {**expiry, "X-Ratelimit-Expiry": str(int(time.time() * 1000) + 1500)}),
            tradier_balances()],
        f"{base}/positions": {"positions": "null"}, f"{base}/orders": {"orders": "null"},
        "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert (job["status"], job["attempts"]) == ("completed", 1), job


def test_a_position_that_is_closed_goes_and_legs_know_their_order(desk, provider):
    leg = {**alpaca_order(2, "2024-03-01T10:00:00Z"), "status": "held"}
    order = {**alpaca_order(1, "2024-03-01T10:00:00Z"), "order_class": "bracket", "legs": [leg]}
    answers = {
        "/v2/account": {"id": "acc-2", "account_number": "PA2", "status": "ACTIVE", "cash": "1",
                        "equity": "2", "buying_power": "3"},
        "/v2/positions": [[{"symbol": "AAPL", "qty": "-10", "side": "short"},
                           {"symbol": "TSLA", "qty": "5", "side": "long"}]],
        "/v2/orders": [[order], []]}
    provider.reset(answers)
    (account,) = broker(desk, provider="alpaca")["runs"][0]["accounts"]
    assert [(p["symbol"], float(p["qty"])) for p in account["positions"]] == [("AAPL", -10), ("TSLA", 5)]
    tree = desk.graphql("""{ brokerage_orders(where: {account: {external_id: {_eq: "acc-2"}}},
        order_by: {external_id: asc}) { external_id parent_order { external_id } } }""")
    assert tree["brokerage_orders"] == [
        {"external_id": "order-0001", "parent_order": None},
        {"external_id": "order-0002", "parent_order": {"external_id": "order-0001"}}]
    provider.reset({**answers, "/v2/positions": [[{"symbol": "TSLA", "qty": "5", "side": "long"}]]})
    (account,) = broker(desk, provider="alpaca")["runs"][0]["accounts"]
    assert [p["symbol"] for p in account["positions"]] == ["TSLA"]


def test_a_job_is_followed_over_a_websocket_to_its_end(desk, provider):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    gates = {name: threading.Event() for name in ("positions", "orders")}

    def held(name, answer):
        def wait(_):
            assert gates[name].wait(20)
            return answer
        return wait

    provider.reset({f"{base}/balances": tradier_balances(), "/v1/user/profile": (401, "no", {}),
                    f"{base}/positions": held("positions", {"positions": "null"}),
                    f"{base}/orders": held("orders", {"orders": "null"})})
    query = """subscription ($id: uuid!) { job(id: $id) {
        status progress job_events(order_by: {sequence: asc}) { event_type payload }
        runs { status account_snapshots { equity } } } }"""
    job = desk.graphql("""mutation { ingest_broker(provider: "tradier", timeout_seconds: 60) { id } }""")
    seen = []
    # The provider's answers are held back until what is before them has been told.
    with Talk(desk) as talk:
        talk.start("1", query, variables={"id": job["ingest_broker"]["id"]})
        while not seen or seen[-1]["status"] in ("pending", "running"):
            seen.append(talk.data("1")["job"])
            told = [event["payload"].get("message") for event in seen[-1]["job_events"]]
            if "read the balances" in told:
                gates["positions"].set()
            if "read 0 positions" in told:
                gates["orders"].set()
    steps = [step["progress"]["pct"] for step in seen if step["progress"]]
    assert steps == sorted(steps) and {33, 66} <= set(steps)
    last = seen[-1]
    assert (last["status"], last["runs"]) == (
        "completed", [{"status": "succeeded", "account_snapshots": [{"equity": 5000}]}])
    assert [event["event_type"] for event in last["job_events"]] == ["progress", "progress", "complete"]
    # Each message goes on from the one before it.
    for one, other in zip(seen, seen[1:]):
        assert other["job_events"][:len(one["job_events"])] == one["job_events"]


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
