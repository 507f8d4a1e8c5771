// A Decision in words for a person, in JSON for a machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/decision/decide.h"
#include "policy/decision/facts.h"
#include "policy/decision/remedies.h"

namespace candor::policy {

/// A decision and what it was made of; all borrowed for the call.
struct Account {
    const Decision& decision;
    const Policy& policy;
    Instant now;  ///< when it was decided
    /// What was known of the recipient. Null for what several recipients share: then nothing is
    /// said about evidence.
    const Facts* facts = nullptr;
    /// Where several share a message: the loosest treatment that one of them would get alone.
    std::optional<Treatment> alone;
    std::string recipient;  ///< the RecipientId in hex, never an address; empty where several share

    [[nodiscard]] std::vector<Remedy> remedies() const;
    [[nodiscard]] const Row& row() const;  ///< the row that governed
    /// "contact", "domain" or "default": which record says where they are; empty without facts.
    [[nodiscard]] std::string_view place_known_from() const;
};

/// A short text that a privacy officer can file: who, where, which rule with its legal source,
/// which evidence, how it was decided, what is missing and what would change it.
[[nodiscard]] std::string explain_in_words(const Account& account);

/// One JSON object; docs/formats.md has its keys. `extra` is put in as further members (a JSON
/// object as text, or empty).
[[nodiscard]] std::string explain_as_json(const Account& account, std::string_view extra = {},
                                          int indent = 2);

/// What a decision says of itself alone, as a log kept it: the keys of the same name.
[[nodiscard]] std::string explain_as_json(const Decision& decision, std::string_view extra = {},
                                          int indent = 2);

}  // namespace candor::policy
