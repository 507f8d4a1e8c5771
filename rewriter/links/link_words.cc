// Words are compared as words: "unsubscribe" in the title of an article is no opt-out.
#include "rewriter/links/link_words.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/web_url.h"
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

/// Which words a phrase may begin with, by their first four letters: few words of a URL do. May
/// say yes too often, never no.
class Beginnings {
  public:
    void add(std::string_view first_word) { known_.set(slot_of(first_word)); }
    [[nodiscard]] bool may_have(std::string_view word) const {
        const bool ascii =
            std::ranges::none_of(word.substr(0, letters), [](char c) { return (c & 0x80) != 0; });
        return !ascii || known_[slot_of(word)];
    }

  private:
    static constexpr std::size_t letters = 4;
    static std::size_t slot_of(std::string_view word) {
        std::uint32_t packed = 0;
        for (const char c : word.substr(0, letters)) {
            packed = packed << 8U | static_cast<unsigned char>(ascii_lower(c));
        }
        return packed * 0x9E3779B1U >> 20U;  // Fibonacci hashing: the upper 12 bits
    }
    std::bitset<4096> known_;
};

struct WordList {
    std::unordered_map<std::string_view, Meaning> phrases;
    Beginnings beginnings;
    std::vector<ListRow> inside;  // kind, text
};

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

std::string lowered(std::string_view text) {
    const bool ascii = std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
    if (ascii || !g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr)) {
        return ascii_lowered(text);
    }
    const std::unique_ptr<char, decltype(&g_free)> lower{
        g_utf8_strdown(text.data(), static_cast<gssize>(text.size())), g_free};
    return lower.get();
}

bool belongs_to_word(char c) {
    return is_ascii_alnum(c) || (c & 0x80) != 0;
}

/// The `O` of `optOut`.
bool begins_hump(char before, char c) {
    return before >= 'a' && before <= 'z' && c >= 'A' && c <= 'Z';
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

/// `OptOut_now` -> opt, out, now. At most one word more than `most`; none when no phrase of the
/// list begins like one of them.
std::vector<std::string> words_of(std::string_view text, std::size_t most) {
    bool worth_it = false;
    for (std::string_view rest = text, word = take_word(rest); !word.empty() && !worth_it;
         word = take_word(rest)) {
        worth_it = word_list().beginnings.may_have(word);
    }
    std::vector<std::string> words;
    if (!worth_it) return words;
    while (words.size() <= most) {
        const std::string_view word = take_word(text);
        if (word.empty()) return words;
        words.push_back(lowered(word));
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
std::optional<std::string_view> find_phrase(const std::vector<std::string>& words, Counts counts) {
    const auto& phrases = word_list().phrases;
    for (std::size_t first = 0; first < words.size(); ++first) {
        std::string phrase;
        const std::size_t last = std::min(words.size(), first + most_words_of_phrase);
        for (std::size_t next = first; next < last; ++next) {
            if (next > first) phrase += '-';
            phrase += words[next];
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
    const std::vector<std::string> words = words_of(part, most_words_of_part);
    if (words.empty() || words.size() > most_words_of_part) return std::nullopt;
    return find_phrase(
        words, [](std::string_view place, bool whole) { return place != "whole" || whole; });
}

std::optional<std::string_view> kind_of_url(std::string_view url) {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
        url.remove_prefix(scheme + 3);
    }
    while (!url.empty()) {
        const auto stop = std::ranges::find_if(url, is_separator);
        const auto end = static_cast<std::size_t>(stop - url.begin());
        if (const auto kind = kind_of_part(url.substr(0, end))) return kind;
        url.remove_prefix(std::min(end + 1, url.size()));
    }
    return std::nullopt;
}

std::optional<std::string_view> kind_of_text(std::string_view text) {
    const std::vector<std::string> words = words_of(text, most_words_of_text);
    if (words.size() > most_words_of_text) return std::nullopt;
    return find_phrase(words, [](std::string_view place, bool) { return place == "any"; });
}

}  // namespace

std::optional<std::string_view> what_words_say(std::string_view url, std::string_view text) {
    const std::string decoded = percent_decoded(url.substr(0, max_url_bytes));
    if (const auto kind = kind_of_url(decoded)) return kind;
    if (const auto kind = kind_of_text(text)) return kind;
    for (const ListRow& row : word_list().inside) {
        for (const std::string_view place : {std::string_view{decoded}, text}) {
            if (place.find(row[1]) != std::string_view::npos) return row[0];
        }
    }
    return std::nullopt;
}

}  // namespace candor::rewriter
