// One member of a JSON text of somebody else's, such as a header field of a sending service.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace candor::policy {

/// The text, number or truth value under `path` (`options.click_tracking`), as text; nullopt when
/// the text is no JSON, has no such member, or holds something else there.
[[nodiscard]] std::optional<std::string> json_member(std::string_view json, std::string_view path);

}  // namespace candor::policy
