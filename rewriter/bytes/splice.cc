// Puts replaced spans and untouched bytes back together. Knows nothing of what the bytes mean.
#include "rewriter/bytes/splice.h"

#include <cassert>

namespace candor::rewriter {

std::optional<std::string_view> SplicedPieces::next() {
    while (!left_.empty()) {
        const Replacement& replacement = left_.front();
        const Span where = replacement.where;
        assert(where.begin >= at_ && where.end >= where.begin && where.end <= original_.size());
        if (where.begin > at_) {
            const std::string_view gap = original_.substr(at_, where.begin - at_);
            at_ = where.begin;
            return gap;
        }
        at_ = where.end;
        left_ = left_.subspan(1);
        if (!replacement.with.empty()) return replacement.with;
    }
    if (at_ == original_.size()) return std::nullopt;
    const std::string_view rest = original_.substr(at_);
    at_ = original_.size();
    return rest;
}

std::size_t spliced_size(std::string_view original, std::span<const Replacement> replacements) {
    std::size_t size = original.size();
    for (const Replacement& replacement : replacements) {
        size = size - replacement.where.size() + replacement.with.size();
    }
    return size;
}

std::string splice(std::string_view original, std::span<const Replacement> replacements) {
    std::string out;
    out.reserve(spliced_size(original, replacements));
    SplicedPieces pieces(original, replacements);
    while (const auto piece = pieces.next()) out += *piece;
    return out;
}

}  // namespace candor::rewriter
