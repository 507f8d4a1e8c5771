// The texts of a message of which only text may leave, each with what changes in it.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "rewriter/contents.h"
#include "rewriter/plaintext_choice.h"

namespace candor::rewriter {

/// Without its footer.
struct LeavingText {
    std::vector<Replacement> changes{};  ///< of an author's: in PartContent::bytes
    std::string made{};                  ///< of HTML; UTF-8 that ends with a line end
    bool takes_footer = false;
};
using LeavingTexts = std::unordered_map<std::size_t, LeavingText>;  ///< by part

/// Of all texts below `leaving`. Links are asked for in their order, those that HTML only shows
/// behind its others. Counts into `counts`. Errors: as html_edits().
[[nodiscard]] Result<LeavingTexts> leaving_texts(const LeavingNode& leaving,
                                                 const Contents& contents, const RewritePlan& plan,
                                                 Edits& counts);

}  // namespace candor::rewriter
