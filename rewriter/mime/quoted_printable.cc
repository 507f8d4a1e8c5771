// Encoding and the splice. A decoded position is found in the encoded text while that is read once;
// nothing is decoded for a splice, so what no replacement names cannot change.
#include "rewriter/mime/quoted_printable.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/mime/quoted_printable_escape.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_column = 76;
constexpr std::string_view upper_hex = "0123456789ABCDEF";
constexpr std::string_view soft_break = "=\r\n";

/// Whether a line ends before `rest`.
bool at_line_end(std::string_view rest) {
    return rest.empty() || rest.starts_with("\r\n") || rest.starts_with('\n');
}

/// Stands for itself, unless it is what a line begins or ends with.
constexpr bool is_plain(char c) {
    return c > ' ' && c <= '~' && c != '=';
}

/// What is not plain, as find_first() wants it.
struct NotPlain {
    static constexpr bool has(char c) { return !is_plain(c); }
#if defined(CANDOR_WIDE_SCAN)
    static std::uint64_t in_16(const char* at) {
        const Lanes bytes = Lanes::load(at);
        const std::uint64_t up_to_tilde = bytes.at_most('~').bits();
        return (bytes.at_most(' ') | bytes.equal('=')).bits() | (up_to_tilde ^ 0xFFFFU);
    }
    static constexpr bool confirmed(char /*c*/) {
        return true;
    }
#endif
};

/// How many characters at the front of `text` stand for themselves and have room in the line.
std::size_t plain_run(std::string_view text, std::size_t column) {
    if (column == 0 || column >= max_column) return 0;
    return find_first<NotPlain, 16>(text.substr(0, max_column - 1 - column), 0);
}

/// Appends `text` to `out`, `column` characters into a line. A blank before a line end or at the
/// end of `text` is written as `=XX`.
void append(std::string& out, std::size_t& column, std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t run = plain_run(text.substr(at), column);
        out += text.substr(at, run);
        column += run;
        at += run;
        if (at == text.size()) return;
        const char c = text[at];
        const std::string_view rest = text.substr(at + 1);
        if (c == '\r' && rest.starts_with('\n')) {
            out += "\r\n";
            column = 0;
            ++at;
            continue;
        }
        const bool at_end = rest.empty() || rest.starts_with("\r\n");
        const bool plain = is_plain(c) || (is_line_blank(c) && !at_end);
        const std::size_t width = plain ? 1 : 3;
        // The last column belongs to the `=` of a soft break, unless the line ends here anyway.
        if (column + width > max_column - (at_end && !rest.empty() ? 0U : 1U)) {
            out += soft_break;
            column = 0;
        }
        // At the start of a line an MTA, a mailbox or a MIME reader may take these for its own.
        const bool risky =
            column == 0 && ((c == '.' && at_end) || (c == 'F' && rest.starts_with("rom ")) ||
                            (c == '-' && rest.starts_with('-')));
        if (plain && !risky) {
            out += c;
            ++column;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '=';
        out += upper_hex[byte >> 4U];
        out += upper_hex[byte & 15U];
        column += 3;
    }
}

std::size_t column_of_end(std::string_view out) {
    const std::size_t line = out.rfind('\n');
    return line == std::string_view::npos ? out.size() : out.size() - line - 1;
}

/// Where the last encoded character of `out` begins.
std::size_t last_character(std::string_view out) {
    const bool escape = out.size() >= 3 && out[out.size() - 3] == '=' &&
                        hex_value(out[out.size() - 2]) >= 0 && hex_value(out.back()) >= 0;
    return out.size() - (escape ? 3 : 1);
}

/// Whether `out` and `next` mean something else side by side than apart: a malformed `=` that gets
/// its digits or its line end after all, or a blank that comes to stand at the end of a line and is
/// dropped there.
bool would_merge(std::string_view out, std::string_view next) {
    if (out.empty()) return false;
    if (out.back() == '=') return true;
    const bool hex_follows = !next.empty() && hex_value(next.front()) >= 0;
    if (out.size() >= 2 && out[out.size() - 2] == '=' && hex_value(out.back()) >= 0)
        return hex_follows;
    if (is_line_blank(out.back()) && at_line_end(next)) return true;
    // `=`, blanks and perhaps a CR: more blanks are looked through up to the width of a line.
    if (!next.empty() && !is_line_blank(next.front()) && next.front() != '\r' &&
        next.front() != '\n')
        return false;
    std::size_t end = out.size() - (out.back() == '\r' ? 1 : 0);
    const std::size_t floor = end > max_column ? end - max_column : 0;
    while (end > floor && is_line_blank(out[end - 1])) --end;
    return end > 0 && (out[end - 1] == '=' || (end == floor && floor > 0));
}

/// A line that begins with `--` and only now ends could be taken for a delimiter.
void keep_from_delimiting(std::string& out, std::string_view next) {
    const std::string_view line = std::string_view(out).substr(out.size() - column_of_end(out));
    if (line.starts_with("--") && at_line_end(next)) out += soft_break;
}

/// Makes `next` safe to follow `out`; `too_long` says that the line has no room for it.
void join(std::string& out, std::string_view next, bool too_long) {
    const std::size_t column = column_of_end(out);
    // What must not begin a line takes the character before it along; so does a full line, which
    // has no room for the `=` of a soft break.
    const bool risky = too_long && (next.starts_with("--") || next.starts_with("From "));
    const bool full = column >= max_column && (too_long || would_merge(out, next));
    if (column > 0 && (risky || full)) {
        out.insert(last_character(out), soft_break);
        too_long = false;
    }
    if ((column > 0 && too_long) || would_merge(out, next)) out += soft_break;
}

/// The encoded spans of the decoded spans of `replacements`, in one pass from mark to mark. An edge
/// lies right behind the character before it, so soft breaks at the edges fall inside.
std::vector<Span> encoded_spans(std::string_view encoded, std::span<const Replacement> replacements,
                                std::span<const OffsetMark> marks) {
    std::vector<Span> cuts(replacements.size());
    std::size_t decoded = 0;       // decoded bytes read so far
    std::size_t previous_end = 0;  // end of the encoded byte before `decoded`
    std::size_t first = 0;         // first replacement whose begin is not yet known
    std::size_t open = 0;          // first replacement whose end is not yet known
    // `count` decoded bytes follow, the first of them encoded at `begin`, the others right behind.
    const auto reach = [&](std::size_t begin, std::size_t count) {
        while (first < cuts.size() && replacements[first].where.begin < decoded + count) {
            const std::size_t ahead = replacements[first].where.begin - decoded;
            cuts[first++].begin = ahead == 0 ? previous_end : begin + ahead;
        }
        while (open < cuts.size() && replacements[open].where.end < decoded + count) {
            cuts[open].end = begin + (replacements[open].where.end - decoded);
            ++open;
        }
        decoded += count;
    };
    for (std::size_t at = 0; at < encoded.size() && open < cuts.size();) {
        const std::size_t edge =
            open < first ? replacements[open].where.end : replacements[open].where.begin;
        for (; !marks.empty() && marks.front().decoded <= edge; marks = marks.subspan(1)) {
            if (marks.front().decoded <= decoded) continue;
            decoded = marks.front().decoded;
            at = previous_end = marks.front().encoded;
        }
        const std::size_t equals = find_first<EqualsSign, 16>(encoded, at);
        if (equals > at) {
            reach(at, equals - at);
            previous_end = equals;
        }
        if (equals == encoded.size()) break;
        const QuotedEscape escape = quoted_escape_at(encoded, equals);
        at = equals + escape.length;
        if (!escape.is_octet) continue;
        reach(equals, 1);
        previous_end = at;
    }
    reach(encoded.size(), 1);  // the edges at the very end
    return cuts;
}

}  // namespace

std::string encode_quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    std::size_t column = 0;
    append(out, column, text);
    return out;
}

std::string splice_quoted_printable(std::string_view encoded,
                                    std::span<const Replacement> replacements,
                                    std::span<const OffsetMark> marks) {
    const std::vector<Span> cuts = encoded_spans(encoded, replacements, marks);
    std::size_t room = encoded.size();
    for (const Replacement& replacement : replacements) room += replacement.with.size() + 8;
    std::string out;
    out.reserve(room);
    std::size_t at = 0;
    for (std::size_t i = 0; i < replacements.size(); ++i) {
        // Two replacements that touch share an edge; the soft breaks there are already gone.
        if (cuts[i].begin > at) out += encoded.substr(at, cuts[i].begin - at);
        const std::string_view with = replacements[i].with;
        keep_from_delimiting(out, with.empty() ? encoded.substr(cuts[i].end) : with);
        if (!with.empty()) {
            const bool full = column_of_end(out) >= max_column && !with.starts_with("\r\n");
            join(out, with, full);
            std::size_t column = column_of_end(out);
            append(out, column, with);
        }
        at = std::max(at, cuts[i].end);
        const std::string_view rest = encoded.substr(at);
        const std::size_t line = std::min(rest.substr(0, max_column + 2).find("\r\n"), rest.size());
        join(out, rest, line > 0 && column_of_end(out) + line > max_column);
    }
    out += encoded.substr(at);
    return out;
}

}  // namespace candor::rewriter
