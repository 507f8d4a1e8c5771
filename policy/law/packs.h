// Jurisdiction rows + overlays + the operator's overrides -> the effective policy and its digest.
// The packs that ship are compiled in from policy/law/packs/*.toml; a DPO reads those files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clock.h"
#include "policy/config/config_fault.h"
#include "policy/result.h"
#include "policy/treatment.h"

namespace candor::policy {

enum class OpenPixel : std::uint8_t { No, Consent, Yes };

/// What one jurisdiction allows: a row of a pack after overlays and overrides.
struct Row {
    std::string code;  ///< ISO 3166-1/-2, "EU" or "ZZ"
    std::string name;
    Treatment default_treatment = Treatment::Untracked;
    Treatment with_consent = Treatment::Untracked;
    Treatment with_legitimate_interest = Treatment::Untracked;
    OpenPixel open_pixel = OpenPixel::No;
    int opt_out_deadline_days = 0;
    int retention_days = 30;
    std::string source;      ///< the law
    std::string confidence;  ///< high, medium, low
    std::string note;
    /// Which layer last set a treatment: "strict-2026", "legitimate-interest" or "override".
    std::string layer;
    bool overridden = false;  ///< the operator's `[policy.override.CODE]` sets something in it
    /// The overlay lets legitimate interest reach `individual` only with an ePrivacy analysis.
    bool needs_eprivacy_analysis = false;
    /// Processors must be bound as service providers (California Civil Code 1798.140(ag)).
    bool needs_service_provider_terms = false;
};

/// A row of the config's `[policy.override.CODE]`: only what the operator sets.
struct RowOverride {
    std::string code;
    int line = 0;
    std::optional<Treatment> default_treatment, with_consent, with_legitimate_interest;
    std::optional<OpenPixel> open_pixel;
    std::optional<int> retention_days;
};

/// Who turned an overlay on, when and why: in `[[policy.overlay]]`, or in a file of evidence.
struct OverlaySwitch {
    std::string name, enabled_by, reason;
    std::optional<Instant> enabled_at;
    std::optional<Instant> review_by;  ///< from then on the overlay does not count; none: no end
    std::string file;                  ///< of evidence; empty where the configuration says it
    std::string digest;                ///< of that file
    int line = 0;                      ///< in the configuration
    [[nodiscard]] bool recorded() const { return enabled_at.has_value(); }
};

/// The pack, overlays and overrides in force.
class EffectivePolicy {
  public:
    /// The row that governs `code` after aliases (UK, EL, ...) and fallback: `US-CA` -> `US`, a
    /// member state without a row -> `EU`, anything else -> `ZZ`. Borrowed from the policy.
    [[nodiscard]] const Row& row_for(std::string_view code) const;
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    /// What the pack alone says of `code`, before overlays and overrides. Borrowed from the policy.
    [[nodiscard]] const Row& pack_row_for(std::string_view code) const;
    /// SHA-256 over everything that can change a decision, 64 hex digits.
    [[nodiscard]] const std::string& digest() const { return digest_; }
    [[nodiscard]] const std::string& pack_name() const { return pack_; }
    /// The overlays that are on, as their own files name them, in the order of the sources.
    [[nodiscard]] const std::vector<std::string>& overlays() const { return overlays_; }
    /// The oldest facts among the pack and the overlays that are on: an overlay ages as well.
    [[nodiscard]] std::string_view facts_date() const { return facts_date_; }
    [[nodiscard]] Instant facts_at() const { return facts_at_; }
    /// The pack or overlay they are in.
    [[nodiscard]] const std::string& facts_of() const { return facts_of_; }
    /// Whether they are older than 12 months: to be said, while it changes no decision yet.
    [[nodiscard]] bool facts_are_old(Instant now) const;
    /// Only for asking what would be if somebody had reviewed the facts: the digest stays.
    void review(Instant now) { facts_at_ = now; }

  private:
    friend struct PolicyBuilder;
    std::vector<Row> rows_;       // sorted by code; has "ZZ"
    std::vector<Row> pack_rows_;  // the same before overlays and overrides
    std::vector<std::string> overlays_;
    std::string digest_, pack_, facts_date_, facts_of_;
    Instant facts_at_{};
};

/// Whether `code` is a well-formed ISO 3166-1/-2 code, "EU" or "ZZ", or an alias of one.
[[nodiscard]] bool is_jurisdiction_code(std::string_view code);
/// Upper case, aliases resolved (UK -> GB, EL -> GR, GP/GF/MQ/RE/YT/MF -> FR, AX -> FI).
[[nodiscard]] std::string canonical_jurisdiction(std::string_view code);
/// Whether `code` is a member state of the European Union.
[[nodiscard]] bool is_eu_member(std::string_view code);

/// Names of the packs and overlays that are compiled in, and the text of one.
[[nodiscard]] std::vector<std::string_view> shipped_packs();
[[nodiscard]] std::optional<std::string_view> shipped_pack_text(std::string_view name);

struct PolicySources {
    std::string pack_name, pack_text;
    std::vector<std::pair<std::string, std::string>> overlays;  ///< name, text
    std::vector<RowOverride> overrides;
    /// Other settings that decide (consumer_requires_consent ...), as text: go into the digest.
    std::string settings_digest_input;
};

/// Builds the effective policy. Faults name the pack's or `config_file`'s line.
[[nodiscard]] tl::expected<EffectivePolicy, std::vector<ConfigFault>> build_policy(
    const PolicySources& sources, std::string_view config_file);

}  // namespace candor::policy
