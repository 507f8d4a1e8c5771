// Links that another service has wrapped in its own click tracker: known or not, and where to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candor::rewriter {

struct ForeignTracker {
    bool known = false;  ///< the host is a click redirector
    std::optional<std::string>
        destination;  ///< the target, where the URL holds it; fully unwrapped
};

/// Knows data/click-redirectors.tsv and the globs given, whose destinations are looked for in usual
/// places. Keeps in mind the host it was asked about last: the links of a mail have few. For one
/// thread; outlived by the globs.
class ForeignTrackers {
  public:
    explicit ForeignTrackers(std::span<const std::string> more_host_globs)
        : more_host_globs_(more_host_globs) {}

    /// Wrapped wraps are undone up to eight times; what is then still a known redirector without a
    /// readable destination has none.
    [[nodiscard]] ForeignTracker of(std::string_view url);

  private:
    struct Rule {
        std::string_view path;   ///< as in the list; `/` for any, and for none
        std::string_view where;  ///< the destination is, as in the list
    };
    [[nodiscard]] ForeignTracker one_layer(std::string_view url);
    void use_host(std::string_view host);

    std::span<const std::string> more_host_globs_;
    std::optional<std::string> host_;
    std::vector<Rule> rules_;  ///< of `host_`, in the order in which they are asked
};

/// ForeignTrackers::of() for one URL.
[[nodiscard]] inline ForeignTracker foreign_tracker(std::string_view url,
                                                    std::span<const std::string> more_host_globs) {
    return ForeignTrackers{more_host_globs}.of(url);
}

}  // namespace candor::rewriter
