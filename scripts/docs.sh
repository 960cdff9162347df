#!/usr/bin/env bash
# Makes the reference of every public declaration: .build/docs/<module>/index.html.
set -euo pipefail
cd "$(dirname "$0")/.."
docc=$(command -v docc || true)
[ -n "$docc" ] || docc="$(dirname "$(readlink -f "$(command -v swift)")")/docc"
[ -x "$docc" ] || { echo "docs: docc was not found beside swift" >&2; exit 1; }
swift package dump-symbol-graph --minimum-access-level public </dev/null >/dev/null
graphs=$(find .build -type d -name symbolgraph -path '*debug*' | head -n 1)
[ -n "$graphs" ] || { echo "docs: swift left no symbol graphs" >&2; exit 1; }
mkdir -p .build/docs
for graph in "$graphs"/Backtest*.symbols.json; do
    module=$(basename "$graph" .symbols.json)
    case $module in *Tests | *@*) continue ;; esac
    work=$(mktemp -d)
    cp "$graphs/$module".symbols.json "$work"/
    "$docc" convert --additional-symbol-graph-dir "$work" --output-path ".build/docs/$module" \
        --fallback-display-name "$module" --fallback-bundle-identifier "admf.$module" >/dev/null
    rm -r "$work"
    echo "  .build/docs/$module"
done
echo "Serve it with any web server, such as: python3 -m http.server -d .build/docs/BacktestModel"
