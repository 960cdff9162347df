#!/usr/bin/env bash
# Makes .build/jupyter, a Python of its own with what runs a notebook; only `make test-all` needs it.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(nbclient==0.10.4 nbformat==5.10.4 ipykernel==7.1.0 pandas==2.3.3 matplotlib==3.10.7 duckdb==2.0.0)
folder=.build/jupyter
wanted="${packages[*]}"
if [ "$(cat "$folder/packages" 2>/dev/null)" = "$wanted" ]; then exit 0; fi

without() {
    echo "setup: no Jupyter ($1): the test that runs a notebook is skipped" >&2
    exit 0
}
command -v python3 >/dev/null || without "python3 is not there"
rm -rf "$folder"
python3 -m venv "$folder" >/dev/null 2>&1 || without "python3 -m venv fails; on Debian: apt-get install python3-venv"
"$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >"$folder/log" 2>&1 \
    || { tail -n 3 "$folder/log" >&2; rm -rf "$folder"; without "PyPI is out of reach, or lacks a version"; }
echo "$wanted" >"$folder/packages"
