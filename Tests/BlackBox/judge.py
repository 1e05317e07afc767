"""What others compute from the same bars: the trades of `backtesting`, and of a plain simulation by the
documentation's rules with pandas."""

import warnings


def frame(bars):
    import pandas
    return pandas.DataFrame(
        {name: [bar[index] for bar in bars]
         for index, name in enumerate(["Open", "High", "Low", "Close", "Volume"], start=2)},
        index=pandas.DatetimeIndex([str(bar[1]) for bar in bars]))


def run_reference(bars, strategy, cash=100_000, prices=None):
    """The trades of PyPI's `backtesting`: entry and exit bar, size, prices and profit."""
    prices = frame(bars) if prices is None else prices
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from backtesting import Backtest
        done = Backtest(prices, strategy, cash=cash, finalize_trades=True).run()
    trades = done["_trades"].sort_values(["EntryBar", "ExitBar"])
    return [(str(bars[entry][1]), str(bars[leave][1]), int(size), entry_price, exit_price, profit)
            for entry, leave, size, entry_price, exit_price, profit in
            zip(trades.EntryBar, trades.ExitBar, trades.Size, trades.EntryPrice, trades.ExitPrice,
                trades.PnL)]


def sma_cross(fast, slow, short=False):
    from backtesting import Strategy
    from backtesting.lib import crossover
    from backtesting.test import SMA

    class Cross(Strategy):
        def init(self):
            self.quick = self.I(SMA, self.data.Close, fast)
            self.slow = self.I(SMA, self.data.Close, slow)

        def next(self):
            if crossover(self.quick, self.slow):
                self.position.close()
                self.buy()
            elif crossover(self.slow, self.quick):
                self.position.close()
                if short:
                    self.sell()

    return Cross


def wilder(closes, period):
    """Wilder's index, begun with plain means."""
    import numpy
    gain = loss = 0.0
    result = [numpy.nan] * len(closes)
    for index in range(1, len(closes)):
        change = closes[index] - closes[index - 1]
        up, down = max(change, 0), max(-change, 0)
        if index <= period:
            gain, loss = gain + up / period, loss + down / period
        else:
            gain = (gain * (period - 1) + up) / period
            loss = (loss * (period - 1) + down) / period
        if index >= period:
            result[index] = 100 if loss == 0 else 100 - 100 / (1 + gain / loss)
    return numpy.array(result)


def simulate(bars, targets, shares, cash=100_000):
    """Trades by the rules of the documentation: `targets` has for each symbol a side for each bar, or nan.

    What is decided at a close fills at the next open, sales before purchases; whole units; an entry
    takes a share of the equity and never more than is there; the last close ends everything.
    """
    held, pending, trades, earned = {}, {}, [], cash
    count = len(next(iter(bars.values())))

    def leave(symbol, day, price):
        nonlocal earned
        size, entry_day, entry_price = held.pop(symbol)
        earned += size * (price - entry_price)
        trades.append((str(bars[symbol][entry_day][1]), str(bars[symbol][day][1]), size, entry_price, price,
                       size * (price - entry_price)))

    for day in range(count):
        opens = {symbol: bars[symbol][day][2] for symbol in bars}
        now = {symbol: (size > 0) - (size < 0) for symbol, (size, *_) in held.items()}
        wanted = {symbol: side for symbol, side in pending.items() if side != now.get(symbol, 0)}
        pending = {}
        for symbol in wanted:
            if symbol in held:
                leave(symbol, day, opens[symbol])
        for symbol, side in wanted.items():
            equity = earned + sum(size * (opens[name] - entry) for name, (size, _, entry) in held.items())
            used = sum(abs(size) * opens[name] for name, (size, *_) in held.items())
            units = int(min(equity / shares, max(0, equity - used)) // opens[symbol])
            if side and units:
                held[symbol] = (side * units, day, opens[symbol])
        for symbol in bars:
            if day + 1 == count and symbol in held:
                leave(symbol, day, bars[symbol][day][5])
            elif targets[symbol][day] == targets[symbol][day]:
                pending[symbol] = int(targets[symbol][day])
    return trades


def crossings(line, base, short):
    import numpy
    up = (line.shift(1) < base.shift(1)) & (line > base)
    down = (line.shift(1) > base.shift(1)) & (line < base)
    return numpy.where(up, 1.0, numpy.where(down, -1.0 if short else 0.0, numpy.nan))


def macd_targets(bars, fast, slow, signal, short):
    import numpy
    targets = {}
    for symbol, rows in bars.items():
        close = frame(rows).Close
        line = close.ewm(span=fast, adjust=False).mean() - close.ewm(span=slow, adjust=False).mean()
        targets[symbol] = crossings(line, line.ewm(span=signal, adjust=False).mean(), short)
        targets[symbol][:slow + signal - 2] = numpy.nan
    return targets


def donchian_targets(bars, entry, exit, short):
    targets = {}
    for symbol, rows in bars.items():
        prices = frame(rows)
        top, bottom = prices.High.rolling(entry).max().shift(1), prices.Low.rolling(entry).min().shift(1)
        over, under = prices.High.rolling(exit).max().shift(1), prices.Low.rolling(exit).min().shift(1)
        side, sides = 0, []
        for close, high, low, out_high, out_low in zip(prices.Close, top, bottom, over, under):
            before = side
            if close > high:
                side = 1
            elif short and close < low:
                side = -1
            elif (side == 1 and close < out_low) or (side == -1 and close > out_high):
                side = 0
            sides.append(side if side != before else float("nan"))
        targets[symbol] = sides
    return targets


def momentum_targets(bars, lookback, top, rebalance):
    import pandas
    close = pandas.DataFrame({symbol: frame(rows).Close for symbol, rows in bars.items()})
    gains = close.pct_change(lookback)
    targets = {symbol: [float("nan")] * len(close) for symbol in bars}
    for day in range(lookback, len(close), rebalance):
        best = gains.iloc[day].sort_values(ascending=False)[:top]
        for symbol in bars:
            targets[symbol][day] = 1 if best.get(symbol, 0) > 0 else 0
    return targets


def pairs_targets(bars, lookback, entry, exit):
    import numpy
    first, second = (frame(rows).Close for rows in bars.values())
    spread = numpy.log(first / second)
    score = (spread - spread.rolling(lookback).mean()) / spread.rolling(lookback).std()
    side = numpy.where(score > entry, -1.0, numpy.where(
        score < -entry, 1.0, numpy.where(abs(score) < exit, 0.0, numpy.nan)))
    return dict(zip(bars, (side, -side)))
