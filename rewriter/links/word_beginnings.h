// Where in a text a phrase of a list may begin. Every link is asked, and few hold such a word.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {

/// Letters and digits of ASCII, and whatever is not ASCII.
constexpr bool belongs_to_word(char c) {
    return is_ascii_alnum(c) || (c & 0x80) != 0;
}
/// The `O` of `optOut`.
constexpr bool begins_hump(char before, char c) {
    return before >= 'a' && before <= 'z' && c >= 'A' && c <= 'Z';
}

/// First words of phrases, known by their first four letters.
class WordBeginnings {
  public:
    /// `word` is in lower case.
    void add(std::string_view word) { known_.set(slot_of(key_of(word))); }
    /// Whether `word` begins like one of them. May say yes too often, never no; a byte beyond ASCII
    /// among its first four makes it yes.
    [[nodiscard]] bool may_have(std::string_view word) const { return may_have(key_of(word)); }
    /// Where the first such word at or behind `from` stands, else the size of `text`. A word begins
    /// at `from` whatever is in front of it.
    [[nodiscard]] std::size_t find(std::string_view text, std::size_t from) const;
    /// The same, one byte a step: what the tests compare with.
    [[nodiscard]] std::size_t find_plain(std::string_view text, std::size_t from) const;

  private:
    static constexpr std::size_t letters = 4;
    static constexpr std::uint32_t beyond_ascii = 0x80808080U;

    static constexpr std::uint32_t key_of(std::string_view word) {
        std::uint32_t key = 0;
        for (std::size_t i = 0; i < letters && i < word.size(); ++i) {
            key |= std::uint32_t{static_cast<unsigned char>(ascii_lower(word[i]))} << (8 * i);
        }
        return key;
    }
    static constexpr std::size_t slot_of(std::uint32_t key) {
        return key * 0x9E3779B1U >> 17U;  // Fibonacci hashing: the upper 15 bits
    }
    [[nodiscard]] bool may_have(std::uint32_t key) const {
        return (key & beyond_ascii) != 0 || known_[slot_of(key)];
    }

    std::bitset<32768> known_;
};

}  // namespace candor::rewriter
