#!/usr/bin/env python3
"""Makes up the documents of this folder: LEAN results and brokers' answers. Same seed, same bytes.

Prices are a random walk and have nothing to do with the companies whose symbols they carry.
"""
import json
import math
import random
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from statistics import fmean, stdev, variance

ROOT = Path(__file__).resolve().parent
CASH = 100000.0
TICKERS = {"AAPL": "AAPL R735QTJ8XC9X", "MSFT": "MSFT R735QTJ8XC9X", "IBM": "IBM R735QTJ8XC9X"}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=1) + "\n")


def weekdays(first, last):
    day = first
    while day <= last:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def close_time(day):
    """16:00 in New York; the made-up market knows no daylight saving."""
    return datetime(day.year, day.month, day.day, 21, tzinfo=timezone.utc)


def walk(seed, days, drift):
    """Closes of each symbol; a common factor and one of its own."""
    source = random.Random(seed)
    price = {name: start for name, start in zip(TICKERS, (182.0, 374.0, 162.0))}
    rows = []
    for _ in days:
        market = source.gauss(drift, 0.008)
        for name in price:
            price[name] *= math.exp(market + source.gauss(0.0001, 0.011))
        rows.append({name: round(value, 2) for name, value in price.items()})
    return rows


class Account:
    """Cash, shares, and the orders, events and trades in LEAN's words."""

    def __init__(self, identifier):
        self.identifier, self.cash = identifier, CASH
        self.shares, self.entries = {}, {}
        self.orders, self.events, self.trades, self.profit = {}, [], [], {}
        self.fees = self.traded = 0.0

    def equity(self, prices):
        return self.cash + sum(count * prices[name] for name, count in self.shares.items())

    def order(self, name, count, price, day, previous, tag=None):
        number = len(self.orders) + 1
        fee = round(max(1.0, 0.005 * abs(count)), 2)
        submitted, filled = close_time(previous), close_time(day)
        stamp = lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ")
        symbol = {"value": name, "id": TICKERS[name], "permtick": name}
        order = {
            "type": 4, "id": number, "contingentId": 0, "brokerId": [str(number)], "symbol": symbol,
            "price": price, "priceCurrency": "USD", "time": stamp(submitted),
            "createdTime": stamp(submitted), "lastFillTime": stamp(filled), "quantity": float(count),
            "status": 3, "properties": {"timeInForce": {}}, "securityType": 1,
            "direction": 0 if count > 0 else 1, "value": round(price * count, 2),
            "isMarketable": False, "priceAdjustmentMode": 1,
        }
        if tag:
            order["tag"] = tag
        self.orders[str(number)] = order
        event = {
            "algorithmId": self.identifier, "orderId": number, "symbol": TICKERS[name],
            "symbolValue": name, "fillPriceCurrency": "USD", "direction": "buy" if count > 0 else "sell",
            "isAssignment": False, "quantity": float(count),
        }
        for index, (time, status) in enumerate(((submitted, "submitted"), (filled, "filled")), 1):
            fill = status == "filled"
            self.events.append(
                {"id": f"{self.identifier}-{number}-{index}", "orderEventId": index,
                 "time": time.timestamp(), "status": status, "fillPrice": price if fill else 0.0,
                 "fillQuantity": float(count) if fill else 0.0, **event,
                 **({"orderFeeAmount": fee, "orderFeeCurrency": "USD"} if fill else {})})
        self.cash -= count * price + fee
        self.fees += fee
        self.traded += abs(count) * price
        held = self.shares.get(name, 0)
        if held * count < 0:
            self.close(name, -count, price, filled, fee, number)
        else:
            self.entries[name] = (filled, price, fee, number)
        self.shares[name] = held + count

    def close(self, name, count, price, time, fee, number):
        entered, entry, entry_fee, first = self.entries[name]
        gain = round((price - entry) * count, 2)
        span = time - entered
        self.profit[time.strftime("%Y-%m-%dT%H:%M:%SZ")] = round(gain - fee - entry_fee, 2)
        self.trades.append({
            "id": f"{len(self.trades) + 1:032x}",
            "symbols": [{"value": name, "id": TICKERS[name], "permtick": name}],
            "entryTime": entered.strftime("%Y-%m-%dT%H:%M:%SZ"), "entryPrice": entry,
            "direction": 0 if count > 0 else 1, "quantity": float(abs(count)),
            "exitTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "exitPrice": price, "profitLoss": gain,
            "totalFees": round(fee + entry_fee, 2), "mae": round(min(gain, 0) * 1.2, 2),
            "mfe": round(max(gain, 0) * 1.3, 2), "duration": f"{span.days}.{span.seconds // 3600}:00:00",
            "endTradeDrawdown": round(-abs(gain) * 0.2, 2), "isWin": gain > 0, "orderIds": [first, number],
        })


def momentum(day, history, account):
    """The best of the last 60 days, chosen anew each month."""
    if len(history) < 61 or day.month == history[-2][0].month:
        return {}
    best = max(TICKERS, key=lambda name: history[-1][1][name] / history[-61][1][name])
    return {name: 0.98 if name == best else 0.0 for name in TICKERS}


def reversion(day, history, account):
    """A symbol two deviations under its 20-day mean, until it is back."""
    if len(history) < 20:
        return {}
    targets = {}
    for name in TICKERS:
        closes = [prices[name] for _, prices in history[-20:]]
        mean, spread = fmean(closes), stdev(closes)
        if account.shares.get(name, 0) == 0 and closes[-1] < mean - 2 * spread:
            targets[name] = 0.32
        elif account.shares.get(name, 0) > 0 and closes[-1] >= mean:
            targets[name] = 0.0
    return targets


def backtest(project, algorithm, identifier, stamp, seed, drift, first, last, rule):
    days = list(weekdays(first, last))
    closes = walk(seed, days, drift)
    account, curve, history, targets = Account(identifier), [], [], {}
    for index, (day, prices) in enumerate(zip(days, closes)):
        if targets:
            equity = account.equity(prices)
            changes = []
            for name, share in targets.items():
                wanted = math.floor(equity * share / prices[name])
                changes.append((wanted - account.shares.get(name, 0), name))
            for count, name in sorted(changes):
                # Sells first; a position is entered and left whole.
                held = account.shares.get(name, 0)
                if count != 0 and (held == 0 or count == -held):
                    account.order(name, count, prices[name], day, days[index - 1])
        curve.append((close_time(day), round(account.equity(prices), 2), prices["MSFT"]))
        history.append((day, prices))
        targets = rule(day, history, account)

    values = [equity for _, equity, _ in curve]
    returns = [b / a - 1 for a, b in zip(values, values[1:])]
    peaks = [max(values[: i + 1]) for i in range(len(values))]
    falls = [1 - value / peak for value, peak in zip(values, peaks)]
    drawdown, years = max(falls), (last - first).days / 365
    deviation, annual = stdev(returns) * math.sqrt(252), (1 + fmean(returns)) ** 252 - 1
    losses = [r for r in returns if r < 0]
    down = math.sqrt(variance(losses) * 252)
    market = [b[2] / a[2] - 1 for a, b in zip(curve, curve[1:])]
    mean_r, mean_m = fmean(returns), fmean(market)
    beta = sum((r - mean_r) * (m - mean_m) for r, m in zip(returns, market)) / (len(returns) - 1)
    beta /= variance(market)
    alpha = annual - beta * ((1 + mean_m) ** 252 - 1)
    excess = [r - m for r, m in zip(returns, market)]
    tracking = stdev(excess) * math.sqrt(252)
    gains = [t["profitLoss"] - t["totalFees"] for t in account.trades]
    wins, lost = [g for g in gains if g > 0], [g for g in gains if g <= 0]
    rate = len(wins) / len(gains)
    average = (fmean(wins) / CASH if wins else 0, fmean(lost) / CASH if lost else 0)
    ratio = average[0] / -average[1] if average[1] else 0
    cagr = (values[-1] / values[0]) ** (1 / years) - 1
    sharpe = annual / deviation
    psr = 0.5 * (1 + math.erf((mean_r / stdev(returns) - 1 / math.sqrt(252)) * math.sqrt(len(returns) - 1) / math.sqrt(2)))
    turnover = account.traded / fmean(values) / len(days)
    recovery, since = 0, 0
    for value, peak in zip(values, peaks):
        since = 0 if value == peak else since + 1
        recovery = max(recovery, since)
    percent = lambda value, places=3: f"{value * 100:.{places}f}%"
    plain = lambda value: f"{round(value, 3):g}"
    statistics = {
        "Total Orders": str(len(account.orders)), "Average Win": percent(average[0], 2),
        "Average Loss": percent(average[1], 2), "Compounding Annual Return": percent(cagr),
        "Drawdown": percent(round(drawdown, 3)), "Expectancy": plain(rate * ratio - (1 - rate)),
        "Start Equity": "100000", "End Equity": f"{values[-1]:.2f}",
        "Net Profit": percent(values[-1] / CASH - 1), "Sharpe Ratio": plain(sharpe),
        "Sortino Ratio": plain(annual / down), "Probabilistic Sharpe Ratio": percent(psr),
        "Loss Rate": percent(1 - rate, 0), "Win Rate": percent(rate, 0),
        "Profit-Loss Ratio": f"{ratio:.2f}", "Alpha": plain(alpha), "Beta": plain(beta),
        "Annual Standard Deviation": plain(deviation), "Annual Variance": plain(deviation**2),
        "Information Ratio": plain(fmean(excess) * 252 / tracking), "Tracking Error": plain(tracking),
        "Treynor Ratio": plain(annual / beta), "Total Fees": f"${account.fees:.2f}",
        "Estimated Strategy Capacity": "$48000000.00", "Lowest Capacity Asset": TICKERS["IBM"],
        "Portfolio Turnover": percent(turnover, 2), "Drawdown Recovery": str(recovery),
    }
    four = lambda value: f"{value:.4f}"
    performance = {
        "tradeStatistics": {
            "startDateTime": account.trades[0]["entryTime"], "endDateTime": account.trades[-1]["exitTime"],
            "totalNumberOfTrades": len(gains), "numberOfWinningTrades": len(wins),
            "numberOfLosingTrades": len(lost), "totalProfitLoss": f"{sum(gains):.2f}",
            "totalProfit": f"{sum(wins):.2f}", "totalLoss": f"{sum(lost):.2f}",
            "profitFactor": four(sum(wins) / -sum(lost)), "winRate": four(rate),
            "totalFees": f"{account.fees:.2f}",
        },
        "portfolioStatistics": {
            "averageWinRate": four(average[0]), "averageLossRate": four(average[1]),
            "profitLossRatio": f"{ratio:.2f}", "winRate": f"{rate:.2f}", "lossRate": f"{1 - rate:.2f}",
            "startEquity": "100000", "endEquity": f"{values[-1]:.2f}",
            "compoundingAnnualReturn": four(cagr), "drawdown": f"{drawdown:.3f}",
            "totalNetProfit": four(values[-1] / CASH - 1), "sharpeRatio": plain(sharpe),
            "probabilisticSharpeRatio": four(psr), "sortinoRatio": plain(annual / down),
            "alpha": plain(alpha), "beta": plain(beta), "annualStandardDeviation": plain(deviation),
            "annualVariance": plain(deviation**2), "trackingError": plain(tracking),
            "portfolioTurnover": four(turnover), "drawdownRecovery": recovery,
            "valueAtRisk99": plain(sorted(returns)[len(returns) // 100]),
            "valueAtRisk95": plain(sorted(returns)[len(returns) // 20]),
        },
        "closedTrades": account.trades,
    }

    def chart(name, **series):
        return {"name": name, "chartType": 0, "series": {
            key: {"name": key, "unit": unit, "index": index, "seriesType": kind, "values": points}
            for index, (key, (unit, kind, points)) in enumerate(series.items())}}

    times = [int(time.timestamp()) for time, _, _ in curve]
    shifts = [0.0] + [round(r * 100, 10) for r in returns]
    charts = {
        "Strategy Equity": chart("Strategy Equity", **{
            "Equity": ("$", 2, [[t, v, v, v, v] for t, v in zip(times, values)]),
            "Return": ("%", 3, [list(p) for p in zip(times, shifts)])}),
        "Benchmark": chart("Benchmark", Benchmark=("$", 0, [[t, p[2]] for t, p in zip(times, curve)])),
        "Drawdown": chart("Drawdown", **{
            "Equity Drawdown": ("%", 0, [[t, -round(f * 100, 2)] for t, f in zip(times, falls)])}),
    }
    year, clock = stamp.split("_")
    start = datetime.fromisoformat(f"{year} {clock.replace('-', ':')}")
    end = start + timedelta(seconds=9)
    result = {
        "rollingWindow": {}, "charts": charts, "orders": account.orders, "profitLoss": account.profit,
        "statistics": statistics,
        "runtimeStatistics": {"Equity": f"${values[-1]:,.2f}", "Fees": f"-${account.fees:,.2f}",
                              "Return": f"{(values[-1] / CASH - 1) * 100:.2f} %",
                              "Volume": f"${account.traded:,.2f}"},
        "state": {"StartTime": str(start), "EndTime": str(end), "RuntimeError": "", "StackTrace": "",
                  "LogCount": "2", "OrderCount": str(len(account.orders)), "InsightCount": "0",
                  "Name": algorithm, "Hostname": "made-up", "Status": "Completed"},
        "algorithmConfiguration": {
            "name": algorithm, "tags": ["made up"], "accountCurrency": "USD", "brokerage": 0,
            "accountType": 0, "parameters": {"made-up": "true", "seed": str(seed)},
            "outOfSampleDays": 0, "startDate": f"{first} 00:00:00", "endDate": f"{last} 23:59:59",
            "tradingDaysPerYear": 252},
        "totalPerformance": performance,
    }
    folder = ROOT / "lean" / project / "backtests" / stamp
    write(folder / f"{identifier}.json", json.dumps(result, separators=(",", ":")) + "\n")
    write(folder / f"{identifier}-order-events.json", json.dumps(account.events, separators=(",", ":")) + "\n")
    write(folder / "config", json.dumps({"id": int(identifier), "container": "made_up"}) + "\n")
    log = f"{end:%Y%m%d %H:%M:%S}.000 TRACE:: Engine.Main(): LEAN ALGORITHMIC TRADING ENGINE v2.5.0.0\n"
    write(folder / "log.txt", log + "This run is made up: no LEAN wrote it.\n")
    write(folder / "code" / "main.py", "# Made up: stands for the project's code.\n")


backtest("sample-momentum", "SampleMomentumAlgorithm", "1700000001", "2026-01-15_18-05-12",
         11, 0.0007, date(2023, 1, 2), date(2025, 12, 31), momentum)
backtest("sample-mean-reversion", "SampleMeanReversionAlgorithm", "1700000002", "2026-01-16_09-41-30",
         24, 0.0002, date(2024, 1, 1), date(2025, 12, 31), reversion)
