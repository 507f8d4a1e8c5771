// The keys of a pack file, strict: a misspelt key in a file of law must not pass unseen.
#include "policy/law/pack_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "policy/law/page_text.h"

namespace candor::policy {
namespace {

constexpr std::pair<std::string_view, PackKind> kind_words[]{{"pack", PackKind::Pack},
                                                             {"overlay", PackKind::Overlay}};
constexpr std::pair<std::string_view, std::string_view> confidence_words[]{
    {"high", "high"}, {"medium", "medium"}, {"low", "low"}};

std::string wrong_code(std::string_view code) {
    if (!is_jurisdiction_code(code)) return "is not an ISO 3166 code, EU or ZZ";
    if (canonical_jurisdiction(code) != code) {
        return fmt::format("must be spelt {}", canonical_jurisdiction(code));
    }
    return {};
}

template <class T>
void read_word(TableReader& table, std::string_view key, std::optional<T>& into, Words<T> allowed) {
    T value{};
    if (table.word(key, value, allowed)) into = value;
}

PackRow read_row(TableReader& table, PackKind kind) {
    PackRow read;
    read.line = table.line();
    Row& row = read.row;
    table.text("code", row.code, wrong_code);
    table.text("name", row.name);
    read_word<Treatment>(table, "default", read.default_treatment, row_treatment_words);
    read_word<Treatment>(table, "with_consent", read.with_consent, row_treatment_words);
    read_word<Treatment>(table, "with_legitimate_interest", read.with_legitimate_interest,
                         row_treatment_words);
    read_word<OpenPixel>(table, "open_pixel", read.open_pixel, open_pixel_words);
    if (kind == PackKind::Pack) {
        table.number("optout_deadline_days", row.opt_out_deadline_days, 0, 365);
        table.flag("needs_service_provider_terms", row.needs_service_provider_terms);
    }
    int retention_days = 0;
    if (table.number("retention_days", retention_days, 1, 3650))
        read.retention_days = retention_days;
    table.text("source", row.source);
    std::string_view confidence;
    if (table.word<std::string_view>("confidence", confidence, confidence_words)) {
        row.confidence = confidence;
    }
    table.text("note", row.note);
    table.flag("needs_eprivacy_analysis", read.needs_eprivacy_analysis);

    table.require("code");
    if (kind == PackKind::Pack) {
        for (const std::string_view key :
             {"name", "default", "with_consent", "with_legitimate_interest", "open_pixel",
              "optout_deadline_days", "retention_days", "source", "confidence"}) {
            table.require(key, "a row of a pack says everything");
        }
    }
    table.report_unknown_keys();
    return read;
}

/// What the file says it is; `expected` where it does not say.
PackKind read_head(TableReader& top, PackKind expected, PackText& pack,
                   std::vector<std::string>& never) {
    top.require("pack", "a pack begins with [pack] name, kind and facts_date");
    std::optional<TableReader> head = top.table("pack");
    if (!head) return expected;
    head->text("name", pack.name,
               [](std::string_view name) { return name.empty() ? "must not be empty" : ""; });
    PackKind kind = expected;
    head->word<PackKind>("kind", kind, kind_words);
    if (kind != expected) {
        head->fault("kind",
                    expected == PackKind::Pack
                        ? "this is an overlay: turn it on with [[policy.overlay]], the "
                          "setting policy.pack wants a pack"
                        : "this is a pack, not an overlay: [[policy.overlay]] cannot use it");
    }
    std::optional<Instant> facts_date;
    if (head->instant("facts_date", facts_date)) {
        pack.facts_at = *facts_date;
        pack.facts_date = date_of(*facts_date);
    }
    head->texts("never", never, wrong_code);
    for (const std::string_view key : {"name", "kind", "facts_date"}) head->require(key);
    head->report_unknown_keys();
    return kind;
}

}  // namespace

PackText read_pack(std::string_view text, std::string_view file, PackKind expected,
                   std::vector<ConfigFault>& faults) {
    PackText pack;
    const auto root = parse_toml(text, file);
    if (!root) {
        faults.push_back(root.error());
        return pack;
    }
    FaultList found(file);
    TableReader top(*root, "", found);
    std::vector<std::string> never;
    // What else each kind has to say is no fault of one that stands in the wrong place.
    const PackKind kind = read_head(top, expected, pack, never);
    for (TableReader& table : top.tables("row")) {
        PackRow row = read_row(table, kind);
        if (std::ranges::find(never, row.row.code) != never.end()) {
            table.fault("code",
                        fmt::format("`row.code` `{}` is among those that `pack.never` rules out",
                                    row.row.code));
        }
        const auto same = [&](const PackRow& other) { return other.row.code == row.row.code; };
        const auto earlier = std::ranges::find_if(pack.rows, same);
        if (!row.row.code.empty() && earlier != pack.rows.end()) {
            table.fault("code", fmt::format("`row.code` `{}` is already in line {}", row.row.code,
                                            earlier->line));
        }
        pack.rows.push_back(std::move(row));
    }
    top.report_unknown_keys();
    for (ConfigFault& fault : found.take()) faults.push_back(std::move(fault));
    return pack;
}

}  // namespace candor::policy
