// Evidence on file: legitimate interest assessments (LIA) and processor agreements (DPA).
// Parses one TOML text per file; reading the directory is `cli/wiring`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/config_fault.h"
#include "policy/treatment.h"

namespace candor::policy {

/// A documented assessment (ICO three-part test). Source: GDPR Art. 6(1)(f), recital 47.
struct Lia {
    std::string id;
    std::string controller;
    std::string file;  ///< for messages to the operator
    std::string
        digest;  ///< SHA-256 of the file, 64 hex digits: part of every decision that uses it
    std::string status;  ///< "approved" counts; "draft" and "withdrawn" do not
    std::string approved_by;
    std::optional<Instant> approved_at;
    std::optional<Instant> review_by;        ///< at most 12 months after approved_at
    std::vector<std::string> jurisdictions;  ///< ISO 3166; "EU" covers member states
    std::vector<std::string> segments;       ///< empty = all
    std::vector<Treatment> treatments;       ///< what the assessment covers
    std::string purpose, necessity, balancing;
    std::string eprivacy_analysis;  ///< which terminal-equipment exemption is claimed, and why
};

struct Dpa {
    std::string processor;
    std::string controller;
    std::string file;
    std::optional<Instant> signed_at;
    std::optional<Instant> review_by;
};

struct Evidence {
    std::vector<Lia> lias;
    std::vector<Dpa> dpas;
};

/// Adds what `text` holds (`[lia]` or `[dpa]` table) to `evidence`. Every fault of the file at
/// once; a file with a fault adds nothing. Unknown keys are faults.
[[nodiscard]] std::vector<ConfigFault> parse_evidence(std::string_view text, std::string_view file,
                                                      Evidence& evidence);

}  // namespace candor::policy
