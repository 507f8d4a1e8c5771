// Rules of ClearURLs (data.min.json): which parameters of which sites only track. The expressions
// run in RE2, which takes linear time whatever an expression or a URL holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace candor::rewriter {

/// Why a file is no list.
struct FilterListFault {
    int line = 1;
    std::string message;
};

/// The providers whose rules hold for one URL.
using UrlProviders = std::vector<std::uint16_t>;

class ClearUrls {
  public:
    ClearUrls();
    ~ClearUrls();
    ClearUrls(ClearUrls&&) noexcept;
    ClearUrls& operator=(ClearUrls&&) noexcept;

    /// Adds the providers of a file and says how many expressions RE2 does not know (look-ahead,
    /// back references): those are left out. `referralMarketing` and `redirections` are not used:
    /// the one names a partner, the other is what the list of click redirectors is for.
    [[nodiscard]] tl::expected<std::size_t, FilterListFault> add(std::string_view json);

    /// Looks at the first 2,048 bytes.
    [[nodiscard]] UrlProviders providers_of(std::string_view url) const;
    /// Whether one of them says that the whole site only tracks.
    [[nodiscard]] bool blocks(const UrlProviders& providers) const;
    [[nodiscard]] bool strips(const UrlProviders& providers, std::string_view parameter) const;
    /// `url` without what their raw rules name, which may stand in a path.
    [[nodiscard]] std::string without_raw(const UrlProviders& providers, std::string url) const;

    [[nodiscard]] std::size_t size() const;

  private:
    struct Provider;
    struct Patterns;
    std::vector<Provider> providers_;
    std::unique_ptr<Patterns> patterns_;
};

}  // namespace candor::rewriter
