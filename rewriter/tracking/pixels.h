// Tracking images and per-person parameters of HTML: what must be taken out, as replacements.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"
#include "rewriter/tracking/pixel_rules.h"

namespace candor::rewriter {

struct TrackingFound {
    std::vector<Replacement> replacements;  ///< sorted; values only, never a tag
    std::size_t images = 0;                 ///< neutralised, whatever fetched them
    std::size_t parameters = 0;
    bool open_image_kept = false;
    std::size_t remote_css = 0;   ///< style sheets, fonts and hints: seen, whether or not they go
    std::string_view ad_network;  ///< from which something is fetched: the first one's name
};

/// Whatever a client fetches unasked (`src`, `srcset`, `background`, `url()` in styles, VML in
/// conditional comments ...) gets an empty picture (`data:image/gif...`), or nothing (`data:,`)
/// where it is no picture, for a source when it is tiny or hidden and matches a known tracker or
/// looks unique, or has no size and is known to answer opens only. Per-person parameters are cut
/// from what stays. Links are not touched here. Open images of `own_hosts` lose their source
/// whatever the rules. Linear.
[[nodiscard]] TrackingFound find_tracking(std::string_view html, const PixelRules& rules);

}  // namespace candor::rewriter
