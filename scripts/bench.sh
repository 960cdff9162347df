#!/usr/bin/env bash
# Times the standard workloads end to end: a YAML file in, every container's metrics.json on disk.
#   ADMF=path scripts/bench.sh [WORKLOAD...]     table on stdout, JSON in .build/bench.json
# SMA crossover, long or flat, all in, next open, 0.1 % a side. Wall times say something about this machine only.
set -euo pipefail
cd "$(dirname "$0")/.."
admf=${ADMF:-.build/release/admf}
runs=${RUNS:-5}
folder=.build/bench
mkdir -p "$folder"

# One-minute bars: a seeded geometric random walk, 60 % a year over 525,600 bars, from 100.
minute_bars() {
    awk -v count="$1" 'BEGIN {
        srand(42); pi = atan2(0, -1); price = 100
        print "timestamp,open,high,low,close,volume"
        for (i = 0; i < count; i++) {
            open = price
            normal = sqrt(-2 * log(1 - rand())) * cos(2 * pi * rand())
            price = price * exp(0.6 * normal / sqrt(525600))
            high = (open > price ? open : price) * (1 + 0.0002 * rand())
            low = (open < price ? open : price) * (1 - 0.0002 * rand())
            printf "%d,%.6f,%.6f,%.6f,%.6f,%d\n", 1704067200 + 60 * i, open, high, low, price, 20 + int(60 * rand())
        }
    }'
}

workload() { # workload NAME FILE TIMEFRAME FAST SLOW
    cat >"$folder/$1.yaml" <<YAML
name: $1
data:
  bars:
    - {symbol: X, file: $2, timeframe: $3}
strategies:
  - {id: cross, type: sma_cross, params: {fast: 10, slow: 30}}
portfolios:
  - {id: p, strategies: [cross]}
execution: {fill: next_open, commission: 0.1%}
sweep:
  parameters:
    cross.fast: $4
    cross.slow: $5
YAML
}

daily=../../configs/data/SPX.csv
for size in "100|range(5, 50, 5)|range(60, 150, 10)" "1k|range(2, 80, 2)|range(90, 210, 5)" \
    "10k|range(2, 101, 1)|range(102, 201, 1)"; do
    IFS='|' read -r name fast slow <<<"$size"
    workload "daily-$name" "$daily" 1d "$fast" "$slow"
    workload "minute-$name" minute.csv 1m "$fast" "$slow"
done
workload year-1k year.csv 1m "range(2, 80, 2)" "range(90, 210, 5)"

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(daily-100 daily-1k daily-10k minute-100 minute-1k minute-10k year-1k)
for name in "${names[@]}"; do
    case $name in
        minute-*) [ -e "$folder/minute.csv" ] || minute_bars 100000 >"$folder/minute.csv" ;;
        year-*) [ -e "$folder/year.csv" ] || minute_bars 1000000 >"$folder/year.csv" ;;
    esac
done

containers_of() { case $1 in *-100) echo 100 ;; *-1k) echo 1000 ;; *) echo 10000 ;; esac; }
bars_of() { case $1 in daily-*) echo 2262 ;; minute-*) echo 100000 ;; *) echo 1000000 ;; esac; }

# Runs once; prints wall milliseconds and peak memory in KiB.
once() {
    local start end peak=0 now process
    rm -rf "$folder/out"
    start=$(date +%s%N)
    "$admf" run "$folder/$1.yaml" --output "$folder/out" --quiet </dev/null >/dev/null &
    process=$!
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.005
    done
    wait "$process"
    end=$(date +%s%N)
    echo "$(((end - start) / 1000000)) $peak"
}

printf '%-11s %10s %10s %10s %14s %10s %10s\n' workload containers "median ms" "spread ms" "bar-evals M/s" "peak MiB" "MiB out"
json=""
for name in "${names[@]}"; do
    times=()
    peak=0
    for _ in $(seq "$runs"); do
        read -r milliseconds memory <<<"$(once "$name")"
        times+=("$milliseconds")
        [ "$memory" -le "$peak" ] || peak=$memory
    done
    mapfile -t sorted < <(printf '%s\n' "${times[@]}" | sort -n)
    median=${sorted[$((runs / 2))]}
    spread=$((sorted[runs - 1] - sorted[0]))
    containers=$(containers_of "$name")
    bytes=$(du -sb "$folder/out" | cut -f 1)
    rate=$(awk -v b="$(bars_of "$name")" -v c="$containers" -v m="$median" 'BEGIN { printf "%.1f", b * c / (m > 0 ? m : 1) / 1000 }')
    printf '%-11s %10d %10d %10d %14s %10.1f %10.1f\n' "$name" "$containers" "$median" "$spread" "$rate" \
        "$(awk -v p="$peak" 'BEGIN { print p / 1024 }')" "$(awk -v b="$bytes" 'BEGIN { print b / 1048576 }')"
    json+="${json:+,}{\"workload\":\"$name\",\"containers\":$containers,\"median_ms\":$median,\"spread_ms\":$spread"
    json+=",\"bar_evaluations_million_per_second\":$rate,\"peak_kib\":$peak,\"bytes_written\":$bytes}"
done
printf '{"runs":%d,"cores":%d,"workloads":[%s]}\n' "$runs" "$(nproc)" "$json" >.build/bench.json
