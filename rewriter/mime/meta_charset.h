// The charset an HTML text names itself, for parts whose label is missing.
#pragma once

#include <string>
#include <string_view>

namespace candor::rewriter {

/// What `<meta charset>` or `<meta http-equiv=content-type>` says within the first 1024 bytes (HTML
/// standard, 13.2.3.2), lower case; empty when that is nothing, or nothing that the bytes can be
/// in: a text in which a `meta` can be read is not UTF-16.
[[nodiscard]] std::string charset_of_meta(std::string_view html);

}  // namespace candor::rewriter
