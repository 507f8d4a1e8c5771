// The keys of evidence files and what each must say before it can count.
// Whether a piece of evidence covers a person today is preconditions.cc.
#include "policy/law/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "embedded/evidence_templates.h"
#include "policy/config/config_checks.h"
#include "policy/config/config_reader.h"
#include "policy/law/packs.h"
#include "policy/tokens/digest.h"

namespace candor::policy {
namespace {

constexpr std::pair<std::string_view, std::string_view> status_words[]{
    {"draft", "draft"}, {"approved", "approved"}, {"withdrawn", "withdrawn"}};
constexpr std::pair<std::string_view, std::string_view> outcome_words[]{{"pass", "pass"},
                                                                        {"fail", "fail"}};
constexpr std::pair<std::string_view, Measured> measured_words[]{{"clicks", Measured::Clicks},
                                                                 {"opens", Measured::Opens}};
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
    table.text("version", lia.version);
    table.text("controller", lia.controller, wrong_blank);
    lia.controller_line = table.line_of("controller");
    lia.review_line = table.line_of("review_by");
    std::string_view word;
    if (table.word<std::string_view>("status", word, status_words)) lia.status = word;
    if (table.word<std::string_view>("outcome", word, outcome_words)) lia.outcome = word;
    table.text("author", lia.author);
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
    table.text("dpia_screening", lia.dpia_screening);
    table.text("dpo_opinion", lia.dpo_opinion);
    table.number("retention_days", lia.retention_days, 1, 3650);
    for (const std::string_view key : {"id", "controller", "status"}) table.require(key);
    return lia;
}

/// An approval that does not say who approved what, and until when, is none.
void check_approved(TableReader& table, const Lia& lia) {
    for (const std::string_view key :
         {"outcome", "approved_by", "approved_at", "review_by", "jurisdictions", "treatments",
          "purpose", "necessity", "balancing"}) {
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

/// The EEA and the United Kingdom need no transfer tool among themselves.
bool needs_transfer_tool(std::string_view country) {
    const bool inside = is_eu_member(country) || country == "EU" || country == "IS" ||
                        country == "LI" || country == "NO" || country == "GB";
    return !country.empty() && !inside;
}

void read_dpa_file(TableReader& table, std::string_view text, std::string_view file,
                   Evidence& evidence, FaultList& faults) {
    Dpa dpa;
    dpa.file = file;
    dpa.digest = sha256_hex(text);
    table.text("processor", dpa.processor, wrong_blank);
    table.text("controller", dpa.controller, wrong_blank);
    dpa.controller_line = table.line_of("controller");
    dpa.review_line = table.line_of("review_by");
    table.instant("signed_at", dpa.signed_at);
    table.instant("review_by", dpa.review_by);
    if (table.text("country", dpa.country, wrong_jurisdiction)) {
        dpa.country = canonical_jurisdiction(dpa.country);
    }
    table.text("transfer_tool", dpa.transfer_tool, wrong_blank);
    table.texts("sub_processors", dpa.sub_processors, wrong_blank);
    table.flag("service_provider_terms", dpa.service_provider_terms);
    for (const std::string_view key :
         {"processor", "controller", "signed_at", "review_by", "country"}) {
        table.require(key);
    }
    if (needs_transfer_tool(dpa.country)) {
        table.require("transfer_tool", "the events leave the EEA and the United Kingdom");
    }
    check_review(table, dpa.signed_at, "signed_at", dpa.review_by);
    table.report_unknown_keys();
    if (faults.empty()) evidence.dpas.push_back(std::move(dpa));
}

std::string wrong_sha256(std::string_view text) {
    const bool hex =
        text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return hex ? "" : "is not a SHA-256 in 64 lower-case hex digits";
}

void read_privacy_notice_file(TableReader& table, std::string_view text, std::string_view file,
                              Evidence& evidence, FaultList& faults) {
    PrivacyNotice notice;
    notice.file = file;
    notice.digest = sha256_hex(text);
    table.text("controller", notice.controller, wrong_blank);
    notice.controller_line = table.line_of("controller");
    notice.review_line = table.line_of("review_by");
    table.text("url", notice.url, wrong_https_url);
    table.text("version", notice.version, wrong_blank);
    table.text("text_sha256", notice.text_sha256, wrong_sha256);
    table.words<Measured>("covers", notice.covers, measured_words);
    table.text("attested_by", notice.attested_by, wrong_blank);
    table.instant("attested_at", notice.attested_at);
    table.instant("review_by", notice.review_by);
    for (const std::string_view key :
         {"controller", "url", "version", "covers", "attested_by", "attested_at", "review_by"}) {
        table.require(key);
    }
    check_review(table, notice.attested_at, "attested_at", notice.review_by);
    table.report_unknown_keys();
    if (faults.empty()) evidence.privacy_notices.push_back(std::move(notice));
}

void read_overlay_switch_file(TableReader& table, std::string_view text, std::string_view file,
                              Evidence& evidence, FaultList& faults) {
    OverlaySwitch record;
    record.file = file;
    record.digest = sha256_hex(text);
    table.text("name", record.name, wrong_blank);
    table.text("enabled_by", record.enabled_by, wrong_blank);
    table.instant("enabled_at", record.enabled_at);
    table.instant("review_by", record.review_by);
    table.text("reason", record.reason, wrong_blank);
    for (const std::string_view key : {"name", "enabled_by", "enabled_at", "review_by", "reason"}) {
        table.require(key, "turning an overlay on is recorded with who, when and why");
    }
    check_review(table, record.enabled_at, "enabled_at", record.review_by);
    table.report_unknown_keys();
    const auto other =
        std::ranges::find(evidence.overlay_switches, record.name, &OverlaySwitch::name);
    if (!record.name.empty() && other != evidence.overlay_switches.end()) {
        table.fault("name", fmt::format("overlay `{}` is already in {}", record.name, other->file));
    }
    if (faults.empty()) evidence.overlay_switches.push_back(std::move(record));
}

using FileReader = void (*)(TableReader&, std::string_view text, std::string_view file, Evidence&,
                            FaultList&);
constexpr std::pair<std::string_view, FileReader> file_readers[]{
    {"lia", read_lia_file},
    {"dpa", read_dpa_file},
    {"privacy_notice", read_privacy_notice_file},
    {"overlay_switch", read_overlay_switch_file}};

}  // namespace

std::vector<ConfigFault> parse_evidence(std::string_view text, std::string_view file,
                                        Evidence& evidence) {
    const auto root = parse_toml(text, file);
    if (!root) return {root.error()};
    FaultList faults(file);
    TableReader top(*root, "", faults);
    std::vector<std::pair<TableReader, FileReader>> found;
    std::size_t named = 0;
    int last_line = 1;
    for (const auto& [key, reader] : file_readers) {
        if (top.has(key)) {
            ++named;
            last_line = std::max(last_line, top.line_of(key));
        }
        if (auto table = top.table(key)) found.emplace_back(*std::move(table), reader);
    }
    top.report_unknown_keys();
    if (named != 1) {
        faults.add(last_line,
                   "a file of evidence holds one table: [lia], [dpa], [privacy_notice] or "
                   "[overlay_switch]");
    } else if (found.size() == 1) {
        found.front().second(found.front().first, text, file, evidence, faults);
    }
    return faults.take();
}

std::string_view evidence_template(std::string_view kind) {
    for (const auto& [file, text] : embedded::evidence_templates) {
        if (file.substr(0, file.rfind('.')) == kind) return text;
    }
    return {};
}

std::string digest_input(const Evidence& evidence) {
    std::vector<std::string> lines;
    for (const Lia& lia : evidence.lias) lines.push_back("lia=" + lia.digest);
    for (const Dpa& dpa : evidence.dpas) lines.push_back("dpa=" + dpa.digest);
    for (const PrivacyNotice& notice : evidence.privacy_notices) {
        lines.push_back("privacy_notice=" + notice.digest);
    }
    for (const OverlaySwitch& record : evidence.overlay_switches) {
        lines.push_back("overlay_switch=" + record.digest);
    }
    std::ranges::sort(lines);  // the names of files and their order decide nothing
    return fmt::format("{}", fmt::join(lines, ";"));
}

}  // namespace candor::policy
