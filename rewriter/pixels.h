// Tracking images and per-person parameters of HTML: what must be taken out, as replacements.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/splice.h"

namespace candor::rewriter {

struct PixelRules {
    std::vector<std::string> trusted_image_hosts;
    std::vector<std::string> strip_parameters;  ///< besides the list that ships
    std::string own_host{};  ///< whose `/o/` images are open images of ours, seen or not
    bool images = true;      ///< look for tracking images
    bool parameters = true;  ///< look for per-person parameters
};

struct TrackingFound {
    std::vector<Replacement> replacements;  ///< sorted; values only, never a tag
    std::size_t images = 0;
    std::size_t parameters = 0;
};

/// Tiny or hidden images that match a known tracker or look unique get `data:,` for a source;
/// per-person parameters are cut from image sources. Links are not touched here. Open images of
/// `own_host` lose their source whatever the rules.
[[nodiscard]] TrackingFound find_tracking(std::string_view html, const PixelRules& rules);

/// `url` without per-person parameters (`mc_eid`, `_hsenc`, ...); byte-identical when it has none.
[[nodiscard]] std::string without_personal_parameters(std::string_view url,
                                                      std::span<const std::string> more = {});

}  // namespace candor::rewriter
