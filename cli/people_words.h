// The words by which people, consents, opt-outs, requests and clicks stand in CSV files, in JSON
// and on the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/store.h"

namespace candor::cli {

[[nodiscard]] std::string_view to_word(policy::ConsentPurpose purpose);
[[nodiscard]] std::string_view to_word(policy::RecipientClass recipient_class);
[[nodiscard]] std::string_view to_word(policy::OptOutScope scope);
[[nodiscard]] std::string_view to_word(policy::OptOutSource source);
[[nodiscard]] std::string_view to_word(policy::RequestKind kind);
[[nodiscard]] std::string_view to_word(policy::EventKind kind);
[[nodiscard]] std::string_view to_word(policy::Verdict verdict);
[[nodiscard]] std::string_view to_word(policy::VerdictReason reason);

[[nodiscard]] std::optional<policy::ConsentPurpose> purpose_from(std::string_view word);
/// Empty is `all`: who only says that he is opted out wants no mail.
[[nodiscard]] std::optional<policy::OptOutScope> scope_from(std::string_view word);
[[nodiscard]] std::optional<policy::OptOutSource> opt_out_source_from(std::string_view word);

/// YYYY-MM-DDThh:mm:ssZ; empty for nothing.
[[nodiscard]] std::string to_text(const std::optional<policy::Instant>& instant);

}  // namespace candor::cli
