// Sorted, non-overlapping replacements applied to bytes.
#pragma once

#include <cstddef>
#include <optional>
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

/// The spliced text piece by piece, in order: what stays and what is new, empty pieces left out.
/// Borrows both. `replacements` are sorted and do not overlap (a bug otherwise: asserted).
class SplicedPieces {
  public:
    SplicedPieces(std::string_view original, std::span<const Replacement> replacements)
        : original_(original), left_(replacements) {}
    /// nullopt at the end.
    [[nodiscard]] std::optional<std::string_view> next();

  private:
    std::string_view original_;
    std::span<const Replacement> left_;
    std::size_t at_ = 0;  ///< in `original_`
};

[[nodiscard]] std::size_t spliced_size(std::string_view original,
                                       std::span<const Replacement> replacements);

/// `original` with each span replaced. Every other byte is copied as it is.
[[nodiscard]] std::string splice(std::string_view original,
                                 std::span<const Replacement> replacements);

}  // namespace candor::rewriter
