// Links that are never rewritten, whatever the treatment allows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/plan.h"

namespace candor::rewriter {

/// What becomes of a link whose text is a URL of the site it leads to.
enum class ShownUrls : std::uint8_t {
    Keep,
    SameSite,  ///< may be rewritten where `own_host` belongs to that site
    Rewrite
};

/// Borrows everything; made once per message.
class NeverRules {
  public:
    struct Input {
        /// The URIs of List-Unsubscribe, List-Help and Archived-At: they must outlive the tracking
        /// host.
        std::span<const std::string> header_uris;
        std::span<const std::string> url_globs;       ///< `rewriter.never_track`
        std::span<const std::string> app_link_hosts;  ///< host globs
        std::string_view own_host;                    ///< our tracking host
        /// The registrable domain of a host; without it only equal hosts are one site.
        std::string (*organisational_domain)(std::string_view host) = nullptr;
        ShownUrls shown_urls = ShownUrls::Keep;
        bool keep_sensitive = true;
    };
    explicit NeverRules(const Input& input);

    /// Why `link` stays as it is, in one word, or nullopt when it may be rewritten: scheme, marked,
    /// charset, too_long, merge_tag, credentials, no_host, own_host, app_file, app_link, opt_out,
    /// browser_view, sensitive, text_is_url, configured.
    [[nodiscard]] std::optional<std::string_view> reason_to_keep(const FoundLink& link) const {
        return reason_to_keep(link, link.url);
    }
    /// The same where `url` stands for the link's own: what is behind a wrap.
    [[nodiscard]] std::optional<std::string_view> reason_to_keep(const FoundLink& link,
                                                                 std::string_view url) const;

  private:
    [[nodiscard]] bool is_header_uri(std::string_view url) const;
    [[nodiscard]] bool shows_its_site(std::string_view text, std::string_view host) const;
    [[nodiscard]] bool same_site(const std::string& one, const std::string& other) const;

    Input in_;
    std::vector<std::string> header_uris_;  // as comparable() makes them
};

}  // namespace candor::rewriter
