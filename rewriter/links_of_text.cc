// URLs in plain text. They are found by their `:` and end at a blank, a bracket or a quote; no list
// of legal characters, since links in real mail hold any (spaces excepted).
#include <algorithm>
#include <array>

#include "rewriter/ascii.h"
#include "rewriter/do_not_track_marks.h"
#include "rewriter/links.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view placeholder_scheme = "candor";
constexpr std::size_t longest_scheme = 13;  // https+notrack

bool is_scheme_character(char c) {
    return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.';
}

/// UTF-8 characters that end a URL though they are not ASCII: blanks, quotes and the full stops and
/// brackets of East Asian text.
constexpr std::array<std::string_view, 19> closing_characters{
    "\xC2\xA0",     "\xC2\xAB",     "\xC2\xBB",     "\xE2\x80\x8B", "\xE2\x80\x98",
    "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\xA6",
    "\xE3\x80\x80", "\xE3\x80\x81", "\xE3\x80\x82", "\xE3\x80\x8C", "\xE3\x80\x8D",
    "\xEF\xBC\x88", "\xEF\xBC\x89", "\xEF\xBC\x8C", "\xE2\x80\xAF"};

bool ends_url(std::string_view rest) {
    const char c = rest.front();
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return true;
    if (c == '<' || c == '>' || c == '"') return true;
    if (static_cast<unsigned char>(c) < 0x80) return false;
    return std::ranges::any_of(closing_characters,
                               [&](std::string_view closer) { return rest.starts_with(closer); });
}

/// Where the scheme that ends at `colon` begins; `colon` itself when there is none of ours.
std::size_t scheme_begin(std::string_view text, std::size_t colon) {
    std::size_t run = colon;
    while (run > 0 && colon - run <= longest_scheme && is_scheme_character(text[run - 1])) --run;
    for (const std::string_view scheme : {"https+notrack", "https", "http", "candor"}) {
        if (colon - run < scheme.size()) continue;
        const std::size_t begin = colon - scheme.size();
        if (!equals_ignoring_case(text.substr(begin, scheme.size()), scheme)) continue;
        const bool joined =
            begin > run && (is_ascii_alnum(text[begin - 1]) || text[begin - 1] == '+');
        if (!joined) return begin;
    }
    return colon;
}

char opener_of(char closer) {
    if (closer == ')') return '(';
    if (closer == ']') return '[';
    if (closer == '}') return '{';
    return 0;
}

/// How many of the URL's last bytes belong to the sentence around it.
std::size_t closing_punctuation(std::string_view url, char before) {
    constexpr std::string_view sentence_ends = ".,;:!?'";
    std::array<std::ptrdiff_t, 3> excess{};  // closers without an opener, by kind
    constexpr std::string_view closers = ")]}";
    for (std::size_t kind = 0; kind < closers.size(); ++kind) {
        excess.at(kind) = std::ranges::count(url, closers[kind]) -
                          std::ranges::count(url, opener_of(closers[kind]));
    }
    std::size_t end = url.size();
    while (end > 0) {
        const char last = url[end - 1];
        const std::size_t kind = closers.find(last);
        if (kind != std::string_view::npos) {
            if (excess.at(kind) <= 0) break;
            --excess.at(kind);
        } else if (sentence_ends.find(last) == std::string_view::npos &&
                   !(last == before && (last == '*' || last == '_' || last == '~'))) {
            break;
        }
        --end;
    }
    return url.size() - end;
}

std::size_t url_end(std::string_view text, std::size_t begin, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() && !ends_url(text.substr(end))) {
        if (text[end] == '[' && has_no_track_suffix(text.substr(end))) break;
        ++end;
    }
    const char before = begin > 0 ? text[begin - 1] : '\0';
    return end - closing_punctuation(text.substr(begin, end - begin), before);
}

}  // namespace

std::vector<TextLink> find_text_links(std::string_view text) {
    std::vector<TextLink> links;
    std::size_t done = 0;
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':', std::max(colon + 1, done))) {
        const std::size_t begin = scheme_begin(text, colon);
        if (begin == colon || begin < done) continue;
        const std::string_view scheme = text.substr(begin, colon - begin);
        const bool placeholder = equals_ignoring_case(scheme, placeholder_scheme);
        std::size_t from = colon + 1;
        if (placeholder) {
            if (from >= text.size() || !is_ascii_letter(text[from])) continue;
        } else {
            if (text.substr(from, 2) != "//") continue;
            from += 2;
        }
        std::size_t end = from;
        if (!placeholder) {
            end = url_end(text, begin, from);
        } else {
            while (end < text.size() && (is_ascii_letter(text[end]) || text[end] == '-')) ++end;
            while (text[end - 1] == '-') --end;
        }
        if (end <= from) continue;
        const bool marked =
            is_no_track_scheme(ascii_lowered(scheme)) || has_no_track_suffix(text.substr(end));
        links.push_back({.value = {begin, end},
                         .url = std::string{text.substr(begin, end - begin)},
                         .marked_no_track = marked});
        done = end;
    }
    return links;
}

}  // namespace candor::rewriter
