// Evidence on file: legitimate interest assessments (LIA), processor agreements (DPA), privacy
// notices and the record of who turned an overlay on. Parses one TOML text per file; reading the
// directory is `cli/wiring`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/config/config_fault.h"
#include "policy/law/packs.h"
#include "policy/treatment.h"

namespace candor::policy {

/// A documented assessment (ICO three-part test). Source: GDPR Art. 6(1)(f), recital 47.
struct Lia {
    std::string id;
    std::string controller;
    int controller_line = 0, review_line = 0;
    std::string file;  ///< for messages to the operator
    std::string
        digest;  ///< SHA-256 of the file, 64 hex digits: part of every decision that uses it
    std::string status;   ///< "approved" counts; "draft" and "withdrawn" do not
    std::string outcome;  ///< "pass" counts; "fail" does not
    std::string version, author, approved_by;
    std::optional<Instant> approved_at;
    std::optional<Instant> review_by;        ///< at most 12 months after approved_at
    std::vector<std::string> jurisdictions;  ///< ISO 3166; "EU" covers member states
    std::vector<std::string> segments;       ///< empty = all
    std::vector<Treatment> treatments;       ///< what the assessment covers
    std::string purpose, necessity, balancing;
    std::string eprivacy_analysis;  ///< which terminal-equipment exemption is claimed, and why
    std::string dpia_screening, dpo_opinion;
    int retention_days = 0;  ///< what the assessment promises; 0 = no more than the row asks
};

/// A contract with somebody who handles the events. Source: GDPR Art. 28(3); in California the
/// service provider's (Civil Code 1798.140(ag)).
struct Dpa {
    std::string processor;
    std::string controller;
    int controller_line = 0, review_line = 0;
    std::string file;
    std::string digest;  ///< SHA-256 of the file, 64 hex digits
    std::optional<Instant> signed_at;
    std::optional<Instant> review_by;
    std::string country;        ///< ISO 3166-1: where the events are handled
    std::string transfer_tool;  ///< "SCC 2021/914", "DPF": asked for outside the EEA and the UK
    std::vector<std::string> sub_processors;
    bool service_provider_terms = false;  ///< no sale, no sharing, no use of its own
};

enum class Measured : std::uint8_t { Clicks, Opens };

/// What recipients are told. Source: GDPR Art. 13 and 14.
struct PrivacyNotice {
    std::string controller;
    int controller_line = 0, review_line = 0;
    std::string file;
    std::string digest;  ///< SHA-256 of the file, 64 hex digits
    std::string url;     ///< the same as the controller's privacy_notice_url
    std::string version;
    std::string text_sha256;       ///< of the published text, 64 hex digits; may be empty
    std::vector<Measured> covers;  ///< what the text explains
    std::string attested_by;
    std::optional<Instant> attested_at;
    std::optional<Instant> review_by;
};

struct Evidence {
    std::vector<Lia> lias;
    std::vector<Dpa> dpas;
    std::vector<PrivacyNotice> privacy_notices;
    std::vector<OverlaySwitch> overlay_switches;
};

/// Everything in `evidence` that can change a decision, as text for the policy's digest.
[[nodiscard]] std::string digest_input(const Evidence& evidence);

/// `lia`, `dpa`, `privacy-notice`, `overlay-switch`: a file to fill in, with comments; empty for
/// any other word. As it is it says nothing that could count.
[[nodiscard]] std::string_view evidence_template(std::string_view kind);

/// Adds what `text` holds (one table: `[lia]`, `[dpa]`, `[privacy_notice]` or `[overlay_switch]`)
/// to `evidence`. Every fault of the file at once; a file with a fault adds nothing. Unknown keys
/// are faults.
[[nodiscard]] std::vector<ConfigFault> parse_evidence(std::string_view text, std::string_view file,
                                                      Evidence& evidence);

}  // namespace candor::policy
