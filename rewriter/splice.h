// Sorted, non-overlapping replacements applied to bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// Bytes [begin, end) of some text that the context names.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] std::size_t size() const { return end - begin; }
    bool operator==(const Span&) const = default;
};

struct Replacement {
    Span where;
    std::string with;
};

/// `original` with each span replaced. `replacements` are sorted and do not overlap (a bug
/// otherwise: asserted). Every other byte is copied as it is.
[[nodiscard]] std::string splice(std::string_view original,
                                 std::span<const Replacement> replacements);

}  // namespace candor::rewriter
