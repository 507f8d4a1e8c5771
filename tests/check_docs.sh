#!/usr/bin/env bash
# What the program can do and what may be configured stands in the man pages: every command and option of
# `candor --help` in docs/man/candor.8.scd, every setting that policy/config/config*.cc reads in
# docs/man/candor.toml.5.scd and, as it promises, in examples/candor.toml; and every event that a log line can
# have in the table of docs/operations.md.
#
#   check_docs.sh PROGRAM
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${1:?usage: check_docs.sh PROGRAM}
commands=$root/docs/man/candor.8.scd
settings=$root/docs/man/candor.toml.5.scd
faults=0
fault() {
    echo "$1"
    faults=$((faults + 1))
}
for page in "$commands" "$settings"; do
    if [[ ! -f $page ]]; then fault "${page#"$root"/} is missing"; fi
done
if ((faults)); then exit 1; fi

# scdoc marks with * and _, and wants some characters escaped: compared is the text without.
plain() { tr -d '*\\' <"$1"; }
commands_text=$(plain "$commands")
settings_text=$(plain "$settings")

# subcommands ARGUMENTS...: the names below "Subcommands:" of a help text.
subcommands() {
    "$program" "$@" --help | sed -n '/^Subcommands:/,/^$/p' | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p'
}
options() { "$program" "$@" --help | grep -oE '(^|[ ,])--[a-z][a-z-]+' | tr -d ' ,' | sort -u; }

check_command() {
    local words="$*" option
    grep -qF -- "$words" <<<"$commands_text" || fault "docs/man/candor.8.scd says nothing of: candor $words"
    for option in $(options "$@"); do
        case $option in --help | --version) continue ;; esac
        grep -qF -- "$option" <<<"$commands_text" || fault "docs/man/candor.8.scd says nothing of: candor $words $option"
    done
}
for command in $(subcommands); do
    check_command "$command"
    for sub in $(subcommands "$command"); do check_command "$command" "$sub"; done
done

# Keys are read by name: table.text("socket", ...), top.table("milter"), require("match").
keys_of() {
    grep -hoE '\.(text|texts|flag|number|word|words|instant|table|tables)(<[^>]*>)?\("[a-z_]+"|(read_duration|read_bytes|read_word<[A-Za-z:]+>)\([a-z]+, "[a-z_]+"' \
        "$@" | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u
}
keys=$(keys_of "$root"/policy/config/config*.cc)
for key in $keys; do
    grep -qE "(^|[^a-z_])$key([^a-z_]|$)" "$root/examples/candor.toml" || fault "examples/candor.toml has no: $key"
done
for key in $keys $(keys_of "$root"/policy/law/evidence.cc); do
    grep -qE "(^|[^a-z_])$key([^a-z_]|$)" <<<"$settings_text" || fault "docs/man/candor.toml.5.scd says nothing of: $key"
done
if [[ -z $keys || -z $(subcommands) ]]; then fault 'found no settings or no commands: this check needs a repair'; fi

# Events have their names where the line is written (cli/spdlog_journal.cc), or are the literal that warning(),
# error() or RareWarning::warn() is called with. Joined to one line, because clang-format breaks calls.
joined() { tr -s ' \n' ' ' <"$1"; }
events_of() {
    local file
    for file in "$root"/{cli,milter,policy,policy/*,sqlite,tracker}/*.{cc,h}; do
        [[ -f $file ]] || continue
        joined "$file" | grep -oE '(journal_?(\.|->)(warning|error)\( ?|[a-z_]+_(\.|->)warn\([a-z_.>-]+, ?)"[a-z_]+"' || true
    done | grep -oE '"[a-z_]+"' | tr -d '"'
    joined "$root/cli/spdlog_journal.cc" | grep -oE '"(-|\{\}) [a-z_]+ |"[a-z_]+" : "[a-z_]+"' | tr -c 'a-z_\n' '\n' | grep .
}
nameless=$(grep -rnE 'journal_?(\.|->)(warning|error)\([^")]' "$root"/{cli,milter,policy,sqlite,tracker} | grep -v 'tracker/rare_warning\.h:' || true)
if [[ -n $nameless ]]; then fault "the event is no literal, so nobody finds its name: $nameless"; fi
events=$(events_of | sort -u)
explained=$(sed -n '/^## Log lines/,/^## Metrics/p' "$root/docs/operations.md" | grep '^|' | cut -d'|' -f2 | grep -oE '`[a-z_]+`' | tr -d '`' | sort -u)
for event in $(comm -23 <(echo "$events") <(echo "$explained")); do
    fault "docs/operations.md does not explain the log line: $event"
done
for event in $(comm -13 <(echo "$events") <(echo "$explained")); do
    fault "docs/operations.md explains a log line that nothing writes: $event"
done
if [[ -z $events ]]; then fault 'found no events: this check needs a repair'; fi

if command -v scdoc >/dev/null; then
    for page in "$root"/docs/man/*.scd; do
        said=$(scdoc <"$page" 2>&1 >/dev/null) || fault "${page#"$root"/}: $said"
    done
fi
if ((faults)); then exit 1; fi
