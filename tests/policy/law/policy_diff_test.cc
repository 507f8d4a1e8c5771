// What another policy would change.
#include "policy/law/policy_diff.h"

#include <nlohmann/json.hpp>

#include "policy/config/config.h"
#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/policy_diff");

namespace {

RowOverride override_of(std::string code) {
    RowOverride set;
    set.code = std::move(code);
    return set;
}

}  // namespace

TEST_CASE("nothing changes against itself") {
    const EffectivePolicy policy = effective();
    const DiffSide side{"a", policy};
    CHECK(diff_of(side, side).jurisdictions.empty());
    CHECK(diff_as_text(side, side).ends_with("\n0 jurisdictions change; 0 looser, 0 stricter\n"));
}

TEST_CASE("every column is compared, and which way it goes is said") {
    RowOverride swiss = override_of("CH");
    swiss.default_treatment = Treatment::Plaintext;
    swiss.with_consent = Treatment::Aggregate;
    swiss.with_legitimate_interest = Treatment::Untracked;
    swiss.open_pixel = OpenPixel::Yes;
    swiss.retention_days = 365;
    const EffectivePolicy before = effective();
    const EffectivePolicy after = effective({}, {swiss});
    const PolicyDiff diff = diff_of({"a", before}, {"b", after});
    REQUIRE(diff.jurisdictions.size() == 1);
    CHECK(diff.jurisdictions.front().code == "CH");
    CHECK(diff.jurisdictions.front().name == "Switzerland");
    std::string all;
    for (const Change& change : diff.jurisdictions.front().changes) {
        all += std::string{change.column} + " " + change.from + ">" + change.to + " " +
               std::string{to_string(change.direction)} + "; ";
    }
    CHECK(all ==
          "default aggregate>plaintext stricter; with_consent individual>aggregate stricter; "
          "with_legitimate_interest individual>untracked stricter; open_pixel consent>yes looser; "
          "retention_days 90>365 looser; ");
    // The other way round everything is turned.
    for (const JurisdictionChange& one : diff_of({"b", after}, {"a", before}).jurisdictions) {
        CHECK(one.changes.front().direction == Direction::Looser);
        CHECK(one.changes.back().direction == Direction::Stricter);
    }
}

TEST_CASE("overlays count, and a row that is new is compared with what governed before") {
    RowOverride york = override_of("US-NY");
    york.default_treatment = Treatment::Plaintext;
    const EffectivePolicy before = effective();
    const EffectivePolicy after = effective({"legitimate-interest"}, {york});
    const PolicyDiff diff = diff_of({"a", before}, {"b", after});
    CHECK(diff.jurisdictions.size() == 27);
    const auto found = std::ranges::find(diff.jurisdictions, "US-NY", &JurisdictionChange::code);
    REQUIRE(found != diff.jurisdictions.end());
    REQUIRE(found->changes.size() == 1);
    CHECK(found->changes.front().from == to_string(before.row_for("US").default_treatment));
    // An override that says what the pack says changes nothing, whoever set it.
    RowOverride same = override_of("ES");
    same.default_treatment = before.row_for("ES").default_treatment;
    CHECK(diff_of({"a", before}, {"b", effective({}, {same})}).jurisdictions.empty());
}

TEST_CASE("settings that decide are compared where both sides have them") {
    const EffectivePolicy policy = effective();
    PolicySettings before;
    PolicySettings after;
    after.consumer_requires_consent = false;
    after.default_jurisdiction = "US";
    after.consent_valid_days = 365;
    after.segments = {{"vip", Treatment::Aggregate}};
    const DiffSide old_side{"a.toml", policy, &before};
    const DiffSide new_side{"b.toml", policy, &after};
    const auto json = nlohmann::json::parse(diff_as_json(old_side, new_side));
    std::string all;
    for (const auto& change : json["settings"]) {
        all += change["column"].get<std::string>() + " " + change["to"].get<std::string>() + " " +
               change["direction"].get<std::string>() + "; ";
    }
    CHECK(all ==
          "default_jurisdiction US other; consumer_requires_consent false looser; "
          "consent_valid_days 365 stricter; segments high-sensitivity: not set looser; "
          "segments vip: aggregate stricter; ");
    CHECK(json["old"]["name"] == "a.toml");
    CHECK(json["new"]["policy_digest"] == policy.digest());
    CHECK(diff_of(old_side, {"pack", policy}).settings.empty());
    CHECK(diff_as_text(old_side, new_side)
              .find("segments                  vip: not set -> vip: "
                    "aggregate") != std::string::npos);
}

TEST_CASE("a pack is told from a configuration") {
    CHECK(is_pack_text(shipped_pack_text("strict-2026").value()));
    CHECK(is_pack_text(shipped_pack_text("legitimate-interest").value()));
    CHECK_FALSE(is_pack_text("[policy]\npack = \"strict-2026\"\n"));
    CHECK_FALSE(is_pack_text("pack = 1\n"));
    CHECK_FALSE(is_pack_text("[[["));
}

TEST_SUITE_END();
