#!/usr/bin/env bash
# Measures ADMF and its rivals on the same data in one run, taking turns: `make bench PEERS=1`, or PEERS=all for all of them.
#   scripts/bench-peers.sh [all]    ratios on stdout, JSON in .build/bench-peers.json
# The rivals' scripts are in bench/peers, unchanged; each rival gets a virtual environment under .deps/peers.
# PYTHON names another interpreter (3.11 is what the pinned versions were measured with), REPEAT the number of rounds (0: compare results alone).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

environment() { # environment NAME PACKAGE...
    local folder=.deps/peers/$1 stamp
    shift
    stamp="$folder/installed-$(printf '%s ' "$@" | cksum | cut -d ' ' -f 1)"
    [ ! -e "$stamp" ] || return 0
    echo "bench: installing $* into $folder" >&2
    rm -rf "$folder"
    "$python" -m venv "$folder" || {
        echo "bench: $python cannot make virtual environments (Debian, Ubuntu: apt-get install python3-venv)" >&2
        exit 1
    }
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
    touch "$stamp"
}

environment vectorbt vectorbt==1.2.0 vectorbt-rust==1.2.0 numba==0.68.1
which=some
if [ "${1:-}" = all ]; then
    which=all
    environment backtesting backtesting==0.6.6
    environment backtrader backtrader==1.9.78.123 pandas
    environment nautilus nautilus_trader==1.221.0 pandas
fi
export NUMBA_CACHE_DIR="$PWD/.deps/peers/numba-cache" PYTHONDONTWRITEBYTECODE=1
exec .deps/peers/vectorbt/bin/python bench/turns.py "$which" "${REPEAT:-3}"
