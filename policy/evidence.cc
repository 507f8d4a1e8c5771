// The keys of [lia] and [dpa] files and what each must say before it can count.
// Whether a piece of evidence covers a person today is preconditions.cc.
#include "policy/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "policy/config_checks.h"
#include "policy/config_reader.h"
#include "policy/digest.h"
#include "policy/packs.h"

namespace candor::policy {
namespace {

constexpr std::pair<std::string_view, std::string_view> status_words[]{
    {"draft", "draft"}, {"approved", "approved"}, {"withdrawn", "withdrawn"}};
// What asks for an assessment; `untracked` and `plaintext` need none.
constexpr std::pair<std::string_view, Treatment> lia_treatment_words[]{
    {"individual", Treatment::Individual}, {"aggregate", Treatment::Aggregate}};

/// The same day a year later; 29 February becomes the last of February.
Instant a_year_after(Instant instant) {
    using namespace std::chrono;
    const sys_days day = floor<days>(instant);
    year_month_day later = year_month_day{day} + years{1};
    if (!later.ok()) later = later.year() / later.month() / last;
    return sys_days{later} + (instant - day);
}

void check_review(TableReader& table, const std::optional<Instant>& from, std::string_view from_key,
                  const std::optional<Instant>& review_by) {
    if (from && review_by && *review_by <= *from) {
        table.fault("review_by", fmt::format("{} must be after {}", table.name("review_by"),
                                             table.name(from_key)));
    }
}

Lia read_lia(TableReader& table) {
    Lia lia;
    table.text("id", lia.id, wrong_blank);
    table.text("controller", lia.controller, wrong_blank);
    std::string_view status;
    if (table.word<std::string_view>("status", status, status_words)) lia.status = status;
    table.text("approved_by", lia.approved_by, wrong_blank);
    table.instant("approved_at", lia.approved_at);
    table.instant("review_by", lia.review_by);
    table.texts("jurisdictions", lia.jurisdictions, wrong_jurisdiction);
    for (std::string& code : lia.jurisdictions) code = canonical_jurisdiction(code);
    table.texts("segments", lia.segments, wrong_blank);
    table.words<Treatment>("treatments", lia.treatments, lia_treatment_words);
    table.text("purpose", lia.purpose, wrong_blank);
    table.text("necessity", lia.necessity, wrong_blank);
    table.text("balancing", lia.balancing, wrong_blank);
    table.text("eprivacy_analysis", lia.eprivacy_analysis);
    for (const std::string_view key : {"id", "controller", "status"}) table.require(key);
    return lia;
}

/// An approval that does not say who approved what, and until when, is none.
void check_approved(TableReader& table, const Lia& lia) {
    for (const std::string_view key : {"approved_by", "approved_at", "review_by", "jurisdictions",
                                       "treatments", "purpose", "necessity", "balancing"}) {
        table.require(key, "an approved assessment says it");
    }
    for (const auto& [key, is_empty] : {std::pair{"jurisdictions", lia.jurisdictions.empty()},
                                        std::pair{"treatments", lia.treatments.empty()}}) {
        if (!is_empty || !table.has(key)) continue;
        table.fault(
            key, fmt::format("{} names none: the assessment would cover nothing", table.name(key)));
    }
}

void read_lia_file(TableReader& table, std::string_view text, std::string_view file,
                   Evidence& evidence, FaultList& faults) {
    const std::size_t before = faults.size();
    Lia lia = read_lia(table);
    lia.file = file;
    lia.digest = sha256_hex(text);
    table.report_unknown_keys();
    // Only where the values could be read: a wrong value must not be called empty as well.
    if (faults.size() == before && lia.status == "approved") check_approved(table, lia);
    check_review(table, lia.approved_at, "approved_at", lia.review_by);
    if (lia.approved_at && lia.review_by && *lia.review_by > a_year_after(*lia.approved_at)) {
        table.fault("review_by",
                    "`lia.review_by` must be at most 12 months after `lia.approved_at`");
    }
    const auto same = [&](const Lia& other) { return other.id == lia.id; };
    const auto other = std::ranges::find_if(evidence.lias, same);
    if (!lia.id.empty() && other != evidence.lias.end()) {
        table.fault("id", fmt::format("`lia.id` `{}` is already in {}", lia.id, other->file));
    }
    if (faults.empty()) evidence.lias.push_back(std::move(lia));
}

void read_dpa_file(TableReader& table, std::string_view file, Evidence& evidence,
                   FaultList& faults) {
    Dpa dpa;
    dpa.file = file;
    table.text("processor", dpa.processor, wrong_blank);
    table.text("controller", dpa.controller, wrong_blank);
    table.instant("signed_at", dpa.signed_at);
    table.instant("review_by", dpa.review_by);
    for (const std::string_view key : {"processor", "controller", "signed_at", "review_by"}) {
        table.require(key);
    }
    check_review(table, dpa.signed_at, "signed_at", dpa.review_by);
    table.report_unknown_keys();
    if (faults.empty()) evidence.dpas.push_back(std::move(dpa));
}

}  // namespace

std::vector<ConfigFault> parse_evidence(std::string_view text, std::string_view file,
                                        Evidence& evidence) {
    const auto root = parse_toml(text, file);
    if (!root) return {root.error()};
    FaultList faults(file);
    TableReader top(*root, "", faults);
    std::optional<TableReader> lia = top.table("lia");
    std::optional<TableReader> dpa = top.table("dpa");
    top.report_unknown_keys();
    if (top.has("lia") == top.has("dpa")) {
        faults.add(0, "a file of evidence holds one [lia] or one [dpa] table");
    }
    if (lia && !dpa) read_lia_file(*lia, text, file, evidence, faults);
    if (dpa && !lia) read_dpa_file(*dpa, file, evidence, faults);
    return faults.take();
}

}  // namespace candor::policy
