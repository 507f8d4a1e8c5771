// What is looked for among all that a mail fetches, and what of it goes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/plan.h"
#include "rewriter/tracking/personal_parameters.h"

namespace candor::rewriter {

struct PixelRules {
    std::vector<std::string> trusted_image_hosts;
    std::vector<std::string> strip_parameters;  ///< besides the list that ships
    std::vector<std::string>
        own_hosts{};  ///< whose `/o/` images are open images of ours, seen or not
    /// Which of those stay all the same; empty = none.
    std::function<bool(std::string_view url)> keep_open_image{};
    bool images = true;      ///< look for tracking images
    bool parameters = true;  ///< look for per-person parameters
    /// Take out style sheets and fonts that are fetched, and hints to connect to their hosts.
    bool remote_css = false;
    bool campaigns = false;              ///< parameters that name a campaign go too
    const FilterLists* lists = nullptr;  ///< borrowed
};

/// What `plan` asks for.
[[nodiscard]] PixelRules pixel_rules(const RewritePlan& plan);
/// What of parameters they cut from what is fetched. Borrows from `rules`.
[[nodiscard]] ParameterRules parameter_rules(const PixelRules& rules);

}  // namespace candor::rewriter
