// Links that are never rewritten, whatever the treatment allows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rewriter/plan.h"

namespace candor::rewriter {

struct NeverRules {
    /// The URIs of List-Unsubscribe, List-Help and Archived-At: they must outlive the tracking
    /// host.
    std::span<const std::string> header_uris;
    /// `policy::Config::rewriter.never_track`: globs over the URL, matched by `matches`.
    std::span<const std::string> globs;
    bool (*matches)(std::string_view glob, std::string_view url) = nullptr;
};

/// Why `link` stays as it is, in one word, or nullopt when it may be rewritten:
/// scheme, marked, merge_tag, opt_out, text_is_url, credentials, app_file, charset, configured.
[[nodiscard]] std::optional<std::string_view> never_rewrite(const FoundLink& link,
                                                            const NeverRules& rules);

}  // namespace candor::rewriter
