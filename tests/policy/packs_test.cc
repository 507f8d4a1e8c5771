// The packs that ship, and how overlays and overrides change them.
#include "policy/packs.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace candor::policy;

namespace {

PolicySources strict() {
    PolicySources sources;
    sources.pack_name = "strict-2026";
    sources.pack_text = shipped_pack_text("strict-2026").value();
    return sources;
}

PolicySources with_overlay() {
    PolicySources sources = strict();
    sources.overlays.emplace_back("legitimate-interest",
                                  shipped_pack_text("legitimate-interest").value());
    return sources;
}

EffectivePolicy built(const PolicySources& sources) {
    auto policy = build_policy(sources, "candor.toml");
    REQUIRE(policy);
    return *policy;
}

RowOverride override_of(std::string code, Treatment default_treatment) {
    RowOverride set;
    set.code = std::move(code);
    set.line = 7;
    set.default_treatment = default_treatment;
    return set;
}

std::string word(OpenPixel pixel) {
    return pixel == OpenPixel::No ? "no" : pixel == OpenPixel::Yes ? "yes" : "consent";
}

}  // namespace

TEST_SUITE("policy/packs") {
    TEST_CASE("the strict pack has 82 rows and its date") {
        const EffectivePolicy policy = built(strict());
        CHECK(policy.rows().size() == 82);
        CHECK(policy.facts_date() == "2026-11-23");
        CHECK(policy.pack_name() == "strict-2026");
        CHECK(policy.digest().size() == 64);
        CHECK(policy.row_for("DE").with_legitimate_interest == Treatment::Plaintext);
        CHECK(policy.row_for("IT").layer == "strict-2026");
    }

    TEST_CASE("the strict pack says what the table of facts says") {
        std::ifstream table(CANDOR_SHARED_DIR "/jurisdictions.tsv");
        if (!table) {
            MESSAGE("skipped: no table of jurisdictions at hand");
            return;
        }
        const EffectivePolicy policy = built(strict());
        std::string line;
        std::getline(table, line);
        while (std::getline(table, line)) {
            std::vector<std::string> cells;
            std::istringstream row_text(line);
            for (std::string cell; std::getline(row_text, cell, '\t');) cells.push_back(cell);
            REQUIRE(cells.size() == 11);
            CAPTURE(cells[0]);
            const Row& row = policy.row_for(cells[0]);
            CHECK(row.code == cells[0]);
            CHECK(to_string(row.default_treatment) == cells[2]);
            CHECK(to_string(row.with_consent) == cells[3]);
            CHECK(to_string(row.with_legitimate_interest) == cells[4]);
            CHECK(word(row.open_pixel) == cells[5]);
            CHECK(std::to_string(row.opt_out_deadline_days) == cells[6]);
            CHECK(std::to_string(row.retention_days) == cells[7]);
            CHECK(row.source == cells[8]);
            CHECK(row.confidence == cells[9]);
        }
    }

    TEST_CASE("a code falls back to its country, the Union, the unknown") {
        const EffectivePolicy policy = built(strict());
        struct Case {
            std::string_view code, row;
        };
        for (const Case& c : {Case{"US-CA", "US-CA"},
                              {"US-NY", "US"},
                              {"us-ca", "US-CA"},
                              {"UK", "GB"},
                              {"EL", "GR"},
                              {"RE", "FR"},
                              {"AX", "FI"},
                              {"DE-BY", "DE"},
                              {"BT", "ZZ"},
                              {"", "ZZ"},
                              {"nonsense", "ZZ"}}) {
            CAPTURE(c.code);
            CHECK(policy.row_for(c.code).code == c.row);
        }
        CHECK(is_eu_member("el"));
        CHECK_FALSE(is_eu_member("GB"));
        CHECK(is_jurisdiction_code("GB-ENG"));
        CHECK_FALSE(is_jurisdiction_code("XX"));
        CHECK_FALSE(is_jurisdiction_code("US-"));
    }

    TEST_CASE("a member state without a row has the Union's") {
        PolicySources sources;
        sources.pack_name = "own";
        sources.pack_text = "[pack]\nname = \"own\"\nkind = \"pack\"\nfacts_date = 2026-11-23\n";
        for (const std::string code : {"EU", "ZZ"}) {
            sources.pack_text +=
                "[[row]]\ncode = \"" + code +
                "\"\nname = \"n\"\ndefault = \"untracked\"\nwith_consent = \"individual\"\n"
                "with_legitimate_interest = \"aggregate\"\nopen_pixel = \"no\"\n"
                "optout_deadline_days = 0\nretention_days = 30\nsource = \"s\"\n"
                "confidence = \"low\"\n";
        }
        const EffectivePolicy policy = built(sources);
        CHECK(policy.row_for("IE").code == "EU");
        CHECK(policy.row_for("CH").code == "ZZ");
    }

    TEST_CASE("the overlay lifts clicks in the listed countries, and never in five") {
        const EffectivePolicy before = built(strict());
        const EffectivePolicy after = built(with_overlay());
        int lifted = 0;
        for (const Row& row : after.rows()) {
            CAPTURE(row.code);
            const Row& was = before.row_for(row.code);
            CHECK(row.open_pixel == was.open_pixel);
            CHECK(row.default_treatment == was.default_treatment);
            if (row.layer != "legitimate-interest") continue;
            CHECK(row.with_legitimate_interest == Treatment::Individual);
            CHECK(row.needs_eprivacy_analysis);
            ++lifted;
        }
        CHECK(lifted == 26);
        for (const std::string_view never : {"DE", "AT", "FR", "IT", "DK", "EU"}) {
            CHECK(after.row_for(never).layer == "strict-2026");
        }
        CHECK(after.digest() != before.digest());
    }

    TEST_CASE("an override is the operator's own and can make a row") {
        PolicySources sources = strict();
        sources.overrides = {override_of("US-NY", Treatment::Untracked),
                             override_of("US", Treatment::Plaintext)};
        sources.overrides.back().retention_days = 5;
        const EffectivePolicy policy = built(sources);
        CHECK(policy.row_for("US-NY").default_treatment == Treatment::Untracked);
        CHECK(policy.row_for("US-NY").retention_days == 5);
        CHECK(policy.row_for("US-NY").layer == "override");
        CHECK(policy.row_for("US-CA").layer == "strict-2026");
        CHECK(policy.rows().size() == 83);
    }

    TEST_CASE("the digest changes with what decides and with nothing else") {
        const std::string digest = built(strict()).digest();
        CHECK(built(strict()).digest() == digest);
        PolicySources sources = strict();
        sources.settings_digest_input = "consumer_requires_consent=false";
        CHECK(built(sources).digest() != digest);
        sources = strict();
        sources.overrides = {override_of("CH", Treatment::Untracked)};
        CHECK(built(sources).digest() != digest);
        sources = strict();
        sources.pack_text += "\n# a comment\n";
        CHECK(built(sources).digest() == digest);
    }

    TEST_CASE("faults of packs and overrides are all named with their lines") {
        PolicySources sources = with_overlay();
        sources.pack_text += "[[row]]\ncode = \"QQ\"\ndefult = \"untracked\"\n";
        sources.overlays.front().second += "[[row]]\ncode = \"DE\"\n";
        sources.overrides = {override_of("Germany", Treatment::Untracked)};
        const auto policy = build_policy(sources, "candor.toml");
        REQUIRE_FALSE(policy);
        std::string all;
        for (const ConfigFault& fault : policy.error()) all += to_line(fault) + "\n";
        CAPTURE(all);
        CHECK(all.find("`row.code` `QQ` is not an ISO 3166 code") != std::string::npos);
        CHECK(all.find("unknown key `row.defult`; did you mean `default`?") != std::string::npos);
        CHECK(all.find("`pack.never` rules out") != std::string::npos);
        CHECK(all.find("candor.toml:7: `policy.override.Germany`") != std::string::npos);

        sources = strict();
        sources.pack_text = shipped_pack_text("legitimate-interest").value();
        CHECK_FALSE(build_policy(sources, "candor.toml"));
    }
}
