// Every row x evidence x class x consent x opt-out x segment x message, against a second rulebook
// that is slow, repeats itself and shares no code with the first: each sentence of the contract is
// one line of it.
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/policy/rulebook.h"

using namespace rulebook;

TEST_SUITE_BEGIN("policy/decide_table");

namespace {

// --- the second rulebook: strictness as a number, rows read from the pack with a plain reader ---

enum { individual = 0, aggregate = 1, untracked = 2, plaintext = 3, suppressed = 4 };

int number_of(const std::string& word) {
    static const std::map<std::string, int> numbers{{"individual", individual},
                                                    {"aggregate", aggregate},
                                                    {"untracked", untracked},
                                                    {"plaintext", plaintext}};
    return numbers.at(word);
}

using PlainRow = std::map<std::string, std::string>;

/// `key = "value"` and `key = true` lines below each [[row]], by code.
std::map<std::string, PlainRow> plain_rows(const std::string& name) {
    std::ifstream file(std::string{CANDOR_SOURCE_DIR "/policy/law/packs/"} + name + ".toml");
    REQUIRE(file.good());
    std::map<std::string, PlainRow> rows;
    PlainRow row;
    bool in_row = false;
    const auto keep = [&] {
        if (in_row) rows[row.at("code")] = row;
        row.clear();
    };
    for (std::string line; std::getline(file, line);) {
        if (line == "[[row]]") {
            keep();
            in_row = true;
        }
        const std::size_t equals = line.find(" = ");
        if (!in_row || line.starts_with('#') || equals == std::string::npos) continue;
        std::string value = line.substr(equals + 3);
        if (value.starts_with('"')) value = value.substr(1, value.find('"', 1) - 1);
        row[line.substr(0, equals)] = value;
    }
    keep();
    return rows;
}

const std::map<std::string, PlainRow>& pack() {
    static const auto rows = plain_rows("strict-2026");
    return rows;
}
const std::map<std::string, PlainRow>& overlay() {
    static const auto rows = plain_rows("legitimate-interest");
    return rows;
}

const std::set<std::string> members{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES",
                                    "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
                                    "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};

/// All that the table varies.
struct Point {
    std::string code;
    bool with_overlay = false;
    int recipient_class = 0;  // 0 unknown, 1 b2b, 2 b2c
    int consent = 0;          // 0 none, 1 valid, 2 withdrawn, 3 expired
    int assessment = 0;       // 0 none, 1 valid, 2 past review, 3 without ePrivacy analysis,
                              // 4 aggregate only, 5 draft
    int opt_out = 0;          // 0 none, 1 tracking, 2 all
    bool gpc = false;
    int segment = 0;         // 0 none, 1 high-sensitivity, 2 untracked by the operator
    int evidence = 0;        // 0 all on file, 1 no notice, 2 no contract, 3 contract without terms
    int message = 0;         // 0 a campaign, 1 none, 2 no visible opt-out, 3 application's own
                             // opt-out, 4 misaligned, 5 no key of today, 6 an ad network,
                             // 7 the opt-out page untested, 8 purge overdue
    int asked = individual;  // what the message asks for
};

std::string row_code(const std::string& code) {
    if (pack().count(code) > 0) return code;
    const std::string country = code.substr(0, 2);
    if (pack().count(country) > 0) return country;
    if (members.count(country) > 0) return "EU";
    return "ZZ";
}

int expected(const Point& p) {
    if (p.opt_out == 2) return suppressed;

    const std::string code = row_code(p.code);
    PlainRow row = pack().at(code);
    bool needs_analysis = false;
    if (p.with_overlay && overlay().count(code) > 0) {
        row["with_legitimate_interest"] = overlay().at(code).at("with_legitimate_interest");
        needs_analysis = overlay().at(code).count("needs_eprivacy_analysis") > 0;
    }
    const int by_default = number_of(row.at("default"));
    const int by_consent = number_of(row.at("with_consent"));
    const int by_interest = number_of(row.at("with_legitimate_interest"));

    // The basis: the loosest that holds.
    int treatment = by_default;
    if (p.recipient_class != 1 && treatment < aggregate) treatment = aggregate;
    if (p.opt_out == 0) {
        if (p.consent == 1 && by_consent < treatment) treatment = by_consent;
        if (p.recipient_class == 1) {
            for (int wanted = plaintext; wanted >= individual; --wanted) {
                if (wanted < by_interest || wanted >= treatment) continue;
                bool covered = p.assessment == 1 || p.assessment == 3 || p.assessment == 4;
                if (p.assessment == 3 && needs_analysis && wanted == individual) covered = false;
                if (p.assessment == 4 && wanted == individual) covered = false;
                if (covered) treatment = wanted;
            }
        }
    }
    // The recipient's own choices.
    if (p.opt_out == 1 && treatment < untracked) treatment = untracked;
    if (p.gpc && treatment < aggregate) treatment = aggregate;
    // Segments, and what the message asks for.
    if (p.segment == 1 && treatment < plaintext) treatment = plaintext;
    if (p.segment == 2 && treatment < untracked) treatment = untracked;
    if (treatment < p.asked) treatment = p.asked;
    // Preconditions of anything above untracked.
    if (treatment == individual && p.message == 5) treatment = aggregate;
    if (treatment < untracked) {
        bool holds = true;
        if (treatment == aggregate && p.message == 1) holds = false;
        if (p.message == 2 || p.message == 3 || p.message == 4 || p.message == 6) holds = false;
        if (p.message == 7 || p.message == 8) holds = false;
        if (p.evidence == 1 || p.evidence == 2) holds = false;
        if (p.evidence == 3 && row.count("needs_service_provider_terms") > 0) holds = false;
        if (!holds) treatment = untracked;
    }
    return treatment;
}

// --- the same point, as facts for the first ---

Lia assessment_of(int kind) {
    Lia one = lia({"EU", "GB", "NO", "IS", "LI", "CH", "US", "CA", "AU", "NZ", "BR", "JP", "ZZ"});
    for (const auto& [code, row] : pack()) one.jurisdictions.push_back(code);
    if (kind == 2) one.review_by = noon;
    if (kind == 3) one.eprivacy_analysis.clear();
    if (kind == 4) one.treatments = {Treatment::Aggregate};
    if (kind == 5) one.status = "draft";
    return one;
}

Policy policy_of(const Point& p) {
    Policy policy = p.with_overlay ? with_overlay() : strict();
    policy.settings.segments["minors"] = Treatment::Untracked;
    if (p.assessment != 0) policy.evidence.lias = {assessment_of(p.assessment)};
    if (p.evidence == 1) policy.evidence.privacy_notices.clear();
    if (p.evidence == 3) policy.evidence.dpas = {dpa("hoster")};
    return policy;
}

Case case_of(const Point& p) {
    Case c(p.code, static_cast<RecipientClass>(p.recipient_class));
    if (p.consent != 0) {
        Consent one = consent();
        if (p.consent == 2) one.withdrawn_at = noon - days{1};
        if (p.consent == 3) one.expires_at = noon - days{1};
        c.facts.person.consents = {one};
    }
    c.facts.person.opt_outs = {p.opt_out == 2, p.opt_out == 1};
    c.contact().gpc = p.gpc;
    if (p.segment == 1) c.contact().segments = {"high-sensitivity"};
    if (p.segment == 2) c.contact().segments = {"minors"};
    if (p.evidence >= 2) {
        c.controller.self_hosted = false;
        c.controller.processors = {"hoster"};
    }
    MessageFacts& message = c.facts.message;
    if (p.message == 1) message.has_campaign = false;
    if (p.message == 2) message.visible_opt_out = false;
    if (p.message == 3) message.header_opt_out = HeaderOptOut::ApplicationUnfed;
    if (p.message == 4) message.from_domain = "other.example";
    if (p.message == 5) message.daily_key = false;
    if (p.message == 6) message.ad_network = "Meta";
    if (p.message == 7) message.opt_out_tested = false;
    if (p.message == 8) message.purge_on_time = false;
    if (p.asked != individual) message.requested = static_cast<Treatment>(p.asked);
    return c;
}

struct Tally {
    std::size_t points = 0;
    std::map<Treatment, std::size_t> treatments;

    void compare(const Point& p, const Policy& policy) {
        const Decision decision = case_of(p).decide(policy);
        ++points;
        ++treatments[decision.treatment];
        if (static_cast<int>(decision.treatment) == expected(p)) return;
        FAIL_CHECK("code " << p.code << " overlay " << p.with_overlay << " class "
                           << p.recipient_class << " consent " << p.consent << " assessment "
                           << p.assessment << " opt-out " << p.opt_out << " gpc " << p.gpc
                           << " segment " << p.segment << " evidence " << p.evidence << " message "
                           << p.message << " asked " << p.asked << ": "
                           << to_string(decision.treatment) << ", expected " << expected(p) << "; "
                           << words_of(decision));
    }
};

std::vector<std::string> all_codes() {
    std::vector<std::string> codes{"US-NY", "FR-75", "DE-BY", "CA-ON", "XX", "BR-SP"};
    for (const auto& [code, row] : pack()) codes.push_back(code);
    return codes;
}

}  // namespace

TEST_CASE("jurisdiction x overlay x class x consent x assessment x opt-out, every combination") {
    Tally tally;
    for (const bool with_overlay : {false, true}) {
        for (int assessment = 0; assessment < 6; ++assessment) {
            Point p;
            p.with_overlay = with_overlay;
            p.assessment = assessment;
            const Policy policy = policy_of(p);
            for (const std::string& code : all_codes()) {
                for (int i = 0; i < 3 * 4 * 3; ++i) {
                    p.code = code;
                    p.recipient_class = i % 3;
                    p.consent = i / 3 % 4;
                    p.opt_out = i / 12;
                    tally.compare(p, policy);
                }
            }
        }
    }
    CHECK(tally.points == 2 * 6 * all_codes().size() * 36);
    CHECK(tally.points > 30000);
    for (const auto& entry : tally.treatments) {
        CAPTURE(to_string(entry.first));
        CHECK(entry.second > 500);
    }
    CHECK(tally.treatments.size() == 5);
}

TEST_CASE("rows of every shape x segment x evidence on file x message x request") {
    Tally tally;
    for (int evidence = 0; evidence < 4; ++evidence) {
        for (const int assessment : {0, 1, 4}) {
            Point p;
            p.evidence = evidence;
            p.assessment = assessment;
            const Policy policy = policy_of(p);
            for (const auto* code : {"US-CO", "US-CA", "US", "IT", "ES", "FR", "DE", "ZZ", "XX"}) {
                for (int i = 0; i < 2 * 2 * 3 * 9 * 4 * 2; ++i) {
                    p.code = code;
                    p.recipient_class = 1 + i % 2;
                    p.gpc = i / 2 % 2 == 1;
                    p.segment = i / 4 % 3;
                    p.message = i / 12 % 9;
                    p.asked = i / 108 % 4;
                    p.consent = i / 432;
                    tally.compare(p, policy);
                }
            }
        }
    }
    CHECK(tally.points == 4 * 3 * 9 * 864);
    CHECK(tally.treatments[Treatment::Individual] > 200);
    CHECK(tally.treatments[Treatment::Aggregate] > 500);
}

TEST_SUITE_END();
