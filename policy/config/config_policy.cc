// [policy]: pack, overlays, overrides per jurisdiction, segments.
#include <fmt/format.h>

#include <algorithm>

#include "policy/config/config_checks.h"
#include "policy/config/config_sections.h"
#include "policy/config/nearest_word.h"
#include "policy/law/pack_text.h"

namespace candor::policy {
namespace {

/// The name of a pack that ships, or the path of a file of the operator's own.
std::string wrong_pack(std::string_view name) {
    const std::vector<std::string_view> shipped = shipped_packs();
    if (std::ranges::find(shipped, name) != shipped.end()) return {};
    if (name.find('/') != std::string_view::npos) return {};
    return fmt::format("is neither a pack that ships ({}) nor a path{}", fmt::join(shipped, ", "),
                       did_you_mean(name, shipped));
}

void read_overlay(TableReader& table, std::vector<OverlaySwitch>& overlays) {
    OverlaySwitch overlay;
    overlay.line = table.line();
    table.text("name", overlay.name, wrong_pack);
    table.text("enabled_by", overlay.enabled_by, wrong_blank);
    table.instant("enabled_at", overlay.enabled_at);
    table.instant("review_by", overlay.review_by);
    table.text("reason", overlay.reason, wrong_blank);
    table.require("name");
    // A file of evidence may say it instead; then the configuration says nothing but the name.
    const bool says_it = table.has("enabled_by") || table.has("enabled_at") ||
                         table.has("reason") || table.has("review_by");
    for (const std::string_view key : {"enabled_by", "enabled_at", "reason"}) {
        if (!says_it) break;
        table.require(key, "turning an overlay on is recorded with who, when and why");
    }
    if (overlay.enabled_at && overlay.review_by && *overlay.review_by <= *overlay.enabled_at) {
        table.fault("review_by",
                    "`policy.overlay.review_by` must be after "
                    "`policy.overlay.enabled_at`");
    }
    table.report_unknown_keys();
    const bool twice =
        std::ranges::find(overlays, overlay.name, &OverlaySwitch::name) != overlays.end();
    if (twice && !overlay.name.empty()) {
        table.fault("name", fmt::format("overlay `{}` is turned on twice", overlay.name));
    }
    overlays.push_back(std::move(overlay));
}

template <class T>
void read_word(TableReader& table, std::string_view key, std::optional<T>& into, Words<T> allowed) {
    T value{};
    if (table.word(key, value, allowed)) into = value;
}

RowOverride read_override(TableReader& table, std::string_view code) {
    RowOverride set;
    set.code = canonical_jurisdiction(code);
    set.line = table.line();
    read_word<Treatment>(table, "default", set.default_treatment, row_treatment_words);
    read_word<Treatment>(table, "with_consent", set.with_consent, row_treatment_words);
    read_word<Treatment>(table, "with_legitimate_interest", set.with_legitimate_interest,
                         row_treatment_words);
    read_word<OpenPixel>(table, "open_pixel", set.open_pixel, open_pixel_words);
    int retention_days = 0;
    if (table.number("retention_days", retention_days, 1, 3650))
        set.retention_days = retention_days;
    table.report_unknown_keys();
    return set;
}

void read_overrides(TableReader& policy, std::vector<RowOverride>& overrides) {
    std::optional<TableReader> codes = policy.table("override");
    if (!codes) return;
    for (const TomlTable::Entry& entry : codes->any_keys()) {
        if (!is_jurisdiction_code(entry.key)) {
            codes->fault(entry.key,
                         fmt::format("{}: not an ISO 3166 code, EU or ZZ", codes->name(entry.key)));
        }
        std::optional<TableReader> table = codes->table(entry.key);
        if (!table) continue;
        RowOverride set = read_override(*table, entry.key);
        const bool twice =
            std::ranges::find(overrides, set.code, &RowOverride::code) != overrides.end();
        if (twice) {
            codes->fault(entry.key, fmt::format("{} overrides {} a second time",
                                                codes->name(entry.key), set.code));
        }
        overrides.push_back(std::move(set));
    }
}

void read_segments(TableReader& policy, std::map<std::string, Treatment>& segments) {
    std::optional<TableReader> table = policy.table("segments");
    if (!table) return;
    for (const TomlTable::Entry& entry : table->any_keys()) {
        if (const std::string wrong = wrong_name(entry.key); !wrong.empty()) {
            table->fault(entry.key, fmt::format("{} {}", table->name(entry.key), wrong));
        }
        Treatment treatment{};
        if (table->word<Treatment>(entry.key, treatment, row_treatment_words)) {
            segments[entry.key] = treatment;
        }
    }
}

}  // namespace

void read_policy(TableReader& table, PolicySettings& settings) {
    if (table.text("pack", settings.pack, wrong_pack)) settings.pack_line = table.line_of("pack");
    if (table.text("default_jurisdiction", settings.default_jurisdiction, wrong_jurisdiction)) {
        settings.default_jurisdiction = canonical_jurisdiction(settings.default_jurisdiction);
    }
    table.flag("consumer_requires_consent", settings.consumer_requires_consent);
    table.flag("bulk_unlisted", settings.bulk_unlisted);
    table.text("bulk_unlisted_controller", settings.bulk_unlisted_controller, wrong_name);
    table.number("consent_valid_days", settings.consent_valid_days, 30, 3650);
    table.number("cohort_threshold", settings.cohort_threshold, 2, 1000);
    if (table.text("evidence_dir", settings.evidence_dir, wrong_blank)) {
        settings.evidence_dir_line = table.line_of("evidence_dir");
    }
    read_segments(table, settings.segments);
    for (TableReader& overlay : table.tables("overlay")) read_overlay(overlay, settings.overlays);
    read_overrides(table, settings.overrides);
    table.report_unknown_keys();
}

}  // namespace candor::policy
