// Links that another service has wrapped in its own click tracker: known or not, and where to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candor::rewriter {

struct ForeignTracker {
    bool known = false;  ///< the host is a click redirector
    std::optional<std::string>
        destination;  ///< the target, where the URL holds it; fully unwrapped
};

/// `url` against data/click-redirectors.tsv and `more_host_globs` (whose destinations are looked
/// for in usual places). Wrapped wraps are undone up to eight times; what is then still a known
/// redirector without a readable destination has none.
[[nodiscard]] ForeignTracker foreign_tracker(std::string_view url,
                                             std::span<const std::string> more_host_globs);

}  // namespace candor::rewriter
