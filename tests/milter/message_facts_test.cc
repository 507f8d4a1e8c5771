#include "milter/message_facts.h"

#include <doctest/doctest.h>

#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using policy::HeaderOptOut;
using policy::Treatment;

std::vector<rewriter::Header> one(const std::string& name, const std::string& value) {
    return {{name, " " + value}};
}

}  // namespace

TEST_SUITE("milter/message_facts") {
    TEST_CASE("a campaign is named by the first source that says something") {
        policy::Stream stream;
        struct Row {
            const char* name;
            const char* value;
            const char* expected;
        };
        for (const Row& row :
             {Row{"X-Candor-Campaign", "spring sale", "spring sale"},
              Row{"Feedback-ID", "c42:customer:mail:acme", "c42"},
              Row{"List-Id", "News of Acme <news.acme.example>", "news.acme.example"}}) {
            CAPTURE(row.name);
            CHECK(milter::campaign_name(stream, one(row.name, row.value)) == row.expected);
        }
        CHECK(!milter::campaign_name(stream, {}));
        stream.campaign_from = {policy::CampaignSource::Fixed};
        stream.campaign = "always";
        CHECK(milter::campaign_name(stream, {}) == "always");
    }

    TEST_CASE("other systems' spellings of do-not-track restrict, and an unknown word does too") {
        struct Row {
            const char* name;
            const char* value;
            std::optional<Treatment> expected;
        };
        const auto untracked = Treatment::Untracked;
        for (const Row& row :
             {Row{"X-Candor-Treatment", "Aggregate", Treatment::Aggregate},
              Row{"X-Candor-Treatment", "nonsense", untracked},
              Row{"X-AMP", "skip", untracked},
              Row{"X-Mailgun-Track", "no", untracked},
              Row{"x-mailgun-track", "FALSE", untracked},
              Row{"X-Mailgun-Track", "yes", {}},
              Row{"X-Mailgun-Track-Clicks", "no", untracked},
              Row{"X-Mailgun-Track-Clicks", "yes", {}},
              Row{"X-PM-TrackLinks", "None", untracked},
              Row{"X-PM-TrackLinks", "HtmlAndText", {}},
              Row{"X-MSYS-API", R"({"options":{"click_tracking": false}})", untracked},
              Row{"X-MSYS-API",
                  R"({"options":{"click_tracking": true, "open_tracking":false}})",
                  {}},
              Row{"X-MSYS-API", R"({"metadata":{"click_tracking": false}})", {}},
              Row{"X-SMTPAPI", "{\"filters\":{\"clicktrack\":\n {\"settings\":{\"enable\":0}}}}",
                  untracked},
              Row{"X-SMTPAPI", R"({"filters":{"clicktrack":{"settings":{"enable":"0"}}}})",
                  untracked},
              Row{"X-SMTPAPI",
                  R"({"filters":{"clicktrack":{"settings":{"enable":1}},"x":{"enable":0}}})",
                  {}},
              Row{"X-SMTPAPI", "not JSON", {}},
              Row{"X-Mailjet-TrackClick", "0", untracked},
              Row{"X-MJ-TrackClick", "2", {}},
              Row{"X-EE-Tracking-Enabled", "false", untracked},
              Row{"X-EE-Tracking-Enabled", "off", untracked},
              Row{"X-EE-Tracking-Enabled", "true", {}},
              Row{"X-No-Track", "", untracked}}) {
            CAPTURE(row.name);
            CAPTURE(row.value);
            CHECK(milter::requested(one(row.name, row.value)).treatment == row.expected);
        }
    }

    TEST_CASE("a mark may speak of opens, or of the links of one part only") {
        CHECK(milter::requested(one("X-Mailgun-Track-Opens", "no")).no_open_pixel);
        CHECK(milter::requested(one("X-PM-TrackOpens", "false")).no_open_pixel);
        CHECK(milter::requested(one("X-AMP", "skip")).no_open_pixel);
        CHECK(!milter::requested(one("X-PM-TrackLinks", "none")).no_open_pixel);
        CHECK(milter::requested(one("X-Mailgun-Track-Clicks", "htmlonly")).keep_text_links);
        const auto text_only = milter::requested(one("X-PM-TrackLinks", "TextOnly"));
        CHECK(text_only.keep_html_links);
        CHECK(!text_only.keep_text_links);
        CHECK(!text_only.treatment);
    }

    TEST_CASE("the strictest of several wishes counts") {
        const std::vector<rewriter::Header> headers{{"X-Candor-Treatment", " individual"},
                                                    {"X-No-Track", " 1"},
                                                    {"X-Mailgun-Track", " yes"},
                                                    {"X-Candor-Treatment", " aggregate"}};
        const auto request = milter::requested(headers);
        CHECK(request.treatment == Treatment::Untracked);
        CHECK(request.header == "X-No-Track");
    }

    TEST_CASE("who answers for the header opt-out") {
        policy::Stream stream;
        const auto theirs = one("List-Unsubscribe", "<https://app.example/leave>");
        const auto ours = one("List-Unsubscribe", "<https://go.acme.example/u/AbC>");
        const std::vector<std::string> host{"go.beta.example", "go.acme.example"};
        CHECK(milter::header_opt_out(stream, {}, host, false) == HeaderOptOut::Ours);
        CHECK(milter::header_opt_out(stream, theirs, host, false) ==
              HeaderOptOut::ApplicationUnfed);
        CHECK(milter::header_opt_out(stream, theirs, host, true) == HeaderOptOut::ApplicationFed);
        CHECK(milter::header_opt_out(stream, ours, host, false) == HeaderOptOut::Ours);
        stream.list_unsubscribe = policy::ListUnsubscribe::Replace;
        CHECK(milter::header_opt_out(stream, theirs, host, false) == HeaderOptOut::Ours);
        stream.list_unsubscribe = policy::ListUnsubscribe::Keep;
        const auto placed = one("List-Unsubscribe", "<candor:unsubscribe>");
        CHECK(milter::header_opt_out(stream, placed, host, false) == HeaderOptOut::Ours);
        CHECK(milter::header_opt_out(stream, {}, host, false) == HeaderOptOut::ApplicationUnfed);
        CHECK(milter::header_opt_out(stream, {}, host, true) == HeaderOptOut::ApplicationUnfed);
    }

    TEST_CASE("a token of ours is found by host and kind, and nothing else is taken for one") {
        const std::string host = "go.acme.example";
        CHECK(milter::own_token("https://go.acme.example/c/AbC_9", host, 'c') == "AbC_9");
        CHECK(milter::own_token("http://GO.acme.example/c/AbC?x=1#y", host, 'c') == "AbC");
        CHECK(!milter::own_token("https://go.acme.example/u/AbC", host, 'c'));
        CHECK(!milter::own_token("https://evil.example/c/AbC", host, 'c'));
        CHECK(!milter::own_token("https://go.acme.example/c/", host, 'c'));
        CHECK(!milter::own_token("https://go.acme.example", host, 'c'));
        CHECK(!milter::own_token("https://x.example/c/AbC", "", 'c'));
    }

    TEST_CASE("every X-Candor field is removed, whatever its case and number") {
        const std::vector<rewriter::Header> headers{{"x-candor-note", " 1"},
                                                    {"Subject", " s"},
                                                    {"X-Candor-Note", " 2"},
                                                    {"X-Candor", " no"}};
        const auto edits = milter::remove_control_headers(headers);
        REQUIRE(edits.size() == 2);
        CHECK(edits[0].index == 1);
        CHECK(edits[1].index == 2);
    }

    TEST_CASE("any number of control fields is gone through once, and is too many beyond 100") {
        std::vector<rewriter::Header> headers(milter::max_control_fields, {"X-Candor-Note", " 1"});
        headers.push_back({"Subject", " s"});
        CHECK(!milter::too_many_control_fields(headers));
        headers.resize(120'000, {"x-candor-note", " 1"});
        CHECK(milter::too_many_control_fields(headers));
        CHECK(milter::remove_control_headers(headers).back().index == 119'999);
    }

    TEST_CASE("marks of other systems stay: a second pass or a relay behind us must see them") {
        CHECK(milter::remove_control_headers(one("X-No-Track", "1")).empty());
        CHECK(milter::remove_control_headers(one("X-SMTPAPI", "{}")).empty());
    }
}

}  // namespace candor::tests
