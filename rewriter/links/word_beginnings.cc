// 64 bytes at a time become three bit masks, of which the beginnings of words fall out together.
#include "rewriter/links/word_beginnings.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "rewriter/bytes/scan.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t window_bytes = 64;

/// One bit per byte, the first byte lowest.
struct Letters {
    std::uint64_t in_word = 0;
    std::uint64_t lower = 0;
    std::uint64_t upper = 0;
};

#if defined(CANDOR_WIDE_SCAN)
Letters letters_of(const char* window) {
    const auto at_most = [&](char most) {
        const auto lanes = [&](std::size_t at) { return Lanes::load(window + at).at_most(most); };
        return Lanes::bits(lanes(0), lanes(16), lanes(32), lanes(48));
    };
    Letters found;
    found.lower = at_most('z') & ~at_most('`');
    found.upper = at_most('Z') & ~at_most('@');
    const std::uint64_t digits = at_most('9') & ~at_most('/');
    found.in_word = found.lower | found.upper | digits | ~at_most('\x7F');
    return found;
}
#else
Letters letters_of(const char* window) {
    Letters found;
    for (std::size_t i = 0; i < window_bytes; ++i) {
        const char c = window[i];
        found.lower |= std::uint64_t{c >= 'a' && c <= 'z'} << i;
        found.upper |= std::uint64_t{c >= 'A' && c <= 'Z'} << i;
        found.in_word |= std::uint64_t{belongs_to_word(c)} << i;
    }
    return found;
}
#endif

/// What key_of() makes of the 1 to 4 letters and digits at `at`: digits have the bit of lower case.
std::uint32_t key_at(const char* at, std::size_t more) {
    std::uint32_t key = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        key |= std::uint32_t{static_cast<unsigned char>(at[i])} << (8 * i);
    }
    constexpr std::uint32_t lower_case = 0x20202020U;
    return (key | lower_case) & 0xFFFFFFFFU >> (24 - 8 * more);
}

}  // namespace

std::size_t WordBeginnings::find(std::string_view text, std::size_t from) const {
    // Behind the bytes that are looked at a window has as many as the last key may need.
    constexpr std::size_t step = window_bytes - letters + 1;
    std::array<char, window_bytes> last;
    std::uint64_t word_before = 0;
    std::uint64_t lower_before = 0;
    for (std::size_t at = from; at < text.size(); at += step) {
        const char* window = text.data() + at;
        if (text.size() - at < window_bytes) {
            last.fill('\0');
            std::memcpy(last.data(), window, text.size() - at);
            window = last.data();
        }
        const auto [in_word, lower, upper] = letters_of(window);
        const std::uint64_t humps = upper & (lower << 1U | lower_before);
        const std::uint64_t begins = in_word & (~(in_word << 1U | word_before) | humps);
        const std::uint64_t ends = ~in_word | begins;
        for (std::uint64_t left = begins & ((1ULL << step) - 1); left != 0; left &= left - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(left));
            const auto more = static_cast<std::size_t>(std::countr_zero(ends >> bit >> 1U | 8U));
            if (may_have(key_at(window + bit, more))) return at + bit;
        }
        word_before = in_word >> (step - 1) & 1U;
        lower_before = lower >> (step - 1) & 1U;
    }
    return text.size();
}

std::size_t WordBeginnings::find_plain(std::string_view text, std::size_t from) const {
    for (std::size_t at = from; at < text.size(); ++at) {
        if (!belongs_to_word(text[at])) continue;
        const bool inside =
            at > from && belongs_to_word(text[at - 1]) && !begins_hump(text[at - 1], text[at]);
        if (inside) continue;
        std::size_t end = at + 1;
        while (end < text.size() && belongs_to_word(text[end]) &&
               !begins_hump(text[end - 1], text[end])) {
            ++end;
        }
        if (may_have(text.substr(at, end - at))) return at;
    }
    return text.size();
}

}  // namespace candor::rewriter
