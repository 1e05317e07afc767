"""Versions of a dataset, back and forth: bars, watermarks and spans are what they were."""

import json

from automation import make_bars
from ingesting import (ROLLBACK, alpaca_bar, current, desk, folder, ingest, mark, provider, rollback,
                       span, stored, write_csv)


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
