// Providers where anybody has a mailbox (policy/people/freemail_domains.txt).
#pragma once

#include <string_view>

namespace candor::policy {

/// Expects A-labels in lower case.
[[nodiscard]] bool is_freemail_domain(std::string_view domain);

}  // namespace candor::policy
