// Where the next byte of a small set stands: SSE2 on x86-64, NEON on 64-bit ARM, else plain C++.
// Both are part of their baseline, so nothing has to be chosen at run time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "rewriter/bytes/ascii.h"

#if defined(__SSE2__)
#define CANDOR_WIDE_SCAN
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#define CANDOR_WIDE_SCAN
#include <arm_neon.h>
#endif

namespace candor::rewriter {

#if defined(__SSE2__)
/// 16 bytes; every comparison answers 0xFF for yes and 0 for no, byte by byte.
struct Lanes {
    __m128i bytes;
    static Lanes load(const char* at) {
        return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))};
    }
    [[nodiscard]] Lanes equal(char c) const { return {_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))}; }
    [[nodiscard]] Lanes at_most(char c) const {
        return {_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(c)), bytes)};
    }
    friend Lanes operator|(Lanes a, Lanes b) { return {_mm_or_si128(a.bytes, b.bytes)}; }
    /// One bit per byte, the first byte lowest.
    [[nodiscard]] std::uint64_t bits() const {
        return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
    }
    static std::uint64_t bits(Lanes a, Lanes b, Lanes c, Lanes d) {
        return a.bits() | b.bits() << 16U | c.bits() << 32U | d.bits() << 48U;
    }
};
#elif defined(__aarch64__) && defined(__ARM_NEON)
/// 16 bytes; every comparison answers 0xFF for yes and 0 for no, byte by byte.
struct Lanes {
    uint8x16_t bytes;
    static Lanes load(const char* at) {
        return {vld1q_u8(reinterpret_cast<const std::uint8_t*>(at))};
    }
    [[nodiscard]] Lanes equal(char c) const {
        return {vceqq_u8(bytes, vdupq_n_u8(static_cast<std::uint8_t>(c)))};
    }
    [[nodiscard]] Lanes at_most(char c) const {
        return {vcleq_u8(bytes, vdupq_n_u8(static_cast<std::uint8_t>(c)))};
    }
    friend Lanes operator|(Lanes a, Lanes b) { return {vorrq_u8(a.bytes, b.bytes)}; }
    /// One bit per byte, the first byte lowest.
    [[nodiscard]] std::uint64_t bits() const {
        const Lanes none{vdupq_n_u8(0)};
        return bits(*this, none, none, none);
    }
    static std::uint64_t bits(Lanes a, Lanes b, Lanes c, Lanes d) {
        // There is no movemask: every byte keeps a bit of its own, and neighbours are added up.
        constexpr std::uint64_t one_each = 0x8040201008040201U;
        const uint8x16_t own = vreinterpretq_u8_u64(vdupq_n_u64(one_each));
        const uint8x16_t ab = vpaddq_u8(vandq_u8(a.bytes, own), vandq_u8(b.bytes, own));
        const uint8x16_t cd = vpaddq_u8(vandq_u8(c.bytes, own), vandq_u8(d.bytes, own));
        const uint8x16_t abcd = vpaddq_u8(ab, cd);
        return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(abcd, abcd)), 0);
    }
};
#endif

/// The bytes given, and HTML's white space when `blanks` says so.
template <bool blanks, char... bytes>
struct ByteSet {
    static constexpr bool has(char c) {
        return ((blanks && is_html_blank(c)) | ... | (c == bytes));
    }
#if defined(CANDOR_WIDE_SCAN)
    /// Which of the 16 or 64 bytes at `at` may be in the set, one bit each, the first byte lowest.
    /// Of white space any control may be.
    static std::uint64_t in_16(const char* at) {
        return candidates(at).bits();
    }
    static std::uint64_t in_64(const char* at) {
        return Lanes::bits(candidates(at), candidates(at + 16), candidates(at + 32),
                           candidates(at + 48));
    }
    static constexpr bool confirmed(char c) {
        return !blanks || c >= ' ' || has(c);
    }

  private:
    static Lanes candidates(const char* at) {
        const Lanes loaded = Lanes::load(at);
        if constexpr (blanks)
            return (loaded.at_most(' ') | ... | loaded.equal(bytes));
        else
            return (loaded.equal(bytes) | ...);
    }
#endif
};

/// What find_first() answers, one byte a step: the fallback, and what the tests compare with.
template <class Set>
constexpr std::size_t find_first_plain(std::string_view text, std::size_t from) {
    while (from < text.size() && !Set::has(text[from])) ++from;
    return from;
}

/// Where the first byte of the set stands at or behind `from`, else the size of the text.
/// `from` is at most that size. `step` is 16 where it is near, as the end of a name is, and 64
/// where it may be anywhere: one long step costs less than a wrong guess how many short ones.
template <class Set, std::size_t step = 64>
inline std::size_t find_first(std::string_view text, std::size_t from) {
    static_assert(step == 16 || step == 64);
#if defined(CANDOR_WIDE_SCAN)
    const auto confirmed = [&](std::uint64_t found) {
        for (; found != 0; found &= found - 1) {
            const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(found));
            if (Set::confirmed(text[at])) return at;
        }
        return text.size();
    };
    if constexpr (step == 64) {
        for (; text.size() - from >= 64; from += 64) {
            const std::uint64_t found = Set::in_64(text.data() + from);
            if (found == 0) continue;
            if (const std::size_t at = confirmed(found); at < text.size()) return at;
        }
    }
    for (; text.size() - from >= 16; from += 16) {
        const std::uint64_t found = Set::in_16(text.data() + from);
        if (found == 0) continue;
        if (const std::size_t at = confirmed(found); at < text.size()) return at;
    }
#endif
    return find_first_plain<Set>(text, from);
}

/// Where the first byte of the set stands that has a line end right before it, at or behind `from`;
/// else the size of the text. A `from` of 0 is no line end.
template <class Set>
inline std::size_t find_line_start(std::string_view text, std::size_t from) {
    using LineEnd = ByteSet<false, '\n'>;
    std::size_t at = from == 0 ? 1 : from;
#if defined(CANDOR_WIDE_SCAN)
    for (; text.size() >= at + 64; at += 64) {
        std::uint64_t found = Set::in_64(text.data() + at) & LineEnd::in_64(text.data() + at - 1);
        for (; found != 0; found &= found - 1) {
            const std::size_t start = at + static_cast<std::size_t>(std::countr_zero(found));
            if (Set::confirmed(text[start])) return start;
        }
    }
#endif
    for (; at < text.size(); ++at) {
        if (text[at - 1] == '\n' && Set::has(text[at])) return at;
    }
    return text.size();
}

template <char byte>
inline std::size_t find_byte(std::string_view text, std::size_t from) {
    return find_first<ByteSet<false, byte>>(text, from);
}

}  // namespace candor::rewriter
