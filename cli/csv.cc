// One pass over the bytes; a quoted field may hold line ends.
#include "cli/csv.h"

#include <fmt/format.h>

#include <algorithm>

namespace candor::cli {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
    std::string out{trimmed(text)};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

/// Reads one record from `at`; false when a quote never closes.
bool read_record(std::string_view text, std::size_t& at, int& line, CsvRow& row) {
    row = {line, {}};
    std::string field;
    bool quoted = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (at + 1 < text.size() && text[at + 1] == '"') {
                field += '"';
                ++at;
            } else {
                quoted = false;
            }
            continue;
        }
        if (c == '"' && trimmed(field).empty()) {
            field.clear();
            quoted = true;
        } else if (c == ',') {
            row.fields.push_back(std::move(field));
            field.clear();
        } else if (c == '\n') {
            ++at;
            break;
        } else if (c != '\r') {
            field += c;
        }
    }
    row.fields.push_back(std::move(field));
    return !quoted;
}

bool is_blank(const CsvRow& row) {
    return row.fields.size() == 1 && trimmed(row.fields[0]).empty();
}

/// A file without a header row has a person where a column's name should be: only what looks like
/// the name of a column is repeated.
bool may_be_shown(std::string_view name) {
    return !name.empty() && name.size() <= 30 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || c == '_' || c == ' ';
    });
}

}  // namespace

tl::expected<CsvTable, std::vector<policy::ConfigFault>> CsvTable::parse(
    std::string_view text, std::string_view file, const std::vector<std::string>& known,
    std::size_t required) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<policy::ConfigFault> faults;
    const auto fault = [&](int line, std::string message) {
        faults.push_back({std::string{file}, line, std::move(message)});
    };
    CsvTable table;
    CsvRow row;
    std::size_t at = 0;
    int line = 1;
    bool closed = at < text.size() && read_record(text, at, line, row);
    if (!closed) fault(1, "no header row");
    for (std::size_t i = 0; closed && i < row.fields.size(); ++i) {
        const std::string name = lower(row.fields[i]);
        if (std::ranges::find(known, name) == known.end()) {
            const std::string which =
                may_be_shown(name)
                    ? fmt::format("unknown column `{}`", name)
                    : fmt::format("column {} of the header row is not the name of one", i + 1);
            fault(1, fmt::format("{}; known are {}", which, fmt::join(known, ", ")));
        } else if (!table.columns_.emplace(name, i).second) {
            fault(1, fmt::format("column `{}` twice", name));
        }
    }
    for (std::size_t i = 0; closed && i < required; ++i) {
        if (!table.columns_.contains(known[i]))
            fault(1, fmt::format("column `{}` is missing", known[i]));
    }
    const std::size_t width = row.fields.size();
    while (closed && at < text.size()) {
        closed = read_record(text, at, line, row);
        if (!closed) fault(row.line, "a quoted field is not closed");
        if (!closed || is_blank(row)) continue;
        if (row.fields.size() != width) {
            fault(row.line,
                  fmt::format("{} fields, the header row has {}", row.fields.size(), width));
            continue;
        }
        table.rows_.push_back(std::move(row));
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return table;
}

std::string_view CsvTable::field(const CsvRow& row, std::string_view column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() ? std::string_view{} : trimmed(row.fields[found->second]);
}

std::string csv_field(std::string_view value) {
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{value};
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

}  // namespace candor::cli
