// URLs in plain text are found by the `:` behind their scheme; where they end is text_url's.
#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/do_not_track_marks.h"
#include "rewriter/links/links.h"
#include "rewriter/links/text_url.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view placeholder_scheme = "candor";
constexpr std::size_t longest_scheme = 13;  // https+notrack
constexpr std::size_t max_label_bytes = 200;

bool is_scheme_character(char c) {
    return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.';
}

/// Where the scheme that ends at `colon` begins; `colon` itself when there is none of ours.
std::size_t scheme_begin(std::string_view text, std::size_t colon) {
    std::size_t run = colon;
    while (run > 0 && colon - run <= longest_scheme && is_scheme_character(text[run - 1])) --run;
    for (const std::string_view scheme :
         {"https+notrack", "http+notrack", "https", "http", "candor"}) {
        if (colon - run < scheme.size()) continue;
        const std::size_t begin = colon - scheme.size();
        if (!equals_ignoring_case(text.substr(begin, scheme.size()), scheme)) continue;
        const bool joined =
            begin > run && (is_ascii_alnum(text[begin - 1]) || text[begin - 1] == '+');
        if (!joined) return begin;
    }
    return colon;
}

/// `candor:word`, up to the end of the word.
TextUrl placeholder_at(std::string_view text, std::size_t begin, std::size_t from) {
    std::size_t end = from;
    if (from >= text.size() || !is_ascii_letter(text[from])) return {};
    while (end < text.size() && (is_ascii_letter(text[end]) || text[end] == '-')) ++end;
    while (text[end - 1] == '-') --end;
    return {.value = {begin, end}, .url = std::string{text.substr(begin, end - begin)}};
}

std::string_view last_line(std::string_view text) {
    const std::size_t line_end = text.rfind('\n');
    return line_end == std::string_view::npos ? text : text.substr(line_end + 1);
}

/// Blanks, quote marks, list marks and brackets: what stands around words and is none.
std::string_view trim_marks(std::string_view text) {
    constexpr std::string_view marks = " \t\r\n><()[]-*:|\"";
    const std::size_t begin = text.find_first_not_of(marks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(marks) - begin + 1);
}

/// See TextLink::label. `before` is the text since the link before, at most.
std::string label_of(std::string_view before) {
    if (before.size() > max_label_bytes) before.remove_prefix(before.size() - max_label_bytes);
    std::string_view line = last_line(before);
    std::string_view label = trim_marks(line);
    for (int lines = 0; label.empty() && lines < 2 && line.size() < before.size(); ++lines) {
        before.remove_suffix(line.size() + 1);
        line = last_line(before);
        label = trim_marks(line);
    }
    for (const std::string_view sentence_end : {". ", "! ", "? "}) {
        const std::size_t end = label.rfind(sentence_end);
        if (end != std::string_view::npos) label.remove_prefix(end + sentence_end.size());
    }
    return std::string{label};
}

}  // namespace

std::vector<TextLink> find_text_links(std::string_view text, SoftBreaks soft_breaks) {
    std::vector<TextLink> links;
    std::size_t done = 0;
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':', std::max(colon + 1, done))) {
        const std::size_t begin = scheme_begin(text, colon);
        if (begin == colon || begin < done) continue;
        const std::string_view scheme = text.substr(begin, colon - begin);
        TextUrl url;
        if (equals_ignoring_case(scheme, placeholder_scheme)) {
            url = placeholder_at(text, begin, colon + 1);
        } else if (text.substr(colon + 1, 2) == "//") {
            url = text_url_at(text, begin, colon + 3, soft_breaks);
        }
        if (url.value.size() == 0) continue;
        const bool marked = is_no_track_scheme(ascii_lowered(scheme)) ||
                            has_no_track_suffix(text.substr(url.value.end));
        links.push_back({.value = url.value,
                         .url = std::move(url.url),
                         .label = label_of(text.substr(done, begin - done)),
                         .marked_no_track = marked,
                         .ambiguous_end = url.ambiguous_end});
        done = links.back().value.end;
    }
    return links;
}

}  // namespace candor::rewriter
