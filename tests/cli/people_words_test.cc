#include "cli/people_words.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/fakes.h"

namespace candor::tests {

TEST_SUITE("cli/people_words") {
    TEST_CASE("what is written is read as the same") {
        for (const auto purpose : {policy::ConsentPurpose::Click, policy::ConsentPurpose::Open,
                                   policy::ConsentPurpose::Profile}) {
            CHECK(cli::purpose_from(cli::to_word(purpose)) == purpose);
        }
        for (const auto scope : {policy::OptOutScope::All, policy::OptOutScope::Tracking}) {
            CHECK(cli::scope_from(cli::to_word(scope)) == scope);
        }
        for (const auto source : {policy::OptOutSource::OneClick, policy::OptOutSource::Page,
                                  policy::OptOutSource::Operator, policy::OptOutSource::Import,
                                  policy::OptOutSource::Reply}) {
            CHECK(cli::opt_out_source_from(cli::to_word(source)) == source);
        }
        CHECK(cli::to_word(policy::RecipientClass::B2b) == "b2b");
    }

    TEST_CASE("every reason of a verdict has a word of its own") {
        std::set<std::string_view> words;
        for (int number = 0; number <= 10; ++number) {
            words.insert(cli::to_word(static_cast<policy::VerdictReason>(number)));
        }
        CHECK(words.size() == 11);
        CHECK_FALSE(words.contains(""));
        CHECK(cli::to_word(policy::VerdictReason::Honeypot) == "honeypot");
        CHECK(cli::to_word(static_cast<policy::VerdictReason>(11)).empty());  // of a later program
    }

    TEST_CASE("an opt-out without a scope is one from everything; no other word passes") {
        CHECK(cli::scope_from("") == policy::OptOutScope::All);
        CHECK_FALSE(cli::scope_from("some"));
        CHECK_FALSE(cli::purpose_from(""));
        CHECK_FALSE(cli::opt_out_source_from("crm"));
    }

    TEST_CASE("a moment is written in UTC to the second") {
        CHECK(cli::to_text(noon) == "2026-11-23T12:00:00Z");
        CHECK(cli::to_text(std::nullopt).empty());
    }
}

}  // namespace candor::tests
