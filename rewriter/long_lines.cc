// Goes through the lines of the original beside the edits; a line without an edit is never judged.
#include "rewriter/long_lines.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_line = 998;

/// One edit or possible break in a line of the original.
struct Mark {
    Span where;
    const Replacement* edit = nullptr;  ///< null for a blank that may be broken at
};

/// The edits of one line, with breaks where needed; false when a stretch without a blank is too
/// long.
bool fit_line(Span line, std::span<const Mark> marks, std::vector<Replacement>& out) {
    std::size_t column = 0;       // of the output, up to `at`
    std::size_t since_blank = 0;  // octets written after the last blank that may be broken at
    std::size_t at = line.begin;
    std::size_t last = std::string::npos;  // index in `out` where that break would go
    Span blank;
    const auto grow = [&](std::size_t octets) {
        column += octets;
        since_blank += octets;
        if (column <= max_line) return true;
        if (last == std::string::npos || since_blank > max_line) return false;
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(last), {blank, "\r\n"});
        column = since_blank;
        last = std::string::npos;
        return true;
    };
    for (const Mark& mark : marks) {
        if (!grow(mark.where.begin - at)) return false;
        at = mark.where.end;
        if (mark.edit == nullptr) {
            if (!grow(1)) return false;
            last = out.size();
            blank = mark.where;
            since_blank = 0;
            continue;
        }
        // An edit may bring line ends of its own (the footer).
        const std::string& with = mark.edit->with;
        const std::size_t first = std::min(with.find("\r\n"), with.size());
        if (!grow(first)) return false;
        if (first < with.size()) {
            for (std::size_t from = first + 2;;) {
                const std::size_t end = std::min(with.find("\r\n", from), with.size());
                column = since_blank = end - from;
                if (column > max_line) return false;
                if (end == with.size()) break;
                from = end + 2;
            }
            last = std::string::npos;
        }
        out.push_back(*mark.edit);
    }
    return grow(line.end - at);
}

}  // namespace

std::vector<std::size_t> blanks_before_links(const PartContent& html) {
    std::vector<std::size_t> blanks;
    const std::string_view text = html.markup();
    for (const ContentLink& link : html.links) {
        std::size_t at = link.value.begin - (link.quote != 0 ? 1 : 0);
        const std::size_t floor = blanks.empty() ? 0 : blanks.back() + 1;
        while (at > floor && is_html_blank(text[at - 1])) --at;
        if (at <= floor || text[at - 1] != '=') continue;
        --at;
        while (at > floor && is_html_blank(text[at - 1])) --at;
        while (at > floor && is_ascii_alnum(text[at - 1])) --at;
        if (at > floor && (text[at - 1] == ' ' || text[at - 1] == '\t')) blanks.push_back(at - 1);
    }
    return blanks;
}

std::optional<std::string> splice_within_lines(std::string_view text,
                                               std::span<const Replacement> edits,
                                               std::span<const std::size_t> breakable) {
    std::vector<Replacement> out;
    out.reserve(edits.size());
    std::vector<Mark> marks;
    std::size_t edit = 0;
    std::size_t blank = 0;
    while (edit < edits.size()) {
        // The line the next edit begins in; one that runs over a line end takes the next line
        // along.
        const std::size_t before = text.substr(0, edits[edit].where.begin).rfind('\n');
        Span line{before == std::string_view::npos ? 0 : before + 1, 0};
        line.end = std::min(text.find("\r\n", edits[edit].where.begin), text.size());
        marks.clear();
        while (blank < breakable.size() && breakable[blank] < line.begin) ++blank;
        while (edit < edits.size() && edits[edit].where.begin <= line.end) {
            while (blank < breakable.size() && breakable[blank] < edits[edit].where.begin) {
                marks.push_back({{breakable[blank], breakable[blank] + 1}, nullptr});
                ++blank;
            }
            marks.push_back({edits[edit].where, &edits[edit]});
            if (edits[edit].where.end > line.end) {
                line.end = std::min(text.find("\r\n", edits[edit].where.end), text.size());
            }
            ++edit;
        }
        while (blank < breakable.size() && breakable[blank] < line.end) {
            marks.push_back({{breakable[blank], breakable[blank] + 1}, nullptr});
            ++blank;
        }
        if (!fit_line(line, marks, out)) return std::nullopt;
    }
    return splice(text, out);
}

}  // namespace candor::rewriter
