// An http or https URL cut where a client would cut it. Nothing is normalised but the host's case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// Views into the URL it was made from.
struct WebUrl {
    std::string host;             ///< lower case, without user and port; may be empty
    std::string_view user_info;   ///< before the `@`
    std::string_view path;        ///< with its slash
    std::string_view query;       ///< behind the `?`, without the fragment
    std::string_view path_query;  ///< both, as written
};

/// `trimmed` as trim_url() gives it; nullopt when it is not `http://` or `https://` with whatever
/// host. `\` counts as `/` (WHATWG).
[[nodiscard]] std::optional<WebUrl> web_url(std::string_view trimmed);

/// `%41` -> `A`; what is no escape stays.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace candor::rewriter
