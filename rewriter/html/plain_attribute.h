// The one way nearly all attributes of mail are written, `name="value"`, in one look at 64 bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#include "rewriter/bytes/scan.h"

namespace candor::rewriter {

using AttributeNameEnd = ByteSet<true, '/', '>', '='>;

/// Its value stands between two quotes from `name_end + 2` to `value_end`.
struct PlainAttribute {
    std::size_t name_end = 0;
    std::size_t value_end = 0;
    [[nodiscard]] bool found() const { return value_end != 0; }
};

/// The attribute whose name begins at `at`. Not found when it is written otherwise, has no end, or
/// when bytes cannot be looked at many at a time: then it has to be read the long way.
inline PlainAttribute plain_attribute_at([[maybe_unused]] std::string_view html,
                                         [[maybe_unused]] std::size_t at) {
#if defined(CANDOR_WIDE_SCAN)
    constexpr std::size_t window = 64;
    if (html.size() - at < window) return {};
    const char* const text = html.data() + at;
    // Even `=` begins a name. A bit behind the 16 stands for a longer one.
    const std::uint64_t name_ends = AttributeNameEnd::in_16(text) & ~std::uint64_t{1};
    const auto name = static_cast<std::size_t>(std::countr_zero(name_ends | 1U << 16U));
    if (text[name] != '=' || text[name + 1] != '"') return {};
    const std::uint64_t quotes = ByteSet<false, '"'>::in_64(text) >> (name + 2);
    const std::size_t end =
        quotes == 0 ? find_byte<'"'>(html, at + window)
                    : at + name + 2 + static_cast<std::size_t>(std::countr_zero(quotes));
    if (end < html.size()) return {at + name, end};
#endif
    return {};
}

}  // namespace candor::rewriter
