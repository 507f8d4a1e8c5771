#!/usr/bin/env bash
# What the tracker sends as Location, against what a browser's URL parser makes of the author's link, for
# every link of the corpus: both open the same, and the text differs only where the parser normalises and
# Candor keeps the author's bytes. Needs Node, and the corpus beside the clone.
#
#   check_locations.sh CLI_TEST
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if ! command -v node >/dev/null; then
    echo 'skipped: node is not installed (package nodejs)'
    exit 77
fi
if [[ ! -d $root/../shared/corpus ]]; then
    echo 'skipped: the mail corpus is not beside the clone'
    exit 77
fi
locations=$(mktemp)
trap 'rm -f "$locations"' EXIT
CANDOR_LOCATIONS=$locations "$1" -ts=cli/corpus_links >/dev/null
node "$root/tests/conformance/locations.mjs" "$locations"
