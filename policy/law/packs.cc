// Layers a pack, the overlays that are on and the operator's overrides into one table of rows.
// The pack files' own keys are pack_text.cc; which code falls back to which is here.
#include "policy/law/packs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "embedded/packs.h"
#include "policy/law/pack_text.h"
#include "policy/tokens/digest.h"

namespace candor::policy {
namespace {

constexpr std::string_view toml_suffix = ".toml";

std::string_view name_of_file(std::string_view file) {
    return file.substr(0, file.size() - toml_suffix.size());
}

std::string_view pixel_word(OpenPixel pixel) {
    switch (pixel) {
        case OpenPixel::No: return "no";
        case OpenPixel::Consent: return "consent";
        case OpenPixel::Yes: return "yes";
    }
    return "no";  // a value outside the enum
}

/// The row with exactly this code, or null.
template <class Rows>
auto exact_row(Rows& rows, std::string_view code) -> decltype(&rows.front()) {
    const auto found = std::ranges::lower_bound(rows, code, {}, &Row::code);
    return found != rows.end() && found->code == code ? &*found : nullptr;
}

/// `canonical` itself, its country, the Union, the unknown: the first that has a row.
template <class Rows>
auto governing_row(Rows& rows, std::string_view canonical) -> decltype(&rows.front()) {
    if (auto* row = exact_row(rows, canonical)) return row;
    const std::string_view country = canonical.substr(0, canonical.find('-'));
    if (auto* row = exact_row(rows, country)) return row;
    if (is_eu_member(country)) {
        if (auto* row = exact_row(rows, "EU")) return row;
    }
    return exact_row(rows, "ZZ");
}

/// Countries before their parts, so that a new row for a part copies what its country now says.
template <class Layer>
std::vector<const Layer*> in_order(const std::vector<Layer>& layers) {
    std::vector<const Layer*> ordered;
    ordered.reserve(layers.size());
    for (const Layer& layer : layers) ordered.push_back(&layer);
    const auto rank = [](const Layer* layer) {
        if constexpr (requires { layer->row; }) {
            return std::pair(layer->row.code.find('-') != std::string::npos, layer->row.code);
        } else {
            const std::string code = canonical_jurisdiction(layer->code);
            return std::pair(code.find('-') != std::string::npos, code);
        }
    };
    std::ranges::stable_sort(ordered, {}, rank);
    return ordered;
}

/// What an overlay's row or an override may set.
struct Change {
    std::optional<Treatment> default_treatment, with_consent, with_legitimate_interest;
    std::optional<OpenPixel> open_pixel;
    std::optional<int> retention_days;
};

}  // namespace

struct PolicyBuilder {
    EffectivePolicy policy;

    void set_pack(PackText pack) {
        policy.pack_ = pack.name;
        policy.facts_date_ = pack.facts_date;
        policy.facts_at_ = pack.facts_at;
        policy.facts_of_ = pack.name;
        for (PackRow& read : pack.rows) {
            Row row = std::move(read.row);
            row.default_treatment = *read.default_treatment;
            row.with_consent = *read.with_consent;
            row.with_legitimate_interest = *read.with_legitimate_interest;
            row.open_pixel = *read.open_pixel;
            row.retention_days = *read.retention_days;
            row.needs_eprivacy_analysis = read.needs_eprivacy_analysis;
            row.layer = pack.name;
            policy.rows_.push_back(std::move(row));
        }
        std::ranges::sort(policy.rows_, {}, &Row::code);
        policy.pack_rows_ = policy.rows_;
    }

    /// The row of `canonical`, made from the one that governs it where it has none of its own.
    Row& own_row(const std::string& canonical) {
        if (Row* row = exact_row(policy.rows_, canonical)) return *row;
        Row made = *governing_row(policy.rows_, canonical);
        made.name = fmt::format("{} (otherwise as {})", canonical, made.code);
        made.code = canonical;
        const auto place = std::ranges::lower_bound(policy.rows_, canonical, {}, &Row::code);
        return *policy.rows_.insert(place, std::move(made));
    }

    static void change(Row& row, const Change& change, std::string_view layer) {
        const auto set = [&](Treatment& treatment, const std::optional<Treatment>& to) {
            if (!to) return;
            treatment = *to;
            row.layer = layer;
        };
        set(row.default_treatment, change.default_treatment);
        set(row.with_consent, change.with_consent);
        set(row.with_legitimate_interest, change.with_legitimate_interest);
        if (change.open_pixel) row.open_pixel = *change.open_pixel;
        if (change.retention_days) row.retention_days = *change.retention_days;
    }

    void add_overlay(const PackText& overlay) {
        policy.overlays_.push_back(overlay.name);
        if (overlay.facts_at < policy.facts_at_) {
            policy.facts_date_ = overlay.facts_date;
            policy.facts_at_ = overlay.facts_at;
            policy.facts_of_ = overlay.name;
        }
        for (const PackRow* read : in_order(overlay.rows)) {
            Row& row = own_row(read->row.code);
            change(row,
                   {read->default_treatment, read->with_consent, read->with_legitimate_interest,
                    read->open_pixel, read->retention_days},
                   overlay.name);
            if (read->needs_eprivacy_analysis) row.needs_eprivacy_analysis = true;
            if (!read->row.source.empty()) row.source = read->row.source;
            if (!read->row.confidence.empty()) row.confidence = read->row.confidence;
            if (!read->row.note.empty()) row.note = read->row.note;
        }
    }

    void add_overrides(const std::vector<RowOverride>& overrides) {
        for (const RowOverride* set : in_order(overrides)) {
            Row& row = own_row(canonical_jurisdiction(set->code));
            change(row,
                   {set->default_treatment, set->with_consent, set->with_legitimate_interest,
                    set->open_pixel, set->retention_days},
                   "override");
            row.overridden = true;
            // The operator's own word about legitimate interest stands without the overlay's terms.
            if (set->with_legitimate_interest) row.needs_eprivacy_analysis = false;
        }
    }

    /// One line per row, in a form that must never change by accident: digests stand in decisions.
    void seal(std::string_view settings) {
        std::string text =
            fmt::format("candor-policy 1\npack {} {}\n", policy.pack_, policy.facts_date_);
        for (const Row& row : policy.rows_) {
            fmt::format_to(std::back_inserter(text), "row {} {} {} {} {} {} {} {} {} {}\n",
                           row.code, to_string(row.default_treatment), to_string(row.with_consent),
                           to_string(row.with_legitimate_interest), pixel_word(row.open_pixel),
                           row.opt_out_deadline_days, row.retention_days, row.layer,
                           row.needs_eprivacy_analysis, row.needs_service_provider_terms);
        }
        text += "settings\n";
        text += settings;
        policy.digest_ = sha256_hex(text);
    }
};

namespace {

/// Only a policy that build_policy() did not make has no row for the unknown: allow nothing.
const Row& row_that_allows_nothing() {
    static const Row strictest = [] {
        Row row;
        row.code = "ZZ";
        row.name = "no policy loaded";
        row.layer = "none";
        row.default_treatment = Treatment::Plaintext;
        row.with_consent = Treatment::Plaintext;
        row.with_legitimate_interest = Treatment::Plaintext;
        return row;
    }();
    return strictest;
}

const Row& row_in(const std::vector<Row>& rows, std::string_view code) {
    const Row* row = governing_row(rows, canonical_jurisdiction(code));
    return row != nullptr ? *row : row_that_allows_nothing();
}

}  // namespace

const Row& EffectivePolicy::row_for(std::string_view code) const {
    return row_in(rows_, code);
}

const Row& EffectivePolicy::pack_row_for(std::string_view code) const {
    return row_in(pack_rows_, code);
}

bool EffectivePolicy::facts_are_old(Instant now) const {
    using std::chrono::floor, std::chrono::days, std::chrono::year_month_day;
    const year_month_day written{floor<days>(facts_at_)};
    year_month_day a_year_later = written + std::chrono::years{1};
    if (!a_year_later.ok())
        a_year_later = a_year_later.year() / a_year_later.month() / std::chrono::last;
    return floor<days>(now) > std::chrono::sys_days{a_year_later};
}

std::vector<std::string_view> shipped_packs() {
    std::vector<std::string_view> names;
    names.reserve(embedded::packs.size());
    for (const auto& [file, text] : embedded::packs) names.push_back(name_of_file(file));
    return names;
}

std::optional<std::string_view> shipped_pack_text(std::string_view name) {
    for (const auto& [file, text] : embedded::packs) {
        if (name_of_file(file) == name) return text;
    }
    return std::nullopt;
}

tl::expected<EffectivePolicy, std::vector<ConfigFault>> build_policy(const PolicySources& sources,
                                                                     std::string_view config_file) {
    std::vector<ConfigFault> faults;
    PackText pack = read_pack(sources.pack_text, sources.pack_name, PackKind::Pack, faults);
    const auto is_unknown = [](const PackRow& row) { return row.row.code == "ZZ"; };
    if (faults.empty() && std::ranges::none_of(pack.rows, is_unknown)) {
        faults.push_back({sources.pack_name, 0, "a pack needs a row with code = \"ZZ\" (unknown)"});
    }
    std::vector<PackText> overlays;
    for (const auto& [name, text] : sources.overlays) {
        overlays.push_back(read_pack(text, name, PackKind::Overlay, faults));
    }
    for (const RowOverride& set : sources.overrides) {
        if (is_jurisdiction_code(set.code)) continue;
        faults.push_back(
            {std::string(config_file), set.line,
             fmt::format("`policy.override.{}`: not an ISO 3166 code, EU or ZZ", set.code)});
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));

    PolicyBuilder builder;
    builder.set_pack(std::move(pack));
    for (const PackText& overlay : overlays) builder.add_overlay(overlay);
    builder.add_overrides(sources.overrides);
    builder.seal(sources.settings_digest_input);
    return std::move(builder.policy);
}

}  // namespace candor::policy
