"""Ingestion from providers of bars and series, with all that can go wrong on the way."""

import time
from email.utils import formatdate

import pytest
from ingesting import (SECRETS, WINDOW, alpaca_bar, current, desk, folder, ingest, mark, provider,
                       rollback, stored, wait_for)
from providers import fixture


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


def test_a_provider_is_asked_again_after_the_date_that_it_names(desk, provider):
    good = {"bars": {"AAA": [alpaca_bar("2006-01-04")]}}
    provider.reset({"/v2/stocks/bars": [
        lambda _: (503, {"message": "down"}, {"Retry-After": formatdate(time.time() + 2, usegmt=True)}),
        good]})
    start = time.time()
    job = ingest(desk, provider="alpaca", symbols=["AAA"], **{
        "from": "2006-01-04", "to": "2006-01-04", "mode": "backfill"})
    assert (job["status"], job["attempts"]) == ("completed", 1), job
    assert time.time() >= int(start) + 1
    assert len(provider.requests) == 2


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
