// Decoding, a window of 64 bytes at a time: which of them are `=` is known at once.
#include <bit>
#include <cstdint>
#include <cstring>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/mime/quoted_printable.h"
#include "rewriter/mime/quoted_printable_escape.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t between_marks = 512;

/// Where a decoding stands. Passed by value: what is written through `to` might else change it, for
/// all that the compiler knows.
struct Progress {
    std::size_t at = 0;  ///< in the encoded text
    char* to = nullptr;

    [[nodiscard]] Progress behind(const QuotedEscape& escape) const {
        if (escape.is_octet) *to = escape.octet;
        return {at + escape.length, to + static_cast<int>(escape.is_octet)};
    }
};

constexpr std::size_t window = 64;

#if defined(CANDOR_WIDE_SCAN)
/// What stands up to `end`, at most a window away, is copied without asking how much it is: a wrong
/// guess costs more than what is written over again.
inline Progress copied(std::string_view encoded, Progress now, std::size_t end) {
    std::memcpy(now.to, encoded.data() + now.at, window);
    return {end, now.to + (end - now.at)};
}

/// Behind the escape that begins here, two digits or the end of a line: which is not asked either.
inline Progress behind_escape(std::string_view encoded, Progress now) {
    const char* const two = encoded.data() + now.at + 1;
    const int octet = hex_value(two[0]) * 16 | hex_value(two[1]);
    const unsigned is_octet = ~static_cast<unsigned>(octet) >> 31U;
    const int no_break = (two[0] ^ '\r') | (two[1] ^ '\n');
    if ((no_break & (octet >> 31)) != 0) [[unlikely]] {
        return now.behind(quoted_escape_at(encoded, now.at));
    }
    *now.to = static_cast<char>(octet);
    return {now.at + 3, now.to + is_octet};
}

/// On to the end of the window at `begin`, whose `=` are all known at once.
inline Progress behind_window(std::string_view encoded, Progress now, std::size_t begin) {
    for (std::uint64_t left = EqualsSign::in_64(encoded.data() + begin); left != 0;
         left &= left - 1) {
        const std::size_t equals = begin + static_cast<std::size_t>(std::countr_zero(left));
        if (equals < now.at) continue;  // within an escape that is none
        now = behind_escape(encoded, copied(encoded, now, equals));
    }
    return now;
}
#endif

}  // namespace

DecodedText decode_quoted_printable(std::string_view encoded) {
    DecodedText text{std::string(encoded.size() + window, '\0'), {}};
    char* const begin = text.bytes.data();
    Progress now{0, begin};
    const char* next_mark = begin + between_marks;
    const auto mark = [&] {
        if (now.to < next_mark) return;
        text.marks.push_back({static_cast<std::size_t>(now.to - begin), now.at});
        next_mark = now.to + between_marks;
    };
#if defined(CANDOR_WIDE_SCAN)
    for (std::size_t at = 0; encoded.size() - at >= 2 * window; at += window) {
        now = behind_window(encoded, now, at);
        if (now.at >= at + window) continue;
        now = copied(encoded, now, at + window);
        mark();
    }
#endif
    while (now.at < encoded.size()) {
        const std::size_t equals = find_first<EqualsSign, 16>(encoded, now.at);
        const std::size_t run = equals - now.at;
        std::memcpy(now.to, encoded.data() + now.at, run);
        now = {equals, now.to + run};
        if (run > 0) mark();
        if (equals < encoded.size()) now = now.behind(quoted_escape_at(encoded, equals));
    }
    text.bytes.resize(static_cast<std::size_t>(now.to - begin));
    return text;
}

}  // namespace candor::rewriter
