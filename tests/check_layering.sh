#!/usr/bin/env bash
# Which folder may include what: the map of docs/ARCHITECTURE.md as code. Fails on every include it does
# not list, so that a new dependency is a decision somebody makes here, in the open.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The C++ and C library is open to every folder; the system (sockets, files, processes) and the parts of
# the standard library that do I/O only to those that may do any.
standard='^[a-z_0-9]+$'
does_io='^(iostream|fstream|filesystem|cstdio|thread|future)$'
system='^(sys|netinet|arpa|linux)/[a-z_0-9]+\.h$|^(unistd|fcntl|poll|signal|pthread|sysexits|netdb|syslog|dirent|pwd|grp|time|errno|stdint|stdlib|spawn|termios)\.h$'
pure=' policy rewriter '

# What the folder may include besides its own headers and the standard ones.
policy='^(arpa/inet\.h|openssl/|fmt/|tl/expected\.hpp|toml\+\+/|nlohmann/|libpsl\.h|idn2\.h|embedded/)'
rewriter='^(policy/result\.h|gmime/|glib|iconv\.h|uni(width|ctype|lbrk)\.h|re2/|nlohmann/|(emmintrin|arm_neon)\.h|fmt/|tl/expected\.hpp|embedded/)'
sqlite='^(policy/|sqlite3\.h|fmt/|tl/expected\.hpp|nlohmann/)'
milter='^(rewriter/|policy/|libmilter/|fmt/|tl/expected\.hpp)'
tracker='^(policy/|boost/|openssl/|fmt/|tl/expected\.hpp|embedded/)'
cli='^(policy/|rewriter/|sqlite/|milter/|tracker/|boost/|spdlog/|fmt/|CLI/|nlohmann/|openssl/|systemd/|tl/expected\.hpp|embedded/)'

# Inside a folder, a library lives in the few files that exist for it: "FOLDER INCLUDE FILES".
# A pattern that is not listed here is open to the whole folder.
narrow=(
    'policy   ^toml\+\+/         ^(toml_text|config_reader)\.(h|cc)$'
    'policy   ^(libpsl|idn2)\.h  ^[a-z_]+\.cc$'
    'policy   ^nlohmann/         ^[a-z_]+\.cc$'
    'policy   ^openssl/          ^[a-z_]+\.cc$'
    'rewriter ^(gmime/|glib)     ^(gmime_ptr\.h|[a-z_]+\.cc)$'
    'rewriter ^iconv\.h         ^iconv_converter\.h$'
    'rewriter ^(re2|nlohmann)/   ^clear_urls\.cc$'
    'rewriter ^uni[a-z]+\.h     ^utf8_text\.cc$'
    'rewriter ^(emmintrin|arm_neon)\.h  ^scan\.h$'
    'sqlite   ^sqlite3\.h        ^database\.(h|cc)$|^[a-z_]+\.cc$'
    'milter   ^libmilter/        ^[a-z_]+\.(h|cc)$'
    'cli      ^boost/            ^https_client\.cc$'
    'cli      ^spdlog/           ^[a-z_]*journal[a-z_]*\.(h|cc)$|^wiring[a-z_]*\.cc$'
)

include='include[[:space:]]*[<"]([^>"]+)[>"]'
faults=0
fault() {
    echo "$1"
    faults=$((faults + 1))
}

includes_of() { grep -rnHE --include='*.h' --include='*.cc' '^[[:space:]]*#[[:space:]]*include' "$1" || true; }

for folder in policy rewriter sqlite milter tracker cli; do
    allowed=${!folder}
    while IFS=: read -r file line text; do
        name=
        if [[ $text =~ $include ]]; then name=${BASH_REMATCH[1]}; fi
        if [[ -z $name ]]; then
            fault "$file:$line: an include this check cannot read: $text"
            continue
        fi
        if [[ $pure == *" $folder "* ]]; then
            if [[ $name =~ $does_io ]]; then
                fault "$file:$line: $folder does no I/O, so not <$name>"
                continue
            fi
        elif [[ $name =~ $system ]]; then
            continue
        fi
        if [[ $name == "$folder"/* || $name =~ $standard ]]; then continue; fi
        if ! [[ $name =~ $allowed ]]; then
            fault "$file:$line: $folder must not include <$name>"
            continue
        fi
        for rule in "${narrow[@]}"; do
            if [[ $rule != "$folder "* ]]; then continue; fi
            read -r rule_folder rule_include rule_files <<<"$rule"
            if [[ $rule_folder == "$folder" && $name =~ $rule_include ]] &&
                ! [[ ${file##*/} =~ $rule_files ]]; then
                fault "$file:$line: <$name> belongs into one of the files $rule_files of $folder"
            fi
        done
    done < <(includes_of "$folder")
done

# The rooms of the rewriter, each of which may use those it lists and none that stands above it. `plan.h`
# and `shipped_lists.h` are open to all: what is asked of a copy, and the lists that ship.
rooms_open='^rewriter/(plan|shipped_lists)\.h$'
declare -A rooms=(
    [bytes]='' [html]='bytes' [mime]='bytes|html' [links]='bytes|html|mime' [tracking]='bytes|html|links'
    [text]='bytes|html|links'
)
for path in rewriter/*/; do
    room=${path#rewriter/}
    room=${room%/}
    if [[ $room == data ]]; then continue; fi
    if [[ -z ${rooms[$room]+listed} ]]; then
        fault "rewriter/$room: a room that this check does not know"
        continue
    fi
    while IFS=: read -r file line text; do
        [[ $text =~ $include ]] && name=${BASH_REMATCH[1]}
        if [[ $name != rewriter/* || $name =~ $rooms_open ]]; then continue; fi
        [[ $name =~ ^rewriter/($room|${rooms[$room]:-$room})/ ]] ||
            fault "$file:$line: rewriter/$room must not include <$name>"
    done < <(includes_of "rewriter/$room")
done

# A folder's library must not be linked around the table either.
while IFS=: read -r file line text; do
    fault "$file:$line: relative include: $text"
done < <(grep -rnHE --include='*.h' --include='*.cc' '#[[:space:]]*include[[:space:]]*"\.\.?/' policy rewriter sqlite milter tracker cli || true)

if ((faults)); then
    echo "$faults includes break the layering; the table is in $0"
    exit 1
fi
