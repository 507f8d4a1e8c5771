// Lists that the operator names besides those that ship: rules of ad blockers and of ClearURLs.
// Read once; then asked by any number of threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rewriter/tracking/adblock_rules.h"
#include "rewriter/tracking/clear_urls.h"

namespace candor::rewriter {

class FilterLists {
  public:
    /// What was made of one file.
    struct Report {
        std::size_t rules = 0;
        std::size_t not_understood = 0;  ///< and left out
        std::size_t first_unknown = 0;   ///< its line; 0 when that is not known
    };

    /// Adds a list: JSON is ClearURLs', anything else has a rule of an ad blocker per line.
    [[nodiscard]] tl::expected<Report, FilterListFault> add(std::string_view text);

    /// Whether a list says that what a mail fetches there tracks.
    [[nodiscard]] bool blocks(std::string_view url, FetchKind kind) const;

    [[nodiscard]] UrlProviders providers_of(std::string_view url) const {
        return clear_urls_.providers_of(url);
    }
    /// Whether a parameter of a URL with these providers is to go.
    [[nodiscard]] bool strips(const UrlProviders& providers, std::string_view parameter) const;
    [[nodiscard]] std::string without_raw(const UrlProviders& providers, std::string url) const {
        return clear_urls_.without_raw(providers, std::move(url));
    }

  private:
    AdblockRules adblock_;
    ClearUrls clear_urls_;
};

}  // namespace candor::rewriter
