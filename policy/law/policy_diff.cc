#include "policy/law/policy_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "policy/config/config.h"
#include "policy/config/toml_text.h"
#include "policy/law/page_text.h"

namespace candor::policy {

namespace {

constexpr std::string_view not_set = "not set";

Direction looser_if(bool is_looser) {
    return is_looser ? Direction::Looser : Direction::Stricter;
}

void compare_segments(const PolicySettings& before, const PolicySettings& after,
                      std::vector<Change>& changes) {
    std::set<std::string> names;
    for (const auto& [name, treatment] : before.segments) names.insert(name);
    for (const auto& [name, treatment] : after.segments) names.insert(name);
    for (const std::string& name : names) {
        const auto was = before.segments.find(name);
        const auto is = after.segments.find(name);
        // A segment that is not set restricts nothing, as `individual` would.
        const auto treatment_of = [](const auto& found, const auto& end) {
            return found == end ? Treatment::Individual : found->second;
        };
        const Treatment from = treatment_of(was, before.segments.end());
        const Treatment to = treatment_of(is, after.segments.end());
        if (from == to) continue;
        const auto word = [&name](bool set, Treatment treatment) {
            return fmt::format("{}: {}", name, set ? to_string(treatment) : not_set);
        };
        changes.push_back({"segments", word(was != before.segments.end(), from),
                           word(is != after.segments.end(), to), looser_if(to < from)});
    }
}

std::vector<Change> setting_changes(const PolicySettings& before, const PolicySettings& after) {
    std::vector<Change> changes;
    if (before.default_jurisdiction != after.default_jurisdiction) {
        changes.push_back({"default_jurisdiction", before.default_jurisdiction,
                           after.default_jurisdiction, Direction::Other});
    }
    if (before.consumer_requires_consent != after.consumer_requires_consent) {
        const auto word = [](bool flag) { return std::string{flag ? "true" : "false"}; };
        changes.push_back({"consumer_requires_consent", word(before.consumer_requires_consent),
                           word(after.consumer_requires_consent),
                           looser_if(!after.consumer_requires_consent)});
    }
    if (before.consent_valid_days != after.consent_valid_days) {
        changes.push_back({"consent_valid_days", std::to_string(before.consent_valid_days),
                           std::to_string(after.consent_valid_days),
                           looser_if(after.consent_valid_days > before.consent_valid_days)});
    }
    compare_segments(before, after, changes);
    return changes;
}

std::string in_words(const Change& change) {
    const std::string_view direction =
        change.direction == Direction::Other ? "" : to_string(change.direction);
    return fmt::format("{}  {}  {} -> {}", padded(direction, 8), padded(change.column, 24),
                       change.from, change.to);
}

struct Tally {
    int looser = 0, stricter = 0;
    void add(const std::vector<Change>& changes) {
        for (const Change& change : changes) {
            looser += change.direction == Direction::Looser ? 1 : 0;
            stricter += change.direction == Direction::Stricter ? 1 : 0;
        }
    }
};

std::string headed(std::string_view label, const DiffSide& side) {
    return fmt::format("{} {}, {}, facts of {}\n    digest {}\n", label, side.name,
                       side.effective.pack_name(), side.effective.facts_date(),
                       side.effective.digest());
}

nlohmann::ordered_json json_of(const std::vector<Change>& changes) {
    auto list = nlohmann::ordered_json::array();
    for (const Change& change : changes) {
        list.push_back({{"column", change.column},
                        {"from", change.from},
                        {"to", change.to},
                        {"direction", to_string(change.direction)}});
    }
    return list;
}

nlohmann::ordered_json json_of(const DiffSide& side) {
    return {{"name", side.name},
            {"pack", side.effective.pack_name()},
            {"facts_date", side.effective.facts_date()},
            {"policy_digest", side.effective.digest()}};
}

}  // namespace

PolicyDiff diff_of(const DiffSide& before, const DiffSide& after) {
    PolicyDiff diff;
    if (before.settings != nullptr && after.settings != nullptr) {
        diff.settings = setting_changes(*before.settings, *after.settings);
    }
    std::set<std::string> codes;
    for (const Row& row : before.effective.rows()) codes.insert(row.code);
    for (const Row& row : after.effective.rows()) codes.insert(row.code);
    for (const std::string& code : codes) {
        const Row& was = before.effective.row_for(code);
        const Row& is = after.effective.row_for(code);
        auto changes = changes_between(was, is);
        if (changes.empty()) continue;
        diff.jurisdictions.push_back(
            {code, is.code == code ? is.name : was.name, std::move(changes)});
    }
    return diff;
}

std::string diff_as_text(const DiffSide& before, const DiffSide& after) {
    const PolicyDiff diff = diff_of(before, after);
    std::string out = headed("old", before) + headed("new", after);
    Tally tally;
    tally.add(diff.settings);
    if (!diff.settings.empty()) out += "\nsettings\n";
    for (const Change& change : diff.settings) out += "    " + in_words(change) + '\n';
    for (const JurisdictionChange& one : diff.jurisdictions) {
        out += fmt::format("\n{} {}\n", one.code, one.name);
        for (const Change& change : one.changes) out += "    " + in_words(change) + '\n';
        tally.add(one.changes);
    }
    const std::size_t changed = diff.jurisdictions.size();
    out += fmt::format("\n{} {}; {} looser, {} stricter\n", changed,
                       changed == 1 ? "jurisdiction changes" : "jurisdictions change", tally.looser,
                       tally.stricter);
    return out;
}

std::string diff_as_json(const DiffSide& before, const DiffSide& after) {
    const PolicyDiff diff = diff_of(before, after);
    nlohmann::ordered_json json{{"old", json_of(before)},
                                {"new", json_of(after)},
                                {"settings", json_of(diff.settings)},
                                {"jurisdictions", nlohmann::ordered_json::array()}};
    for (const JurisdictionChange& one : diff.jurisdictions) {
        json["jurisdictions"].push_back(
            {{"code", one.code}, {"name", one.name}, {"changes", json_of(one.changes)}});
    }
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

bool is_pack_text(std::string_view text) {
    const auto root = parse_toml(text, "");
    if (!root) return false;
    const TomlTable::Entry* head = root->find("pack");
    return head != nullptr && head->value.as<TomlTable>() != nullptr;
}

}  // namespace candor::policy
