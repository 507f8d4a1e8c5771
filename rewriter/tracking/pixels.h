// Tracking images and per-person parameters of HTML: what must be taken out, as replacements.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"
#include "rewriter/plan.h"

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

/// `url` without per-person parameters (`mc_eid`, `_hsenc`, ...); byte-identical when it has none.
[[nodiscard]] std::string without_personal_parameters(std::string_view url,
                                                      std::span<const std::string> more = {});

}  // namespace candor::rewriter
