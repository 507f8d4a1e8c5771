// What stays: after a line that begins with `--` all up to the next empty line, since it may be a
// header, and the first and last lines of what follows, since a part begins and ends there.
#include "rewriter/mime/mime_outline.h"

#include <algorithm>
#include <utility>

#include "rewriter/bytes/scan.h"
#include "rewriter/mime/field_lines.h"

namespace candor::rewriter {
namespace {

// Shorter texts are shown whole: a piece more costs as much as some lines.
constexpr std::size_t least_left_out = 512;
/// Dashes at the start of every line of 50 MB must not cost as much again.
constexpr std::size_t max_outline_bytes = 1 << 20;

std::size_t line_end(std::string_view text, std::size_t from) {
    return std::min(find_byte<'\n'>(text, from) + 1, text.size());
}

/// Behind the first empty line at or after `from`, which begins a line.
std::size_t behind_empty_line(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        const std::size_t end = line_end(text, from);
        const std::string_view line = text.substr(from, end - from);
        from = end;
        if (line == "\r\n" || line == "\n") break;
    }
    return from;
}

/// Where the line begins that starts with `--`, from `from` on, which begins a line.
std::size_t next_dashes(std::string_view text, std::size_t from) {
    if (text.substr(from).starts_with("--")) return from;
    do {
        from = find_line_start<ByteSet<false, '-'>>(text, from + 1);
    } while (from < text.size() && !text.substr(from).starts_with("--"));
    return from;
}

/// Where the second last line begins of what ends at `end`, behind a line end.
std::size_t last_lines(std::string_view text, std::size_t begin, std::size_t end) {
    for (int lines = 0; lines < 2 && end > begin; ++lines) {
        const std::size_t before = end < 2 ? std::string_view::npos : text.rfind('\n', end - 2);
        end = before == std::string_view::npos ? 0 : before + 1;
    }
    return std::max(begin, end);
}

}  // namespace

MimeOutline::MimeOutline(std::string header, std::string_view source, std::size_t body_begin)
    : front_(std::move(header)) {
    const std::size_t header_size = front_.size();
    if (draw(source, body_begin)) return;
    front_.resize(header_size);
    pieces_ = {{header_size, body_begin}};
    back_ = source.substr(body_begin);
}

bool MimeOutline::draw(std::string_view source, std::size_t body_begin) {
    for (std::size_t at = body_begin; at < source.size();) {
        const std::size_t dashes = next_dashes(source, at);
        show_ends(source, at, dashes);
        at = behind_empty_line(source, dashes);
        show(source, dashes, at);
        if (front_.size() > max_outline_bytes) return false;
    }
    // The header of a message within the message is none to us.
    return !holds_messages(front_);
}

void MimeOutline::show(std::string_view source, std::size_t begin, std::size_t end) {
    if (begin == end) return;
    pieces_.push_back({front_.size(), begin});
    front_ += source.substr(begin, end - begin);
}

void MimeOutline::show_ends(std::string_view source, std::size_t begin, std::size_t end) {
    if (end - begin > least_left_out) {
        const std::size_t first = line_end(source, begin);
        const std::size_t last = last_lines(source, begin, end);
        if (first < last) {
            show(source, begin, first);
            begin = last;
        }
    }
    show(source, begin, end);
}

std::size_t MimeOutline::source_of(std::size_t at) const {
    const auto behind = std::ranges::upper_bound(pieces_, at, {}, &Piece::shown);
    if (behind == pieces_.begin()) return std::string_view::npos;
    const Piece& piece = *std::prev(behind);
    return piece.source + (at - piece.shown);
}

}  // namespace candor::rewriter
