"""Where two moving averages of a CSV's closes are equal in exact arithmetic, and what rounding makes of it.

    python3 bench/ties.py .build/bench/goog_daily.csv 6 117

A bar a line: its place and time, the exact average of the decimal prices, and what three ways of computing in doubles make of the
fast and the slow one. Needs nothing but Python.
"""

import csv
import sys
from fractions import Fraction
from itertools import accumulate


def rolling(closes, window):
    """The averages of the expert's loop (bench/peers/peer_kernel.py): a rolling sum, compensated after Kahan."""
    total = compensation = 0.0
    averages = []
    for bar, close in enumerate(closes):
        added = close - (closes[bar - window] if bar >= window else 0.0) - compensation
        sum_ = total + added
        compensation = (sum_ - total) - added
        total = sum_
        averages.append(total * (1.0 / window))
    return averages


def describe(fast, slow):
    return f"{fast!r} {'<' if fast < slow else '>' if fast > slow else '='} {slow!r}"


def main(path, fast, slow):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    places = max(len(row["close"].partition(".")[2]) for row in rows)
    units = [int(Fraction(row["close"]) * 10**places) for row in rows]
    sums = [0, *accumulate(units)]
    closes = [float(row["close"]) for row in rows]
    experts = rolling(closes, fast), rolling(closes, slow)
    for bar in range(slow - 1, len(rows)):
        quick, calm = (sums[bar + 1] - sums[bar + 1 - window] for window in (fast, slow))
        if quick * slow != calm * fast:
            continue
        # The sums of the doubles that stand for the decimal prices, without rounding.
        exact = [sum(map(Fraction, closes[bar + 1 - window : bar + 1])) for window in (fast, slow)]
        print(f"bar {bar}, {rows[bar]['timestamp']}: both averages are {Fraction(quick, fast * 10**places)}")
        print("  expert's rolling sum:         ", describe(experts[0][bar], experts[1][bar]))
        print("  sum rounded, then divided:    ", describe(float(exact[0]) / fast, float(exact[1]) / slow))
        print("  rounded once:                 ", describe(float(exact[0] / fast), float(exact[1] / slow)))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
