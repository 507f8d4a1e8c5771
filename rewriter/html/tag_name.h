// Names of HTML tags, compared in one step: the first eight bytes in lower case as a number.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {

constexpr std::size_t packed_name_bytes = 8;

/// Equal for two names of one length up to eight bytes just when they differ in case at most.
constexpr std::uint64_t packed_name(std::string_view name) {
    std::uint64_t packed = 0;
    for (std::size_t i = std::min(name.size(), packed_name_bytes); i > 0; --i) {
        packed = packed << 8U | static_cast<unsigned char>(ascii_lower(name[i - 1]));
    }
    return packed;
}

/// packed_name() of `text.substr(begin, size)`, by one load where the text goes on far enough.
inline std::uint64_t packed_name_in(std::string_view text, std::size_t begin, std::size_t size) {
    if constexpr (std::endian::native == std::endian::little) {
        if (text.size() - begin >= packed_name_bytes && size > 0) {
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, text.data() + begin, packed_name_bytes);
            if (size < packed_name_bytes) bytes &= (std::uint64_t{1} << 8U * size) - 1;
            // Bytes of `A` to `Z` get the bit that makes them small; the top bit of every byte
            // keeps sums from running over into the next.
            constexpr std::uint64_t each = 0x0101010101010101U;
            const std::uint64_t low = bytes & (0x7F * each);
            const std::uint64_t from_a = low + (0x80 - 'A') * each;
            const std::uint64_t behind_z = low + (0x7F - 'Z') * each;
            const std::uint64_t capital = ~bytes & (from_a ^ behind_z) & (0x80 * each);
            return bytes | capital >> 2U;
        }
    }
    return packed_name(text.substr(begin, size));
}

/// A set of packed names that one multiplication asks: names follow one another without a pattern,
/// so that a chain of comparisons would be guessed wrong at nearly every tag.
template <std::size_t count>
class PackedNames {
  public:
    consteval explicit PackedNames(const std::array<std::string_view, count>& names) {
        for (; !fill(names); factor_ *= 0xD1342543DE82EF95U) slots_ = {};
    }
    /// Of a name longer than eight bytes only these are compared.
    [[nodiscard]] constexpr bool contains(std::uint64_t packed) const {
        return slots_[slot_of(packed)] == packed;
    }

  private:
    static constexpr unsigned slot_bits = count > 16 ? 9 : 6;

    [[nodiscard]] constexpr std::size_t slot_of(std::uint64_t packed) const {
        return static_cast<std::size_t>(packed * factor_ >> (64U - slot_bits));
    }
    constexpr bool fill(const std::array<std::string_view, count>& names) {
        for (const std::string_view name : names) {
            std::uint64_t& slot = slots_[slot_of(packed_name(name))];
            if (slot != 0) return false;
            slot = packed_name(name);
        }
        return true;
    }
    std::array<std::uint64_t, std::size_t{1} << slot_bits> slots_{};
    std::uint64_t factor_ = 0x9E3779B97F4A7C15U;  // any odd number without a pattern to begin with
};

}  // namespace candor::rewriter
