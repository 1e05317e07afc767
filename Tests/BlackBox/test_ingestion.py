"""Ingestion of files over GraphQL, with all that can be wrong with them."""

import hashlib
import struct

import pytest
from automation import make_bars
from ingesting import current, desk, folder, ingest, provider, refused, stored, write_csv


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
    write_csv(folder, "AAA", make_bars("AAA", 5, seed=1))
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
