// How the pages look: the markup around their content, and one style sheet. Ships with the program;
// an operator's own comes as text. Knows no files, and nothing of what the pages say.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/config_fault.h"
#include "tracker/languages.h"

namespace candor::tracker {

inline constexpr std::size_t max_theme_bytes = 262144;  ///< of each file; a logo may be inside

/// A file of a theme: its name for faults, and what is in it.
struct ThemeFile {
    std::string name;
    std::string text;
};

/// Immutable. Holds no script and fetches nothing: the check says so, and so do the headers.
class Theme {
  public:
    /// The theme that ships.
    [[nodiscard]] static std::shared_ptr<const Theme> shipped();
    /// An operator's; without a `page` in the markup that ships (docs/howto.md says what may be in
    /// them). Errors: every fault with its line.
    [[nodiscard]] static tl::expected<std::shared_ptr<const Theme>,
                                      std::vector<policy::ConfigFault>>
    parse(const ThemeFile& style, const ThemeFile* page);

    /// A whole document. `title` is plain text of ours, `content` markup.
    [[nodiscard]] std::string document(const Texts& texts, std::string_view title,
                                       std::string_view content) const;
    /// Value of Content-Security-Policy: this very style and no other.
    [[nodiscard]] const std::string& content_security_policy() const { return policy_; }

  private:
    Theme(std::string style, std::string page);
    std::string style_, page_, policy_;
};

}  // namespace candor::tracker
