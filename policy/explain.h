// A Decision in words for a person, in JSON for a machine.
#pragma once

#include <string>
#include <string_view>

#include "policy/decide.h"

namespace candor::policy {

/// A short text that a privacy officer can file: who, which rule with its legal source, which
/// evidence, what was missing.
[[nodiscard]] std::string explain_in_words(const Decision& decision, const EffectivePolicy& policy);

/// A line of that text: `text` behind its label, filled to the width of the page.
[[nodiscard]] std::string labelled(std::string_view label, std::string_view text);

/// One JSON object with at least `treatment`, `ceiling`, `jurisdiction`, `stream`, `controller`,
/// `basis`, `evidence`, `rule`, `reasons` (array of strings `word: text`), `retention_days`,
/// `policy_digest`. `extra` is put in as further members (a JSON object as text, or empty).
[[nodiscard]] std::string explain_as_json(const Decision& decision, std::string_view extra = {},
                                          int indent = 2);

/// The effective policy as a table for `candor policy table`.
[[nodiscard]] std::string policy_table(const EffectivePolicy& policy);

}  // namespace candor::policy
