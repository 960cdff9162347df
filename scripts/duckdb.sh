#!/usr/bin/env bash
# Fetches DuckDB into .deps/duckdb: columnar files and SQL need it, nothing else does. admf loads it at run time.
#
# Debian has no DuckDB. The wheel of PyPI, pinned by hash, has a shared object that exports the whole C API; what it wants
# of Python's library is never called, so a library of stubs answers for it.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.0.0
host=https://files.pythonhosted.org/packages
case $(uname -m) in
x86_64)
    sha256=5a3601121c7cc50d0b70412995634682fafcb58a0156d5d663dfd0b3bbe30a33
    wheel=e4/a1/9c3780faada6e6a3edc5f9364cf19810e6e1ea90a7d5fd8fffc48b42c269/duckdb-$version-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl
    ;;
aarch64)
    sha256=bcdf10dfbc2c1a6bdc5b2a94bba5b15481e552c5745c2af1994617b0eb6bc750
    wheel=04/95/0c8b5b95ac9e14ee83090a78048fbb23fb9f8abacd63e11a5eee7fcb31e1/duckdb-$version-cp311-cp311-manylinux_2_26_aarch64.manylinux_2_28_aarch64.whl
    ;;
*)
    echo "setup: no DuckDB for $(uname -m): SQL and Parquet need ADMF_DUCKDB=/path/to/libduckdb.so; all else works" >&2
    exit 0
    ;;
esac

folder=.deps/duckdb
if [ "$(cat "$folder/wheel.sha256" 2>/dev/null)" = "$sha256" ] && [ -s "$folder/libduckdb.so" ] \
    && [ -s "$folder/python-stubs.so" ]; then
    exit 0
fi

# Nobody's build fails because a server is away: what needs DuckDB says so when it is used.
without() {
    echo "setup: no DuckDB ($1): SQL and Parquet need it, all else works; try 'make setup' again later," \
        "or set ADMF_DUCKDB=/path/to/libduckdb.so" >&2
    exit 0
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo "setup: fetching DuckDB $version" >&2
if command -v curl >/dev/null; then
    curl -fsSL --connect-timeout 10 --retry 2 -o "$scratch/duckdb.whl" "${ADMF_PYPI_FILES:-$host}/$wheel" \
        || without "PyPI is out of reach"
elif command -v wget >/dev/null; then
    wget -q --timeout=10 --tries=2 -O "$scratch/duckdb.whl" "${ADMF_PYPI_FILES:-$host}/$wheel" \
        || without "PyPI is out of reach"
else
    without "neither curl nor wget is there"
fi
echo "$sha256  $scratch/duckdb.whl" | sha256sum --check --status || without "what came is not the pinned wheel"
if command -v unzip >/dev/null; then
    unzip -q "$scratch/duckdb.whl" -d "$scratch/wheel"
elif command -v python3 >/dev/null; then
    python3 -m zipfile -e "$scratch/duckdb.whl" "$scratch/wheel"
else
    without "unzip is not there"
fi

library=$(find "$scratch/wheel" -name '_duckdb*.so' | head -n 1)
[ -n "$library" ] || without "the wheel has no library"
# Names that Python's library would answer for: a byte for each is enough to load.
nm -D -u "$library" | awk '$2 ~ /^_?Py/ { print "char " $2 "[64];" }' >"$scratch/stubs.c"
compiler=$(command -v clang || command -v cc || true)
[ -n "$compiler" ] || compiler=$(dirname "$(readlink -f "$(command -v swift)")")/clang
"$compiler" -shared -fPIC -nostdlib -o "$scratch/python-stubs.so" "$scratch/stubs.c" 2>"$scratch/log" \
    || without "no C compiler works: $(head -n 1 "$scratch/log")"

rm -rf "$folder"
mkdir -p "$folder"
cp "$library" "$folder/libduckdb.so"
cp "$scratch/python-stubs.so" "$folder/"
find "$scratch/wheel" -name 'LICENSE*' -exec cp {} "$folder/LICENSE" \; -quit
# Last: with it the folder is whole.
echo "$sha256" >"$folder/wheel.sha256"
