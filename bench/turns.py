"""Takes turns between ADMF and its rivals on the same bars, and prints ratios. Started by scripts/bench-peers.sh.

Two ways to compare, both printed:
  process  the wall time of the whole process on either side: imports, compilation, reading CSV, everything
  inside   bar-evaluations a second and worker: the rival's own clock around its computation alone (nothing imported, nothing
           read, nothing compiled, nothing written) against ADMF's whole process. The kinder one to the rival.
Where a rival is too slow for the whole grid it runs evenly spaced sets of it, and only `inside` is printed.

Before anything is timed every rival's results are compared with ADMF's (agreement.py); the end is status 1 where one that fills
orders at the same prices has other results.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import agreement

FOLDER = ".build/bench"
PEERS = FOLDER + "/peers"
PROGRAM = os.environ.get("ADMF") or ".build/release/admf"
BENCH = os.environ.get("BENCH") or ".build/release/backtest-bench"
CORES = len(os.sched_getaffinity(0))
# Without these vectorbt pays for page faults at every chunk (bench/peers/README.md).
MALLOC = {"MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_MMAP_THRESHOLD_": "4294967296"}


def comparisons(which):
    """(label, our workload, workers, virtual environment, script and arguments), in the order of the table."""
    found = []
    for workers in sorted({1, CORES}):
        for workload, data, grid in (
            ("goog-10k", "goog", 10000),
            ("min-10k", "100k", 10000),
            ("year-1k", "1m", 1000),
        ):
            arguments = f"peer_kernel.py --data {data} --grid {grid} --variant v2 --procs {workers}"
            found.append(("expert's numba loop", workload, workers, "vectorbt", arguments))
    for variant in (["v1"] if which == "all" else []):
        arguments = f"peer_kernel.py --data 100k --grid 1000 --variant {variant} --procs 1"
        found.append(("expert's plain loop", "min-1k", 1, "vectorbt", arguments))
    for engine in ("numba", "rust"):
        for style in ("tuned", "low"):
            arguments = f"peer_vbt.py --data 100k --grid 100 --engine {engine} --style {style} --chunk 10"
            found.append((f"vectorbt {engine} {style}", "min-100", 1, "vectorbt", arguments))
    if which == "all":
        for name, environment, script, limit in (
            ("backtesting.py", "backtesting", "peer_btpy.py", 4),
            ("backtrader", "backtrader", "peer_backtrader.py", 1),
            ("nautilus_trader", "nautilus", "peer_nautilus.py", 2),
        ):
            arguments = f"{script} --data 100k --grid 100 --limit {limit}"
            found.append((name, "min-100", 1, environment, arguments))
    return found


def share_data():
    """Links the bars that ADMF reads to where the rivals' scripts look for them."""
    names = {"goog_daily.csv": "goog_daily.csv", "walk_1_100000.csv": "synth_100k.csv", "walk_1_1000000.csv": "synth_1m.csv"}
    os.makedirs(PEERS + "/data", exist_ok=True)
    for ours, theirs in names.items():
        link = f"{PEERS}/data/{theirs}"
        if os.path.lexists(link):
            os.remove(link)
        os.symlink(os.path.abspath(f"{FOLDER}/{ours}"), link)


def ours(workload, workers):
    """One run of ADMF: seconds of the process, and bar-evaluations."""
    numbers = FOLDER + "/turn.json"
    command = [BENCH, workload, "--program", PROGRAM, "--folder", FOLDER, "--json", numbers]
    command += ["--repeat", "1", "--jobs", str(workers), "--no-instructions", "--keep"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(numbers) as file:
        return json.load(file)["workloads"][0]


def theirs(environment, arguments, save=None):
    """One run of a rival: seconds of the process, and what it says of itself; some save their results."""
    words = arguments.split()
    if save and words[0] in ("peer_kernel.py", "peer_vbt.py"):
        words += ["--save", os.path.abspath(save)]
    if words[0] in ("peer_kernel.py", "peer_vbt.py"):
        words += ["--repeat", "1"]
    command = [f".deps/peers/{environment}/bin/python", "bench/peers/" + words[0], *words[1:]]
    variables = dict(os.environ, PEERS=PEERS, **(MALLOC if "peer_vbt" in words[0] else {}))
    begin = time.perf_counter()
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - begin
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode != 0 or not results:
        sys.exit(f"bench: {arguments}: exit status {done.returncode}\n{done.stderr[-2000:]}")
    return seconds, json.loads(results[-1][len("RESULT "):])


def agree(table):
    """Compares the results of every rival with ADMF's, and prints the differences; whether all agree."""
    sys.path.insert(0, "bench/peers")
    import common  # of the rivals: grids and bars a year

    everything = True
    for name, workload, workers, environment, arguments in table:
        if workers > 1:
            continue
        print(f"bench: results of {name} on {workload}", file=sys.stderr)
        words = arguments.split()
        saved = f"{PEERS}/saved.npy"
        if os.path.exists(saved):
            os.remove(saved)
        said = theirs(environment, arguments, saved)[1]
        options = dict(zip(words[1::2], words[2::2]))
        limit = int(options["--limit"]) if "--limit" in options else None
        sets = common.sample(common.pairs(options["--grid"]), limit)
        saved = saved if os.path.exists(saved) else None
        rival = agreement.theirs(words[0], said, saved, common.ANN[options["--data"]])
        if rival is None:
            print(f"{name}, {workload}: fills at other prices, so its results are its own")
            continue
        mine = agreement.ours(FOLDER, workload)
        line, agrees = agreement.compare(mine, rival, sets, loose=environment != "vectorbt")
        print(f"{name}, {workload}: {line}{'' if agrees else '  DISAGREES'}", flush=True)
        everything = everything and agrees
    return everything


def main(which, rounds):
    table = comparisons(which)
    print("\nresults against those of ADMF, largest relative differences:")
    for workload in sorted({row[1] for row in table}):
        ours(workload, CORES)  # makes the data, warms the caches of the system
    share_data()
    agrees = agree(table)
    if rounds == 0:
        return agrees
    for row in table:
        if row[3] == "vectorbt" and row[2] > 1:
            theirs(row[3], row[4])  # compiles once, as on a user's second run
    load = os.getloadavg()[0]
    turns = [[] for _ in table]
    for turn in range(rounds):
        for index, (name, workload, workers, environment, arguments) in enumerate(table):
            print(f"bench: turn {turn + 1} of {rounds}: {workload}, {name}", file=sys.stderr)
            turns[index].append((ours(workload, workers), *theirs(environment, arguments)))
    print(f"\nrivals: median of {rounds} turns, load {load:.2f}, {CORES} cores; a ratio over 1 means that ADMF is faster")
    heads = ("rival", "workload", "workers", "ADMF s", "rival s", "process", "ADMF M/s", "rival M/s", "inside")
    print("%-22s %-9s %7s %9s %9s %8s %9s %10s %8s" % heads)
    written = []
    for (name, workload, workers, _, _), rows in zip(table, turns):
        mine = statistics.median(row[0]["median_seconds"] for row in rows)
        process = statistics.median(row[1] for row in rows)
        said = rows[0][2]
        walls = [statistics.median(row[2]["walls"]) for row in rows]
        inner = said["sets"] * said["bars"] / statistics.median(walls) / workers
        rate = rows[0][0]["bar_evaluations"] / mine / workers
        whole = said["sets"] == rows[0][0]["containers"]
        ratio = f"{process / mine:.2f}" if whole else "-"
        cells = (name, workload, workers, mine, process, ratio, rate / 1e6, inner / 1e6, rate / inner)
        print("%-22s %-9s %7d %9.3f %9.3f %8s %9.1f %10.3f %8.2f" % cells)
        written.append({
            "rival": name, "workload": workload, "workers": workers, "sets": said["sets"],
            "admf_seconds": mine, "rival_process_seconds": process,
            "process_ratio": process / mine if whole else None,
            "admf_bar_evaluations_per_second_and_core": rate,
            "rival_bar_evaluations_per_second_and_core": inner, "inside_ratio": rate / inner,
        })
    with open(".build/bench-peers.json", "w") as file:
        json.dump({"format": 1, "agrees": agrees, "rounds": rounds, "load": load, "cores": CORES, "comparisons": written}, file, indent=1)
        file.write("\n")
    shutil.rmtree(FOLDER + "/out")  # last: it takes a while, and freed inodes would slow down the next turn
    return agrees


sys.exit(0 if main(sys.argv[1], int(sys.argv[2])) else 1)
