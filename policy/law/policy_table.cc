// The rows with what overlays and overrides did to them. The page of HTML is policy_page.cc.
#include "policy/law/policy_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "policy/law/page_text.h"

namespace candor::policy {

namespace {

constexpr std::size_t column_count = 10;
using Cells = std::array<std::string, column_count>;

/// `text` with `^` where it is looser than the pack and `v` where it is stricter.
std::string marked(std::string text, const SheetRow& row, std::string_view column) {
    const Change* change = row.change_of(column);
    if (change == nullptr) return text;
    return text + (change->direction == Direction::Looser ? " ^" : " v");
}

Cells cells_of(const SheetRow& one) {
    const Row& row = *one.row;
    std::string interest{to_string(row.with_legitimate_interest)};
    if (row.needs_eprivacy_analysis) interest += '*';
    return {row.code,
            row.name,
            marked(std::string{to_string(row.default_treatment)}, one, "default"),
            marked(std::string{to_string(row.with_consent)}, one, "with_consent"),
            marked(std::move(interest), one, "with_legitimate_interest"),
            marked(std::string{to_string(row.open_pixel)}, one, "open_pixel"),
            std::to_string(row.opt_out_deadline_days),
            marked(std::to_string(row.retention_days), one, "retention_days"),
            row.overridden ? "override" : row.layer,
            row.confidence};
}

std::string table_line(const Cells& cells, const std::array<std::size_t, column_count>& widths) {
    std::string line;
    for (std::size_t k = 0; k < cells.size(); ++k) {
        line += padded(cells[k], widths[k]);
        if (k + 1 < cells.size()) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

std::string csv_cell(std::string_view text) {
    // A spreadsheet would run what begins like a formula; a quote in front makes it text.
    const bool formula =
        !text.empty() && std::string_view{"=+-@\t"}.find(text.front()) != text.npos;
    if (!formula && text.find_first_of(",\"\r\n") == text.npos) return std::string{text};
    std::string quoted = formula ? "\"'" : "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

nlohmann::ordered_json json_of(const Change& change) {
    return {{"column", change.column},
            {"from", change.from},
            {"to", change.to},
            {"direction", to_string(change.direction)}};
}

nlohmann::ordered_json json_of(const SheetRow& one) {
    const Row& row = *one.row;
    nlohmann::ordered_json json{
        {"code", row.code},
        {"name", row.name},
        {"default", to_string(row.default_treatment)},
        {"with_consent", to_string(row.with_consent)},
        {"with_legitimate_interest", to_string(row.with_legitimate_interest)},
        {"needs_eprivacy_analysis", row.needs_eprivacy_analysis},
        {"needs_service_provider_terms", row.needs_service_provider_terms},
        {"open_pixel", to_string(row.open_pixel)},
        {"optout_deadline_days", row.opt_out_deadline_days},
        {"retention_days", row.retention_days},
        {"layer", row.layer},
        {"overridden", row.overridden},
        {"against_pack", nlohmann::ordered_json::array()},
        {"source", row.source},
        {"confidence", row.confidence},
        {"note", row.note}};
    for (const Change& change : one.against_pack) json["against_pack"].push_back(json_of(change));
    return json;
}

nlohmann::ordered_json json_of(const OverlaySwitch& overlay, bool in_force) {
    nlohmann::ordered_json json{
        {"name", overlay.name},  {"in_force", in_force}, {"enabled_by", overlay.enabled_by},
        {"enabled_at", nullptr}, {"review_by", nullptr}, {"reason", overlay.reason}};
    if (overlay.enabled_at) json["enabled_at"] = date_of(*overlay.enabled_at);
    if (overlay.review_by) json["review_by"] = date_of(*overlay.review_by);
    return json;
}

bool overlays_in_force(const PolicySheet& sheet) {
    return &sheet.policy.in_force(sheet.now) == &sheet.policy.effective;
}

std::string overlay_note(const OverlaySwitch& overlay, bool in_force) {
    std::string text = fmt::format("Overlay {}", overlay.name);
    if (overlay.enabled_at) {
        text += fmt::format(", turned on {} by {}: {}", date_of(*overlay.enabled_at),
                            overlay.enabled_by, overlay.reason);
    }
    if (overlay.review_by)
        text += fmt::format("; to be reviewed by {}", date_of(*overlay.review_by));
    if (!in_force) text += "; NOT in force now: the table shows the rules without overlays";
    return text + (text.ends_with('.') ? "" : ".");
}

}  // namespace

const Change* SheetRow::change_of(std::string_view column) const {
    const auto found = std::ranges::find(against_pack, column, &Change::column);
    return found == against_pack.end() ? nullptr : &*found;
}

std::vector<SheetRow> sheet_rows(const PolicySheet& sheet) {
    const EffectivePolicy& effective = sheet.policy.in_force(sheet.now);
    std::vector<SheetRow> rows;
    rows.reserve(effective.rows().size());
    for (const Row& row : effective.rows()) {
        const Row& pack_row = effective.pack_row_for(row.code);
        SheetRow one{&row, changes_between(pack_row, row), ""};
        if (row.overridden) {
            one.layer_mark = "override";
        } else if (row.layer != effective.pack_name()) {
            one.layer_mark = "overlay";
        }
        rows.push_back(std::move(one));
    }
    return rows;
}

std::vector<std::string> sheet_notes(const PolicySheet& sheet) {
    const PolicySettings& settings = sheet.policy.settings;
    const EffectivePolicy& effective = sheet.policy.in_force(sheet.now);
    std::vector<std::string> notes;
    const Row& unknown = effective.row_for(settings.default_jurisdiction);
    notes.push_back(
        fmt::format("A recipient whose jurisdiction is not on record is treated as {} ({}).",
                    settings.default_jurisdiction, unknown.name));
    notes.push_back(
        settings.consumer_requires_consent
            ? "Consumers, and recipients of unknown class, get at most aggregate "
              "without tracking consent."
            : "consumer_requires_consent is OFF: consumers are treated by the row alone.");
    for (const auto& [segment, treatment] : settings.segments) {
        notes.push_back(fmt::format("Segment {} gets at most {}.", segment, to_string(treatment)));
    }
    notes.push_back(fmt::format("A consent that does not say when it ends counts for {} days.",
                                settings.consent_valid_days));
    for (const OverlaySwitch& overlay : settings.overlays) {
        notes.push_back(overlay_note(overlay, overlays_in_force(sheet)));
    }
    if (effective.facts_are_old(sheet.now)) {
        notes.push_back(
            fmt::format("WARNING: the facts of {} are of {}, older than 12 months: have "
                        "them reviewed.",
                        effective.facts_of(), effective.facts_date()));
    }
    return notes;
}

std::string table_as_text(const PolicySheet& sheet) {
    const EffectivePolicy& effective = sheet.policy.in_force(sheet.now);
    const std::vector<SheetRow> rows = sheet_rows(sheet);
    std::vector<Cells> lines{{"code", "name", "default", "consent", "leg. interest", "pixel",
                              "opt-out d", "keep d", "set by", "confidence"}};
    for (const SheetRow& row : rows) lines.push_back(cells_of(row));

    std::array<std::size_t, column_count> widths{};
    for (const Cells& cells : lines) {
        for (std::size_t k = 0; k < cells.size(); ++k) {
            widths[k] = std::max(widths[k], width_of(cells[k]));
        }
    }
    std::string out = fmt::format("Policy {}, facts of {}\nDigest {}\n\n", effective.pack_name(),
                                  effective.facts_date(), effective.digest());
    for (const std::string& note : sheet_notes(sheet)) out += "- " + wrapped(note, 2) + '\n';
    out += '\n';
    for (const Cells& cells : lines) out += table_line(cells, widths);

    const auto is_changed = [](const SheetRow& row) { return !row.against_pack.empty(); };
    if (std::ranges::any_of(rows, is_changed)) {
        out += "\n^ looser than the pack, v stricter: by an overlay or by your own override\n";
    }
    if (std::ranges::any_of(effective.rows(), &Row::needs_eprivacy_analysis)) {
        out += "\n* individual only with an assessment that has an ePrivacy analysis\n";
    }
    out += "\nThe law behind each row\n";
    for (const Row& row : effective.rows()) {
        out += padded(row.code, 7) + wrapped(row.source, 7) + '\n';
    }
    return out;
}

std::string table_as_csv(const PolicySheet& sheet) {
    std::string out =
        "code,name,default,with_consent,with_legitimate_interest,needs_eprivacy_analysis,"
        "needs_service_provider_terms,open_pixel,optout_deadline_days,retention_days,layer,"
        "overridden,against_pack,source,confidence,note\n";
    for (const SheetRow& one : sheet_rows(sheet)) {
        const Row& row = *one.row;
        std::string against;
        for (const Change& change : one.against_pack) {
            against +=
                fmt::format("{}{}: {} -> {} ({})", against.empty() ? "" : "; ", change.column,
                            change.from, change.to, to_string(change.direction));
        }
        const auto yes_no = [](bool flag) { return flag ? "yes" : "no"; };
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", row.code,
                           csv_cell(row.name), to_string(row.default_treatment),
                           to_string(row.with_consent), to_string(row.with_legitimate_interest),
                           yes_no(row.needs_eprivacy_analysis),
                           yes_no(row.needs_service_provider_terms), to_string(row.open_pixel),
                           row.opt_out_deadline_days, row.retention_days, csv_cell(row.layer),
                           yes_no(row.overridden), csv_cell(against), csv_cell(row.source),
                           row.confidence, csv_cell(row.note));
    }
    return out;
}

std::string table_as_json(const PolicySheet& sheet) {
    const EffectivePolicy& effective = sheet.policy.in_force(sheet.now);
    const PolicySettings& settings = sheet.policy.settings;
    nlohmann::ordered_json json{{"pack", effective.pack_name()},
                                {"facts_date", effective.facts_date()},
                                {"facts_are_old", effective.facts_are_old(sheet.now)},
                                {"policy_digest", effective.digest()},
                                {"made_at", moment_of(sheet.now)},
                                {"default_jurisdiction", settings.default_jurisdiction},
                                {"consumer_requires_consent", settings.consumer_requires_consent},
                                {"consent_valid_days", settings.consent_valid_days},
                                {"segments", nlohmann::ordered_json::object()},
                                {"overlays", nlohmann::ordered_json::array()},
                                {"rows", nlohmann::ordered_json::array()}};
    for (const auto& [segment, treatment] : settings.segments) {
        json["segments"][segment] = to_string(treatment);
    }
    for (const OverlaySwitch& overlay : settings.overlays) {
        json["overlays"].push_back(json_of(overlay, overlays_in_force(sheet)));
    }
    for (const SheetRow& row : sheet_rows(sheet)) json["rows"].push_back(json_of(row));
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace candor::policy
