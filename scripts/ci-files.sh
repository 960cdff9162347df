#!/usr/bin/env bash
# Takes the YAML blocks out of docs/ci.md and holds them against the published schemas of GitHub Actions and GitLab CI.
# check-jsonschema comes from PyPI, once, into .build/ci-tools; it has the schemas with it, so a second call needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=.build/ci-tools
if [ ! -x "$tools/bin/check-jsonschema" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check 'check-jsonschema==0.39.0'
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v folder="$work" '/^```yaml$/ { file = folder "/" ++count ".yml"; next } /^```$/ { file = "" }
    file != "" { print > file }' docs/ci.md
[ -s "$work/1.yml" ] && [ -s "$work/2.yml" ] || { echo "ci-files: docs/ci.md has no two YAML blocks" >&2; exit 1; }
"$tools/bin/check-jsonschema" --builtin-schema vendor.github-workflows "$work/1.yml"
"$tools/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci "$work/2.yml"
