// A byte at a time from a buffer of fixed size; what is read twice is rewound, not kept.
#include "cli/csv.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "cli/wiring.h"
#include "policy/ascii.h"

namespace candor::cli {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_blank(const CsvRow& row) {
    return row.fault.empty() && row.fields.size() == 1 && trimmed(row.fields[0]).empty();
}

/// RFC 3629: no surrogates, nothing over U+10FFFF, the shortest form only.
bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[at + k]) & 0xC0) != 0x80) return false;
        }
        const auto second = static_cast<unsigned char>(text[at + 1]);
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
            (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
            return false;
        }
        at += length;
    }
    return true;
}

/// A file without a header row has a person where a column's name should be: only what looks like
/// the name of a column is repeated.
bool may_be_shown(std::string_view name) {
    return !name.empty() && name.size() <= 30 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || c == '_' || c == ' ';
    });
}

}  // namespace

CsvFile::CsvFile(std::string name, File file, std::uint64_t bytes)
    : name_(std::move(name)), file_(std::move(file)), bytes_(bytes) {}

Result<CsvFile> CsvFile::open(const std::string& path) {
    const bool is_stdin = path == "-";
    const std::string name = is_stdin ? "standard input" : path;
    struct stat known {};
    if (!is_stdin && ::stat(path.c_str(), &known) == 0 && S_ISREG(known.st_mode)) {
        File file{std::fopen(path.c_str(), "rbe")};
        if (file) return CsvFile(name, std::move(file), static_cast<std::uint64_t>(known.st_size));
        return cannot_read(name, errno);
    }
    // A pipe is read once and an import reads twice. Not into a temporary file: addresses do not
    // belong on a disk that nobody thought of.
    const int memory = ::memfd_create("candor-csv", MFD_CLOEXEC);
    File file{memory < 0 ? nullptr : ::fdopen(memory, "w+b")};
    if (!file) return fail(Fault::Unavailable, name + ": no memory for what a pipe brings");
    std::uint64_t bytes = 0;
    const auto read = read_pieces(path, [&](std::string_view piece) {
        bytes += std::fwrite(piece.data(), 1, piece.size(), file.get());
    });
    if (!read) return fail(read.error());
    if (std::fflush(file.get()) != 0) {
        return fail(Fault::Unavailable, name + ": no memory for what a pipe brings");
    }
    return CsvFile(name, std::move(file), bytes);
}

int CsvFile::peek() {
    if (at_ == buffer_.size()) {
        buffer_.resize(buffer_bytes);
        buffer_.resize(std::fread(buffer_.data(), 1, buffer_bytes, file_.get()));
        at_ = 0;
        if (buffer_.empty()) return -1;
    }
    return static_cast<unsigned char>(buffer_[at_]);
}

int CsvFile::take() {
    const int byte = peek();
    if (byte < 0) return byte;
    ++at_;
    ++bytes_read_;
    if (byte == '\n') ++line_;
    return byte;
}

/// Behind the opening quote, up to the comma or line end behind the closing one.
void CsvFile::read_quoted(CsvRow& row, std::string& field) {
    for (;;) {
        const int byte = take();
        if (byte < 0) {
            row.fault = "a quoted field is not closed";
            return;
        }
        if (byte != '"') {
            field.push_back(static_cast<char>(byte));
        } else if (peek() == '"') {
            field.push_back(static_cast<char>(take()));
        } else {
            break;
        }
        if (field.size() > max_csv_row_bytes) {
            row.fault = "a field is longer than a row may be; is its quote closed?";
            return;
        }
    }
    for (int byte = peek(); byte >= 0 && byte != ',' && byte != '\n'; byte = peek()) {
        if (byte != ' ' && byte != '\t' && byte != '\r') row.fault = "text behind a closing quote";
        take();
    }
}

void CsvFile::read_field(CsvRow& row, std::string& field) {
    while (peek() == ' ' || peek() == '\t') take();
    if (peek() == '"') {
        take();
        return read_quoted(row, field);
    }
    for (int byte = peek(); byte >= 0 && byte != ',' && byte != '\n'; byte = peek()) {
        field.push_back(static_cast<char>(take()));
        if (field.size() > max_csv_row_bytes) {
            row.fault = "a field is longer than a row may be";
            return;
        }
    }
    const bool ends_row = peek() != ',';
    if (ends_row && !field.empty() && field.back() == '\r') field.pop_back();
}

/// False at the end of the file. A row with a fault has no fields to rely on.
bool CsvFile::read_row(CsvRow& row) {
    row.line = line_;
    row.fault = {};
    if (peek() < 0) return false;
    std::size_t fields = 0, bytes = 0;
    do {
        if (fields == row.fields.size()) row.fields.emplace_back();
        std::string& field = row.fields[fields++];
        field.clear();
        read_field(row, field);
        bytes += field.size() + 1;
        if (row.fault.empty() && !is_utf8(field)) row.fault = "a field is not UTF-8";
        if (bytes > max_csv_row_bytes && row.fault.empty()) {
            row.fault = "the row is longer than a row may be";
        }
        // Where such a row ends nobody knows: the next line end is as good as any.
        if (bytes > max_csv_row_bytes) {
            while (peek() >= 0 && peek() != '\n') take();
        }
    } while (take() == ',');
    row.fields.resize(fields);
    return true;
}

Result<std::vector<std::string>> CsvFile::header() {
    std::rewind(file_.get());
    buffer_.clear();
    at_ = 0;
    bytes_read_ = 0;
    line_ = 1;
    if (peek() == 0xEF && buffer_.starts_with("\xEF\xBB\xBF")) at_ = bytes_read_ = 3;
    CsvRow row;
    const bool found = read_row(row);
    if (std::ferror(file_.get()) != 0) {
        return fail(Fault::Unavailable, name_ + ": cannot be read");
    }
    if (!found || is_blank(row)) return fail(Fault::Malformed, "no header row");
    if (!row.fault.empty()) return fail(Fault::Malformed, std::string(row.fault));
    const std::string& first = row.fields.front();
    const std::size_t other = row.fields.size() == 1 ? first.find_first_of(";\t") : first.npos;
    if (other != first.npos && may_be_shown(policy::ascii_lowered(first.substr(0, other)))) {
        return fail(Fault::Malformed, first[other] == ';'
                                          ? "columns are separated by `;`, not `,`"
                                          : "columns are separated by tabs, not `,`");
    }
    for (std::string& name : row.fields) name = policy::ascii_lowered(trimmed(name));
    return std::move(row.fields);
}

Result<bool> CsvFile::next(CsvRow& row) {
    for (;;) {
        const bool found = read_row(row);
        if (std::ferror(file_.get()) != 0) {
            return fail(Fault::Unavailable, name_ + ": cannot be read");
        }
        if (!found) return false;
        if (!is_blank(row)) return true;
    }
}

tl::expected<CsvColumns, std::vector<std::string>> CsvColumns::match(
    const std::vector<std::string>& header, const std::vector<std::string_view>& known,
    std::size_t required) {
    CsvColumns columns;
    columns.count_ = header.size();
    std::vector<std::string> faults;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string& name = header[i];
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) {
            const std::string which =
                may_be_shown(name)
                    ? fmt::format("unknown column `{}`", name)
                    : fmt::format("column {} of the header row is not the name of one", i + 1);
            faults.push_back(fmt::format("{}; known are {}", which, fmt::join(known, ", ")));
        } else if (columns.has(name)) {
            faults.push_back(fmt::format("column `{}` twice", name));
        } else {
            columns.places_.emplace_back(*found, i);
        }
    }
    for (std::size_t i = 0; i < required; ++i) {
        if (!columns.has(known[i]))
            faults.push_back(fmt::format("column `{}` is missing", known[i]));
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return columns;
}

bool CsvColumns::has(std::string_view column) const {
    return std::ranges::any_of(places_, [&](const auto& place) { return place.first == column; });
}

std::string_view CsvColumns::field(const CsvRow& row, std::string_view column) const {
    for (const auto& [name, at] : places_) {
        if (name == column)
            return at < row.fields.size() ? trimmed(row.fields[at]) : std::string_view{};
    }
    return {};
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
