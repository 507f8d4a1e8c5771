// Proofpoint URL Defense: how it writes the destination into its URLs. The forms are described in
// the vendor's public decoder documentation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// Version 2, the value of `u`: `-` stands for `%` and `_` for `/`.
[[nodiscard]] std::string url_defense_v2(std::string_view value);

/// Version 3: `/v3/__URL__;BASE64!!...`, where `*` stands for the next character of the decoded
/// text and `**L` for the next two or more. Nullopt when it is not of that form.
[[nodiscard]] std::optional<std::string> url_defense_v3(std::string_view path_query);

}  // namespace candor::rewriter
