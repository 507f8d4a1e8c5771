// Puts replaced spans and untouched bytes back together. Knows nothing of what the bytes mean.
#include "rewriter/splice.h"

#include <cassert>

namespace candor::rewriter {

std::string splice(std::string_view original, std::span<const Replacement> replacements) {
    std::size_t size = original.size();
    for (const Replacement& replacement : replacements) {
        size = size - replacement.where.size() + replacement.with.size();
    }
    std::string out;
    out.reserve(size);
    std::size_t at = 0;
    for (const Replacement& replacement : replacements) {
        assert(replacement.where.begin >= at && replacement.where.end >= replacement.where.begin &&
               replacement.where.end <= original.size());
        out += original.substr(at, replacement.where.begin - at);
        out += replacement.with;
        at = replacement.where.end;
    }
    out += original.substr(at);
    return out;
}

}  // namespace candor::rewriter
