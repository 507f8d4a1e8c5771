// Collects the pieces of a URL between the line breaks that a mailer put into it, then takes off
// what belongs to the sentence.
#include "rewriter/links/text_url.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/links/url_characters.h"

namespace candor::rewriter {
namespace {

/// A URL is not wrapped into more lines than this; an unclosed `<` must not swallow a mail.
constexpr std::size_t most_lines = 20;
/// RFC 5322, section 2.1.1. Nobody looks further back, so that one endless line costs no more.
constexpr std::size_t longest_line = 998;

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
}

/// Behind the line end at `at`, or `at` itself when there is none.
std::size_t skip_line_end(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) == "\r\n") return at + 2;
    return at < text.size() && text[at] == '\n' ? at + 1 : at;
}

bool stands_in_quoted_line(std::string_view text, std::size_t at) {
    const std::size_t window = at - std::min(at, longest_line);
    const std::size_t line_end = text.substr(window, at - window).rfind('\n');
    if (line_end == std::string_view::npos && window > 0) return false;
    const std::size_t line = line_end == std::string_view::npos ? 0 : window + line_end + 1;
    return text[skip_blanks(text, line)] == '>';
}

bool opened_by_angle(std::string_view text, std::size_t begin) {
    constexpr std::string_view label = "URL:";
    if (begin >= label.size() &&
        equals_ignoring_case(text.substr(begin - label.size(), label.size()), label)) {
        begin -= label.size();
    }
    return begin > 0 && text[begin - 1] == '<';
}

using Pieces = std::vector<Span>;

/// What stands between `<` and `>`, without line breaks; no pieces when that is no URL.
Pieces pieces_in_angles(std::string_view text, std::size_t begin, bool& ambiguous) {
    const bool quoted = stands_in_quoted_line(text, begin);
    Pieces pieces{{begin, begin}};
    std::size_t at = begin;
    while (at < text.size()) {
        if (text[at] == '>') {
            if (pieces.back().size() == 0 && pieces.size() > 1) pieces.pop_back();
            return pieces;
        }
        if (const std::size_t size = url_characters(text, at, ambiguous)) {
            at += size;
            pieces.back().end = at;
            continue;
        }
        const std::size_t line_end = skip_blanks(text, at);
        at = skip_line_end(text, line_end);
        const bool blank_line = pieces.back().size() == 0;
        if (at == line_end || blank_line || pieces.size() == most_lines) return {};
        at = skip_blanks(text, at);
        while (quoted && at < text.size() && text[at] == '>') at = skip_blanks(text, at + 1);
        pieces.push_back({at, at});
    }
    return {};
}

Pieces pieces_in_sentence(std::string_view text, std::size_t begin, SoftBreaks soft_breaks,
                          bool& ambiguous) {
    Pieces pieces{{begin, begin}};
    std::size_t at = begin;
    while (at < text.size()) {
        if (const std::size_t size = sentence_characters(text, at, ambiguous)) {
            at += size;
            pieces.back().end = at;
            continue;
        }
        if (soft_breaks == SoftBreaks::Blank || text[at] != ' ') break;
        const std::size_t next = skip_line_end(text, at + 1);
        bool ignored = false;
        const bool goes_on =
            next > at + 1 && next < text.size() && url_characters(text, next, ignored) > 0;
        // Cut here, whatever replaces it would go on in the next line.
        if (goes_on && pieces.size() == most_lines) ambiguous = true;
        if (!goes_on || pieces.size() == most_lines) break;
        at = next;
        pieces.push_back({at, at});
    }
    return pieces;
}

std::string joined(std::string_view text, const Pieces& pieces) {
    std::string url;
    for (const Span& piece : pieces) url += text.substr(piece.begin, piece.size());
    return url;
}

char opener_of(char closer) {
    if (closer == ')') return '(';
    return closer == ']' ? '[' : '{';
}

/// How many of the URL's last bytes belong to the sentence around it. `before` is the byte in front
/// of the URL: `_https://acme.example/_` is a URL in italics.
std::size_t closing_punctuation(std::string_view url, char before) {
    constexpr std::string_view sentence_ends = ".,;:!?'*|";
    constexpr std::string_view closers = ")]}";
    // Closers without an opener, by kind; counted once such a closer stands at the end.
    std::array<std::optional<std::ptrdiff_t>, closers.size()> excess{};
    std::size_t end = url.size();
    while (end > 0) {
        const char last = url[end - 1];
        const std::size_t kind = closers.find(last);
        if (kind != std::string_view::npos) {
            std::optional<std::ptrdiff_t>& left = excess.at(kind);
            if (!left)
                left = std::ranges::count(url, last) - std::ranges::count(url, opener_of(last));
            if (*left <= 0) break;
            --*left;
        } else if (sentence_ends.find(last) == std::string_view::npos &&
                   !(last == before && (last == '_' || last == '~'))) {
            break;
        }
        --end;
    }
    return url.size() - end;
}

void drop_last(Pieces& pieces, std::size_t bytes) {
    while (bytes > 0 && !pieces.empty()) {
        const std::size_t here = std::min(bytes, pieces.back().size());
        pieces.back().end -= here;
        bytes -= here;
        if (pieces.back().size() == 0 && pieces.size() > 1) pieces.pop_back();
        if (here == 0) break;
    }
}

}  // namespace

TextUrl text_url_at(std::string_view text, std::size_t begin, std::size_t from,
                    SoftBreaks soft_breaks) {
    TextUrl found;
    Pieces pieces;
    if (opened_by_angle(text, begin)) {
        bool ignored = false;  // the `>` says where it ends
        pieces = pieces_in_angles(text, begin, ignored);
    }
    if (pieces.empty()) {
        pieces = pieces_in_sentence(text, begin, soft_breaks, found.ambiguous_end);
        const char before = begin > 0 ? text[begin - 1] : '\0';
        drop_last(pieces, closing_punctuation(joined(text, pieces), before));
    }
    if (pieces.front().end <= from && pieces.size() == 1) return found;
    found.value = {begin, pieces.back().end};
    found.url = joined(text, pieces);
    return found;
}

std::string whole_text_url(std::string_view url) {
    std::string whole;
    const auto escape = [&whole](std::string_view bytes) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            whole += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
        }
    };
    bool ignored = false;
    for (std::size_t at = 0; at < url.size();) {
        const std::size_t begin = at;
        if (const std::size_t size = sentence_characters(url, at, ignored)) {
            at += size;
            whole += url.substr(begin, size);
        } else {
            static_cast<void>(next_character(url, at));
            escape(url.substr(begin, at - begin));
        }
    }
    if (closing_punctuation(whole, '\0') > 0) {
        const char last = whole.back();
        whole.pop_back();
        escape({&last, 1});
    }
    return whole;
}

}  // namespace candor::rewriter
