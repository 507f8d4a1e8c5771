// The packs that ship, and how overlays and overrides change them.
#include "policy/law/packs.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "policy/law/pack_text.h"

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

TEST_SUITE("policy/law/packs") {
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
        for (const Case& c :
             {Case{"US-CA", "US-CA"}, {"US-NY", "US"},  {"us-ca", "US-CA"}, {"UK", "GB"},
              {"EL", "GR"},           {"RE", "FR"},     {"GP", "FR"},       {"gf", "FR"},
              {"MQ", "FR"},           {"YT", "FR"},     {"MF", "FR"},       {"FR-971", "FR"},
              {"AX", "FI"},           {"UK-ENG", "GB"}, {"CA-QC", "CA-QC"}, {"CA-ON", "CA"},
              {"DE-BY", "DE"},        {"BT", "ZZ"},     {"", "ZZ"},         {"nonsense", "ZZ"}}) {
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
        // Every member state, its parts and what has only another name for one.
        for (const std::string_view member :
             {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES",    "FI",   "FR",
              "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",    "NL",   "PL",
              "PT", "RO", "SE", "SI", "SK", "EL", "RE", "AX", "IT-25", "DE-BY"}) {
            CAPTURE(member);
            CHECK(is_eu_member(member));
            CHECK(policy.row_for(member).code == "EU");
        }
        for (const std::string_view other : {"GB", "UK", "CH", "NO", "IS", "LI", "MC", "EU-X"}) {
            CAPTURE(other);
            CHECK_FALSE(is_eu_member(other));
            CHECK(policy.row_for(other).code == (other == "EU-X" ? "EU" : "ZZ"));
        }
    }

    TEST_CASE("of an overlay in the place of a pack that alone is said") {
        const PolicySources sources = with_overlay();
        std::vector<ConfigFault> faults;
        (void)read_pack(sources.overlays.front().second, "overlay.toml", PackKind::Pack, faults);
        REQUIRE(faults.size() == 1);
        CHECK(faults.front().message.find("this is an overlay") != std::string::npos);
    }
    TEST_CASE("what an overlay or override changed can be seen against the pack") {
        PolicySources sources = with_overlay();
        sources.overlays.front().second +=
            "[[row]]\ncode = \"CH\"\nopen_pixel = \"no\"\nsource = \"Memo 7\"\n"
            "confidence = \"low\"\nnote = \"why\"\n";
        sources.overrides = {override_of("CA-ON", Treatment::Plaintext)};
        RowOverride pixel;
        pixel.code = "UK";
        pixel.open_pixel = OpenPixel::No;
        sources.overrides.push_back(pixel);
        const EffectivePolicy policy = built(sources);
        CHECK(policy.row_for("NL").with_legitimate_interest == Treatment::Individual);
        CHECK(policy.pack_row_for("NL").with_legitimate_interest == Treatment::Aggregate);
        CHECK(policy.pack_row_for("CA-ON").code == "CA");
        CHECK(policy.row_for("CA-ON").overridden);
        CHECK_FALSE(policy.row_for("CA").overridden);
        // It sets no treatment, so the rule still names who did; that it is overridden is known.
        CHECK(policy.row_for("GB").overridden);
        CHECK(policy.row_for("GB").layer == "legitimate-interest");
        // The law that an overlay names stands instead of the pack's.
        CHECK(policy.row_for("CH").source == "Memo 7");
        CHECK(policy.row_for("CH").confidence == "low");
        CHECK(policy.row_for("CH").note == "why");
        CHECK(policy.row_for("NL").source == policy.pack_row_for("NL").source);
    }

    TEST_CASE("facts are as old as the oldest layer, and old after twelve months") {
        PolicySources sources = with_overlay();
        std::string& overlay = sources.overlays.front().second;
        const std::string date = "facts_date = 2026-11-23";
        overlay.replace(overlay.find("\n" + date) + 1, date.size(), "facts_date = 2024-02-29");
        const EffectivePolicy policy = built(sources);
        CHECK(policy.facts_date() == "2024-02-29");
        CHECK(policy.facts_of() == "legitimate-interest");
        CHECK(policy.pack_name() == "strict-2026");
        CHECK(policy.digest() != built(with_overlay()).digest());

        using namespace std::chrono;
        using day_of_month = std::chrono::day;
        const auto day = [](int y, unsigned m, unsigned d) {
            return Instant{sys_days{year{y} / month{m} / day_of_month{d}}};
        };
        CHECK_FALSE(policy.facts_are_old(day(2025, 2, 28) + hours{23}));
        CHECK(policy.facts_are_old(day(2025, 3, 1)));
        const EffectivePolicy pack = built(strict());
        CHECK(pack.facts_of() == "strict-2026");
        CHECK_FALSE(pack.facts_are_old(day(2027, 11, 23)));
        CHECK(pack.facts_are_old(day(2027, 11, 24)));
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
