#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine able to build ADMF: installs the packages that are missing, and those only.
# Offline with everything installed it does nothing. Swift itself is not a Debian package: it says how to get it.
set -euo pipefail

missing=()
need() { # need PACKAGE TEST...: the package is missing where the test fails
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
header() { # a C header that the compiler would find
    local folder
    for folder in /usr/include /usr/include/"$(uname -m)"-linux-gnu /usr/local/include; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

need pkg-config command -v pkg-config
need libyaml-dev header yaml.h
need zlib1g-dev header zlib.h
need libzstd-dev header zstd.h
need libssl-dev header openssl/evp.h
need libcurl4-openssl-dev header curl/curl.h
need libisal-dev header isa-l.h
need libsqlite3-dev header sqlite3.h
need sqlite3 command -v sqlite3
need tzdata test -e /usr/share/zoneinfo/Europe/Berlin
need libc6-dev header stdio.h
need binutils command -v ld
need python3 command -v python3
need git command -v git
need valgrind command -v valgrind
need time test -x /usr/bin/time
need curl command -v curl
need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
need unzip command -v unzip

if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: missing packages: ${missing[*]}" >&2
    if ! command -v apt-get >/dev/null; then
        echo "setup: no apt-get here; install what matches these Debian packages and try again" >&2
        exit 1
    fi
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "setup: not root and no sudo; ask for: apt-get install ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
        # Without a terminal sudo cannot ask for a password: fail with a message instead of hanging.
        if [ ! -t 0 ] || [ "${CI:-}" = true ]; then as_root=(sudo -n); fi
    fi
    # The lists of one source may be out of reach and the packages still to be had, so only the install decides.
    "${as_root[@]}" apt-get update -qq </dev/null >&2 || echo "setup: apt-get update failed, going on" >&2
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2; then
        echo "setup: apt-get failed; run it by hand: apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi

if ! command -v swift >/dev/null; then
    cat >&2 <<'TXT'
setup: Swift 6.2 or newer is needed and was not found. To get it:
    curl -O "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz"
    tar zxf "swiftly-$(uname -m).tar.gz" && ./swiftly init --quiet-shell-followup
    . "${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/env.sh"
or see https://www.swift.org/install/linux/, then try again.
TXT
    exit 1
fi

version=$(swift --version 2>/dev/null </dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
major=${version%%.*}
minor=${version#*.}
if [ -n "$version" ] && { [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; }; then
    echo "setup: Swift 6.2 or newer is needed, this is $version ($(command -v swift)); see https://www.swift.org/install/" >&2
    exit 1
fi

# Last, because its stubs need a compiler; where PyPI is out of reach it says so, and all else works.
"$(dirname "$0")/duckdb.sh"
