"""Whether a rival computes what ADMF computes: a ratio against a program that computes something else is worth nothing.

Compared set by set: closed trades (equal), final equity, maximum drawdown and Sharpe ratio (largest relative difference). Rolling
sums are rounded in another order by every program, which makes or unmakes a cross where two averages are equal in one set of
thousands (bench/ties.py shows where); so a few sets may be other, and how many and which are printed.
"""

import csv
import glob
import json
import math

import numpy

# Most sets of a hundred or more that may be other, and the largest difference in the rest.
SETS, DIFFERENCE = 0.001, {"equity": 1e-6, "drawdown": 1e-6, "sharpe": 1e-6}
# backtesting.py counts units of 10^-8 shares and samples its Sharpe ratio by day; backtrader rounds sizes down by 10^-12.
LOOSE = {"equity": 1e-4, "drawdown": 1e-4}


def ours(folder, workload):
    """The metrics of ADMF's last run of a workload, by (fast, slow)."""
    run = max(glob.glob(f"{folder}/out/*-{workload}-1/{workload}/latest"))
    with open(run + "/manifest.json") as file:
        periods = json.load(file)["annualization"]["periods_per_year"]
    found = {}
    with open(run + "/summary.csv") as file:
        for row in csv.DictReader(file):
            found[int(row["cross.fast"]), int(row["cross.slow"])] = (
                1 + float(row["total_return"]),
                float(row["max_drawdown"]),
                float(row["sharpe_ratio"] or "nan") / math.sqrt(periods),
                int(float(row["total_trades"])),
            )
    return found


def theirs(script, said, saved, periods):
    """The same of a rival, in the order of the sets that it ran; `None` where it fills orders at other prices."""
    if saved:
        sharpe = with_first_bar if script == "peer_kernel.py" else lambda ratio, bars: ratio
        return [
            (1 + row[0], abs(row[2]), sharpe(row[1] / math.sqrt(periods), said["bars"]), int(row[3]))
            for row in numpy.load(saved)
        ]
    row = said["sample"]
    if script == "peer_btpy.py":
        return [(1 + row[0] / 100, -row[2] / 100, math.nan, int(row[3]))]
    if script == "peer_backtrader.py":
        return [(1 + row[0], row[2], row[1] / math.sqrt(periods), int(row[3]))]
    return None


def with_first_bar(ratio, bars):
    """A Sharpe ratio a bar over all bars, from one that leaves out the first, whose return is 0."""
    count = bars - 1
    variance = ((count - 1) + count * ratio**2 / (count + 1)) / count
    return ratio * count / (count + 1) / math.sqrt(variance)


def compare(mine, rival, sets, loose):
    """A line for people, and whether the two agree."""
    limits = LOOSE if loose else DIFFERENCE
    worst = dict.fromkeys(limits, 0.0)
    other = []
    for key, row in zip(sets, rival):
        own = mine[key]
        found = {
            name: abs(a - b) / max(abs(b), 1e-3)
            for name, a, b in zip(("equity", "drawdown", "sharpe"), own, row)
            if name in limits and not (math.isnan(a) or math.isnan(b))
        }
        if own[3] != row[3] or any(found[name] > limits[name] for name in found):
            other.append(key)
            continue
        for name in found:
            worst[name] = max(worst[name], found[name])
    agrees = len(other) <= (max(1, SETS * len(rival)) if len(rival) >= 100 else 0)
    differences = ", ".join(f"{name} {worst[name]:.1e}" for name in limits)
    named = f" {other[:3]}" if other else ""
    return f"{len(rival)} sets, {len(other)} of them other{named}; the rest differs at most: {differences}", agrees
