// Text as it stands in HTML.
#pragma once

#include <string>
#include <string_view>

namespace candor::policy {

/// Safe between tags and in a quoted attribute value; every other byte stands for itself.
[[nodiscard]] std::string escaped_html(std::string_view text);

}  // namespace candor::policy
