// The policy as text, CSV, JSON and a page to sign.
#include "policy/law/policy_table.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/policy_table");

namespace {

bool says(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// An overlay, a loosening and a tightening override.
Policy layered() {
    RowOverride looser;
    looser.code = "CH";
    looser.default_treatment = Treatment::Individual;
    RowOverride stricter;
    stricter.code = "US-CA";
    stricter.retention_days = 10;
    Policy policy = strict();
    policy.effective = effective({"legitimate-interest"}, {looser, stricter});
    policy.without_overlays = effective({}, {looser, stricter});
    OverlaySwitch overlay;
    overlay.name = "legitimate-interest";
    overlay.enabled_by = "Dana <DPO>";
    overlay.enabled_at = noon - days{10};
    overlay.review_by = noon + days{10};
    overlay.reason = "Board decision 14";
    policy.settings.overlays = {overlay};
    return policy;
}

PolicySheet sheet_of(const Policy& policy, Instant now = noon) {
    return {policy, now, "candor.toml"};
}

}  // namespace

TEST_CASE("the table has one aligned line per row and the law behind it") {
    const Policy policy = layered();
    const std::string text = table_as_text(sheet_of(policy));
    CHECK(says(text, policy.effective.digest()));
    const std::vector<std::string> lines = lines_of(text);
    const auto head = std::ranges::find_if(
        lines, [](const std::string& line) { return line.starts_with("code "); });
    REQUIRE(head != lines.end());
    const std::size_t column = head->find("default");
    std::size_t rows = 0;
    for (auto line = head + 1; line != lines.end() && !line->empty(); ++line, ++rows) {
        CAPTURE(*line);
        const std::string cell = line->substr(column, line->find(' ', column) - column);
        CHECK(treatment_from(cell).has_value());
    }
    CHECK(rows == policy.effective.rows().size());
    CHECK(says(text, "individual* ^"));  // by the overlay, looser than the pack
    CHECK(says(text, "10 v"));           // the override of California, stricter
    CHECK(says(text, "Codice Privacy"));
    CHECK(says(text, "Overlay legitimate-interest, turned on 2026-11-13 by Dana <DPO>"));
}

TEST_CASE("an overlay past its review is not in the table, and the table says so") {
    const Policy policy = layered();
    const std::string text = table_as_text(sheet_of(policy, noon + days{11}));
    CHECK(says(text, policy.without_overlays->digest()));
    CHECK_FALSE(says(text, "individual*"));
    CHECK(says(text, "NOT in force now"));
}

TEST_CASE("the CSV has a field for every column and survives commas and quotes") {
    Policy policy = layered();
    const auto lines = lines_of(table_as_csv(sheet_of(policy)));
    REQUIRE(lines.size() == policy.effective.rows().size() + 1);
    for (const std::string& line : lines) {
        std::size_t fields = 1;
        bool quoted = false;
        for (const char c : line) {
            if (c == '"') quoted = !quoted;
            if (c == ',' && !quoted) ++fields;
        }
        CAPTURE(line);
        CHECK_FALSE(quoted);
        CHECK(fields == 16);
    }
    const auto swiss = std::ranges::find_if(
        lines, [](const std::string& line) { return line.starts_with("CH,"); });
    REQUIRE(swiss != lines.end());
    CHECK(says(*swiss,
               "CH,Switzerland,individual,individual,individual,no,no,consent,2,90,"
               "override,yes,default: aggregate -> individual (looser),"));
}

TEST_CASE("the JSON marks what overlays and overrides changed") {
    const Policy policy = layered();
    const auto json = nlohmann::json::parse(table_as_json(sheet_of(policy)));
    CHECK(json["policy_digest"] == policy.effective.digest());
    CHECK(json["overlays"][0]["in_force"] == true);
    CHECK(json["overlays"][0]["enabled_by"] == "Dana <DPO>");
    REQUIRE(json["rows"].size() == policy.effective.rows().size());
    int changed = 0;
    for (const auto& row : json["rows"]) {
        const bool is_changed = !row["against_pack"].empty();
        changed += is_changed ? 1 : 0;
        if (row["code"] == "US-CA") {
            CHECK(row["overridden"] == true);
            CHECK(row["against_pack"][0]["column"] == "retention_days");
            CHECK(row["against_pack"][0]["direction"] == "stricter");
        }
    }
    CHECK(changed == 26 + 2);
}

TEST_CASE("the page fetches nothing, runs nothing, and can be signed") {
    const Policy policy = layered();
    const std::string page = table_as_html(sheet_of(policy));
    for (const std::string_view forbidden :
         {"<script", "<link", "<img", "@import", "url(", "http://", "src=", "<iframe", "onload"}) {
        CAPTURE(forbidden);
        CHECK_FALSE(says(page, forbidden));
    }
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(says(page, "Dana &lt;DPO&gt;"));
    CHECK_FALSE(says(page, "<DPO>"));
    CHECK(says(page, "size: A4"));
    CHECK(says(page, "Signature</div>"));
    CHECK(says(page, policy.effective.digest()));
    CHECK(says(page, "looser, pack: aggregate"));
    CHECK(says(page, "your override"));
    CHECK(says(page, "<tr class=\"overlay\"><td class=\"code\">NL</td>"));
    // Whatever is opened is closed.
    for (const std::string name :
         {"table", "tr", "td", "th", "span", "div", "ul", "li", "dl", "p"}) {
        CAPTURE(name);
        const auto count = [&page](const std::string& tag) {
            std::size_t found = 0;
            for (std::size_t at = 0; (at = page.find(tag, at)) != page.npos; at += tag.size())
                ++found;
            return found;
        };
        CHECK(count("<" + name + ">") + count("<" + name + " ") == count("</" + name + ">"));
    }
}

TEST_CASE("old facts are a warning in every form that a person reads") {
    const Policy policy = strict();
    const PolicySheet old = sheet_of(policy, policy.effective.facts_at() + days{400});
    CHECK(says(table_as_text(old), "WARNING: the facts of strict-2026 are of 2026-11-23"));
    CHECK(says(table_as_html(old), "older than 12 months"));
    CHECK(nlohmann::json::parse(table_as_json(old))["facts_are_old"] == true);
}

TEST_SUITE_END();
