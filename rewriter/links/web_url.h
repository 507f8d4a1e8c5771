// An http or https URL cut where a client would cut it. Nothing is normalised.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// A URL without what a client drops (WHATWG: C0 and blanks at both ends, TAB/CR/LF anywhere).
/// Copies nothing where only the ends go; the URL it was made from must outlive it.
class TrimmedUrl {
  public:
    explicit TrimmedUrl(std::string_view value);
    TrimmedUrl(const TrimmedUrl&) = delete;
    TrimmedUrl& operator=(const TrimmedUrl&) = delete;
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    std::string joined_;  ///< when something in between went
    std::string_view text_;
};

/// Whether a trimmed URL begins with `http:` or `https:`, in any case.
[[nodiscard]] bool has_web_scheme(std::string_view trimmed);

/// Where the authority begins: behind `http:` or `https:` and however many slashes, none too
/// (WHATWG: special authority ignore slashes state), or behind a leading `//`. 0 where there is
/// none. `\` counts as `/`.
[[nodiscard]] std::size_t authority_begin(std::string_view trimmed);

/// Views into the URL it was made from.
struct WebUrl {
    std::string_view host;        ///< in any case, without user and port; may be empty
    std::string_view user_info;   ///< before the `@`
    std::string_view path;        ///< with its slash
    std::string_view query;       ///< behind the `?`, without the fragment
    std::string_view path_query;  ///< both, as written
    bool two_slashes = true;      ///< before the host, as it should be; clients do not mind
};

/// `trimmed` as TrimmedUrl gives it; nullopt when it is not http or https, with whatever host.
[[nodiscard]] std::optional<WebUrl> web_url(std::string_view trimmed);

/// `%41` -> `A`; what is no escape stays.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace candor::rewriter
