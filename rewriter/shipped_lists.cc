// Reads the embedded tab-separated text; each list is read once by who needs it.
#include "rewriter/shipped_lists.h"

#include <algorithm>

#include "embedded/lists.h"
#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

ListRow row_of(std::string_view line) {
    ListRow row;
    for (std::string_view& field : row) field = take_until(line, '\t');
    return row;
}

}  // namespace

std::vector<ListRow> shipped_list(std::string_view file) {
    std::vector<ListRow> rows;
    bool heading_seen = false;
    for (const auto& [name, content] : embedded::lists) {
        if (name != file) continue;
        std::string_view rest = content;
        while (!rest.empty()) {
            const std::string_view line = take_until(rest, '\n');
            if (line.empty() || line.front() == '#') continue;
            if (heading_seen) rows.push_back(row_of(line));
            heading_seen = true;
        }
    }
    return rows;
}

bool matches_glob(std::string_view pattern, std::string_view text) {
    const auto fits = [](char wanted, char c) {
        return wanted == '?' || ascii_lower(wanted) == ascii_lower(c);
    };
    // What stands behind the last `*` can only stand at the end.
    while (!pattern.empty() && pattern.back() != '*') {
        if (text.empty() || !fits(pattern.back(), text.back())) return false;
        pattern.remove_suffix(1);
        text.remove_suffix(1);
    }
    if (pattern.empty()) return text.empty();
    // On a mismatch only the latest `*` has to take one character more: no recursion.
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken_to = 0;
    while (p + 1 < pattern.size()) {
        if (pattern[p] == '*') {
            star = p++;
            taken_to = t;
        } else if (t < text.size() && fits(pattern[p], text[t])) {
            ++p;
            ++t;
        } else if (star == std::string_view::npos || t == text.size()) {
            return false;
        } else {
            p = star + 1;
            t = ++taken_to;
        }
    }
    return true;
}

}  // namespace candor::rewriter
