"""Daily bars of LEAN's folder of data: names, factors, and the rate without risk."""

import csv
import datetime
import decimal
import os
import zipfile

import pytest
from automation import backtest, make_bars
from conftest import BINARY, ROOT
from stack import Stack

SHARED = ROOT.parent / "shared/fixtures/lean/data"
RATES = "alternative/interest-rate/usa/interest-rate.csv"


def write_daily(folder, name, bars):
    """A file as LEAN has it: prices times 10,000."""
    lines = [f"{day:%Y%m%d} 00:00," + ",".join(str(round(price * 10_000)) for price in prices)
             + f",{volume}" for _, day, *prices, volume in bars]
    with zipfile.ZipFile(folder / f"equity/usa/daily/{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.csv", "\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of data with symbols of the tests' own, and SPY of the shared folder."""
    folder = tmp_path_factory.mktemp("lean-data")
    for kind in ["daily", "map_files", "factor_files"]:
        (folder / "equity/usa" / kind).mkdir(parents=True)
    (folder / RATES).parent.mkdir(parents=True)
    (folder / RATES).write_text("DATE,PCREDIT8\n2013-01-01,0.75\n2015-06-01,1.25\n")
    if SHARED.is_dir():
        for name in ["daily/spy.zip", "factor_files/spy.csv"]:
            os.symlink(SHARED / "equity/usa" / name, folder / "equity/usa" / name)
    return folder


@pytest.fixture(scope="module")
def desk(folder):
    arguments = ["--migrate", "--migrations-dir", str(ROOT / "Migrations"),
                 "--metadata-dir", str(ROOT / "metadata"), "--lean-data-dir", str(folder)]
    with Stack(BINARY, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=60)
        stack.sql("insert into market_data.symbols (symbol) values ('SPY'), ('NEW'), ('RAW'), ('BAD')")
        yield stack


INGEST = """mutation ($symbols: [String!]!, $adjusted: Boolean, $from: date, $to: date) {
  ingest_market_data(provider: "lean", symbols: $symbols, adjusted: $adjusted, from: $from, to: $to,
      mode: "backfill", wait: true) { id status error_code error_message result
    runs { dataset_versions { snapshot_id manifest } } } }"""


def ingest(desk, **variables):
    return desk.graphql(INGEST, variables)["ingest_market_data"]


def stored(desk, symbol):
    rows = desk.sql(f"""select (ts at time zone 'America/New_York')::date, open, high, low, close, volume,
        adjusted from market_data.ohlcv where symbol = '{symbol}' order by ts""").splitlines()
    return [(row[0], *map(decimal.Decimal, row[1:6]), row[6]) for row in (r.split("|") for r in rows)]


def adjusted(bars, factors):
    """What they come to: the first factors on or after a bar are the bar's."""
    result = []
    for day, *prices, volume in bars:
        factor = next((price * split for last, price, split in factors if last >= day), decimal.Decimal(1))
        result.append((day, *((price * factor).quantize(decimal.Decimal("1e-9"), decimal.ROUND_HALF_UP)
                              for price in prices), decimal.Decimal(volume), "t"))
    return result


@pytest.mark.skipif(not SHARED.is_dir(), reason="skipped: ../shared/fixtures/lean is absent")
def test_real_bars_come_to_what_their_factors_say(desk):
    job = ingest(desk, symbols=["SPY"], adjusted=True, **{"from": "2012-01-01", "to": "2014-12-31"})
    assert job["status"] == "completed", job
    with open(SHARED / "equity/usa/factor_files/spy.csv") as file:
        factors = [(f"{row[0][:4]}-{row[0][4:6]}-{row[0][6:]}", decimal.Decimal(row[1]), decimal.Decimal(row[2]))
                   for row in csv.reader(file)]
    lines = zipfile.ZipFile(SHARED / "equity/usa/daily/spy.zip").read("spy.csv").decode().split()
    bars = []
    for day, line in zip(lines[::2], lines[1::2]):
        day = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        if "2012-01-01" <= day <= "2014-12-31":
            prices = line.split(",")[1:]
            bars.append((day, *(decimal.Decimal(price) / 10_000 for price in prices[:4]), prices[4]))
    assert len(bars) == 754
    assert stored(desk, "SPY") == adjusted(bars, factors)


def test_a_symbol_is_followed_through_its_names_and_its_splits(desk, folder):
    bars = make_bars("NEW", 40, seed=2)
    days = [bar[1] for bar in bars]
    (folder / "equity/usa/map_files/new.csv").write_text(
        f"{days[9]:%Y%m%d},first\n{days[24]:%Y%m%d},old\n20501231,new\n")
    factors = folder / "equity/usa/factor_files/new.csv"
    factors.write_text(f"{days[14]:%Y%m%d},0.97,0.5,100\n{days[29]:%Y%m%d},0.98,1,50\n20501231,1,1,0\n")
    # Nothing is there of the first name; the old one is another company's afterwards.
    write_daily(folder, "old", bars[:30])
    write_daily(folder, "new", bars[25:])
    plain = [(str(day), *(decimal.Decimal(str(price)) for price in prices), volume)
             for _, day, *prices, volume in bars[10:]]
    table = [(str(days[14]), decimal.Decimal("0.97"), decimal.Decimal("0.5")),
             (str(days[29]), decimal.Decimal("0.98"), decimal.Decimal(1))]
    job = ingest(desk, symbols=["NEW"], adjusted=True)
    assert job["status"] == "completed", job
    assert stored(desk, "NEW") == adjusted(plain, table)
    (source,) = job["runs"][0]["dataset_versions"][0]["manifest"]["sources"]
    assert [file["path"] for file in source["files"]] == [
        "map_files/new.csv", "daily/old.zip", "daily/new.zip", "factor_files/new.csv"]
    assert source["absent"] == ["first.zip"]
    assert ingest(desk, symbols=["NEW"], adjusted=True)["result"] == {"unchanged": True, "rows_written": 0}
    # A dividend makes all older prices others, although no bar has changed.
    factors.write_text(f"{days[14]:%Y%m%d},0.95,0.5\n{days[29]:%Y%m%d},0.96,1\n{days[35]:%Y%m%d},0.99,1\n")
    table = [(str(days[14]), decimal.Decimal("0.95"), decimal.Decimal("0.5")),
             (str(days[29]), decimal.Decimal("0.96"), decimal.Decimal(1)),
             (str(days[35]), decimal.Decimal("0.99"), decimal.Decimal(1))]
    again = ingest(desk, symbols=["NEW"], adjusted=True)
    assert again["result"]["rows_written"] == 26
    assert stored(desk, "NEW") == adjusted(plain, table)
    # And back, with the prices of before.
    old = job["runs"][0]["dataset_versions"][0]["snapshot_id"]
    desk.graphql(f'mutation {{ rollback_dataset(dataset: "lean.daily", snapshot: "{old}") {{ is_current }} }}')
    assert stored(desk, "NEW")[0][1] == (plain[0][1] * decimal.Decimal("0.485")).quantize(decimal.Decimal("1e-9"))


def test_prices_as_they_were_traded_want_no_factors(desk, folder):
    bars = make_bars("RAW", 30, seed=2)
    write_daily(folder, "raw", bars)
    status, answer = desk.post("/v1/graphql", {"query": INGEST, "variables": {
        "symbols": ["RAW"], "adjusted": True}})
    assert answer["errors"][0]["message"] == (
        "there is no file factor_files/raw.csv, which adjusted prices of RAW want; without adjusted they "
        "come as they were traded")
    job = ingest(desk, symbols=["RAW"])
    assert job["status"] == "completed", job
    assert stored(desk, "RAW") == [
        (str(day), *(decimal.Decimal(str(price)) for price in prices), decimal.Decimal(volume), "f")
        for _, day, *prices, volume in bars]


@pytest.mark.parametrize("factors,message", [
    ("20200101,1,1\n20501231,one,1\n", "line 2 of factor_files/bad.csv holds no factors"),
    ("", "factor_files/bad.csv holds no factors"),
])
def test_a_factor_file_that_is_none_is_named(desk, folder, factors, message):
    write_daily(folder, "bad", make_bars("BAD", 5, seed=2))
    (folder / "equity/usa/factor_files/bad.csv").write_text(factors)
    job = ingest(desk, symbols=["BAD"], adjusted=True)
    assert (job["status"], job["error_code"], job["error_message"]) == ("failed", "bad-file", message)


def test_a_packed_file_that_is_none_is_named(desk, folder):
    (folder / "equity/usa/daily/bad.zip").write_text("no zip")
    job = ingest(desk, symbols=["BAD"])
    assert (job["status"], job["error_message"]) == ("failed", "bad.zip: no zip archive")


def test_the_rate_without_risk_is_the_mean_of_the_days(desk):
    """Ratios of the convention `lean`, from the equity that is stored."""
    import math
    import statistics
    (run,) = backtest(desk, strategy="sma_cross", symbols=["RAW"], parameters={"fast": 2, "slow": 5},
                      commission="0.001", **{"from": "2015-01-01"})["run_summaries"]
    curve = desk.graphql("""query ($run: uuid!) { backtests_equity_points(where: {run_id: {_eq: $run}},
        order_by: {ts: asc}) { ts equity turnover } }""", {"run": run["run_id"]})["backtests_equity_points"]
    equity = {datetime.date.fromisoformat(point["ts"][:10]): float(point["equity"]) for point in curve}
    day, last, samples, rates = datetime.date(2015, 1, 1), max(equity), [100_000.0], []
    while day <= last:
        samples.append(equity.get(day, samples[-1]))
        rates.append(0.0125 if day >= datetime.date(2015, 6, 1) else 0.0075)
        day += datetime.timedelta(days=1)
    rate = statistics.mean([*rates, rates[-1]])
    returns = [b / a - 1 for a, b in zip(samples, samples[1:])][1:]
    mean, variance = statistics.mean(returns), statistics.variance(returns) * 252
    excess = (1 + mean) ** 252 - 1 - rate
    downside = statistics.variance([r for r in returns if r < 0]) * 252
    n, deviation = len(returns), statistics.stdev(returns)
    moments = [sum((r - mean) ** power for r in returns) / n for power in (2, 3, 4)]
    skew = math.sqrt(n * (n - 1)) / (n - 2) * moments[1] / moments[0] ** 1.5
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (moments[2] / moments[0] ** 2 - 3) + 6)
    ratio = (mean - rate / 252) / deviation
    error = math.sqrt((1 - skew * ratio + (kurtosis - 1) / 4 * ratio ** 2) / (n - 1))
    peak, fall = samples[0], 0
    for value in samples:
        peak = max(peak, value)
        fall = max(fall, 1 - value / peak)
    capital, wins, losses = 100_000.0, [], []
    for trade in run["trades"]:
        size, entry, leave = (float(trade[name]) for name in ("quantity", "entry_price", "exit_price"))
        profit = size * (leave - entry) - 2 * 0.001 * size * leave
        (wins if profit > 0 else losses).append(profit / capital)
        capital += profit
    won = len(wins) / (len(wins) + len(losses))
    win, loss = (statistics.mean(values) if values else 0 for values in (wins, losses))
    gross = [float(t["profit_loss"]) + float(t["total_fees"]) for t in run["trades"]]
    expected = {
        "risk_free_rate": rate, "sharpe_ratio": excess / math.sqrt(variance),
        "sortino_ratio": excess / math.sqrt(downside), "annual_variance": variance,
        "annual_standard_deviation": math.sqrt(variance),
        "probabilistic_sharpe_ratio": 0.5 * (1 + math.erf((ratio - 1 / math.sqrt(252)) / error / math.sqrt(2))),
        "drawdown": round(fall, 3),
        "compounding_annual_return": (samples[-1] / samples[0]) ** (
            365 / ((last - datetime.date(2015, 1, 1)).days + 2 / 3)) - 1,
        "win_rate": won, "average_win": win, "average_loss": loss, "profit_loss_ratio": win / -loss,
        "expectancy": won * win / -loss - (1 - won),
        "profit_factor": sum(g for g in gross if g > 0) / -sum(g for g in gross if g < 0),
        "portfolio_turnover": sum(float(point["turnover"]) for point in curve) / (len(samples) - 1)}
    own = {name: float(value) for name, value in run["statistics"]["lean"].items()}
    assert own == {name: pytest.approx(value, rel=1e-5, abs=2e-8) for name, value in expected.items()}
    assert run["metric_convention"] == "trading_days"
    assert float(run["sharpe_ratio"]) == pytest.approx(float(run["statistics"]["trading_days"]["sharpe_ratio"]), abs=1e-6)
