// Words are compared as words: "unsubscribe" in the title of an article is no opt-out.
#include "rewriter/links/link_words.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/web_url.h"
#include "rewriter/links/word_beginnings.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_url_bytes = 2048;
constexpr std::size_t most_words_of_part = 4;
constexpr std::size_t most_words_of_text = 12;
constexpr std::size_t most_words_of_phrase = 6;

struct Meaning {
    std::string_view kind;
    std::string_view place;
};

struct WordList {
    std::unordered_map<std::string_view, Meaning> phrases;
    WordBeginnings beginnings;
    std::vector<ListRow> inside;  // kind, text
};

bool is_ascii(std::string_view text) {
    unsigned char seen = 0;
    for (const char c : text) seen |= static_cast<unsigned char>(c);
    return seen < 0x80;
}

const WordList& word_list() {
    static const WordList list = [] {
        WordList read;
        for (const ListRow& row : shipped_list("link-words.tsv")) {
            if (row[2] == "inside") {
                read.inside.push_back(row);
            } else {
                read.phrases.emplace(row[1], Meaning{row[0], row[2]});
                read.beginnings.add(row[1].substr(0, row[1].find('-')));
            }
        }
        return read;
    }();
    return list;
}

void append_lowered(std::string& out, std::string_view word) {
    if (is_ascii(word) ||
        !g_utf8_validate(word.data(), static_cast<gssize>(word.size()), nullptr)) {
        for (const char c : word) out.push_back(ascii_lower(c));
        return;
    }
    const std::unique_ptr<char, decltype(&g_free)> lower{
        g_utf8_strdown(word.data(), static_cast<gssize>(word.size())), g_free};
    out += lower.get();
}

/// The first word as written, empty when there is none; `text` begins behind it then.
std::string_view take_word(std::string_view& text) {
    while (!text.empty() && !belongs_to_word(text.front())) text.remove_prefix(1);
    std::size_t end = std::min<std::size_t>(1, text.size());
    while (end < text.size() && belongs_to_word(text[end]) &&
           !begins_hump(text[end - 1], text[end])) {
        ++end;
    }
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

/// `OptOut_now` -> Opt, Out, now. None when there are more than `most`.
std::vector<std::string_view> words_of(std::string_view text, std::size_t most) {
    std::vector<std::string_view> words;
    words.reserve(most);
    for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
        if (words.size() == most) return {};
        words.push_back(word);
    }
    return words;
}

/// What parts a URL into what may be a phrase.
bool is_separator(char c) {
    static constexpr auto separators = [] {
        std::array<bool, 256> table{};
        for (const char separator : std::string_view{"/?#&=.;:,@|"}) {
            table[static_cast<unsigned char>(separator)] = true;
        }
        return table;
    }();
    return separators[static_cast<unsigned char>(c)];
}

/// The first meaning that a phrase of neighbouring `words` has and `counts` accepts.
template <class Counts>
std::optional<std::string_view> find_phrase(std::span<const std::string_view> words,
                                            Counts counts) {
    const auto& [phrases, beginnings, inside] = word_list();
    std::string phrase;
    for (std::size_t first = 0; first < words.size(); ++first) {
        if (!beginnings.may_have(words[first])) continue;
        phrase.clear();
        const std::size_t last = std::min(words.size(), first + most_words_of_phrase);
        for (std::size_t next = first; next < last; ++next) {
            if (next > first) phrase += '-';
            append_lowered(phrase, words[next]);
            const auto found = phrases.find(phrase);
            const bool whole = next - first + 1 == words.size();
            if (found != phrases.end() && counts(found->second.place, whole)) {
                return found->second.kind;
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> kind_of_part(std::string_view part) {
    return find_phrase(words_of(part, most_words_of_part), [](std::string_view place, bool whole) {
        return place != "whole" || whole;
    });
}

std::optional<std::string_view> kind_of_url(std::string_view url) {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
        url.remove_prefix(scheme + 3);
    }
    const WordBeginnings& beginnings = word_list().beginnings;
    for (std::size_t at = beginnings.find(url, 0), from = 0; at < url.size();
         at = beginnings.find(url, from)) {
        std::size_t begin = at;
        while (begin > from && !is_separator(url[begin - 1])) --begin;
        const auto rest = url.substr(at);
        const auto part_end = std::ranges::find_if(rest, is_separator) - rest.begin();
        from = at + static_cast<std::size_t>(part_end);
        if (const auto kind = kind_of_part(url.substr(begin, from - begin))) return kind;
    }
    return std::nullopt;
}

std::optional<std::string_view> kind_of_text(std::string_view text) {
    if (word_list().beginnings.find(text, 0) == text.size()) return std::nullopt;
    return find_phrase(words_of(text, most_words_of_text),
                       [](std::string_view place, bool) { return place == "any"; });
}

/// For scripts without blanks: whatever stands around it.
std::optional<std::string_view> kind_inside(std::string_view text) {
    if (is_ascii(text)) return std::nullopt;
    for (const ListRow& row : word_list().inside) {
        if (text.find(row[1]) != std::string_view::npos) return row[0];
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> what_words_say(std::string_view url, std::string_view text) {
    url = url.substr(0, max_url_bytes);
    std::string decoded;
    if (url.find('%') != std::string_view::npos) url = decoded = percent_decoded(url);
    if (const auto kind = kind_of_url(url)) return kind;
    if (const auto kind = kind_of_text(text)) return kind;
    if (const auto kind = kind_inside(url)) return kind;
    return kind_inside(text);
}

}  // namespace candor::rewriter
