// Globs, and which stream a message belongs to.
#include "policy/config/streams.h"

#include <doctest/doctest.h>

using namespace candor::policy;

namespace {

Stream stream_with(std::string name, StreamMatch match) {
    Stream stream;
    stream.name = std::move(name);
    stream.match = std::move(match);
    return stream;
}

StreamMatch by_sender(std::string glob) {
    StreamMatch match;
    match.sender = {std::move(glob)};
    return match;
}

StreamMatch by_header(std::string name, std::string glob) {
    StreamMatch match;
    match.header = {{std::move(name), std::move(glob)}};
    return match;
}

using Headers = std::vector<StreamQuery::HeaderView>;

StreamQuery query(std::string_view sender) {
    StreamQuery asked;
    asked.sender = sender;
    return asked;
}

}  // namespace

TEST_SUITE("policy/streams") {
    TEST_CASE("a glob matches the whole text without case") {
        struct Row {
            std::string_view pattern, text;
            bool matches;
        };
        for (const Row& row : {Row{"*@a.example", "X@A.example", true},
                               {"*@a.example", "x@b.example", false},
                               {"", "", true},
                               {"", "a", false},
                               {"*", "", true},
                               {"?", "", false},
                               {"a?c", "abc", true},
                               {"a*b*c", "aXbYbZc", true},
                               {"a*b*c", "aXbYbZ", false},
                               {"**", "x", true},
                               {"*ab", "aab", true}}) {
            CAPTURE(row.pattern);
            CAPTURE(row.text);
            CHECK(glob_match(row.pattern, row.text) == row.matches);
        }
    }

    TEST_CASE("a hostile glob and text end soon") {
        std::string pattern;
        for (int i = 0; i < 100; ++i) pattern += "a*";
        CHECK_FALSE(glob_match(pattern + "b", std::string(20000, 'a')));
    }

    TEST_CASE("the first stream that matches wins") {
        const std::vector<Stream> streams{stream_with("one", by_sender("*@a.example")),
                                          stream_with("two", by_sender("*"))};
        CHECK(find_stream(streams, query("x@a.example")).stream->name == "one");
        CHECK(find_stream(streams, query("x@b.example")).stream->name == "two");
        CHECK(find_stream({}, query("x@b.example")).kind == StreamAnswer::Kind::None);
    }

    TEST_CASE("a stream that asks for headers waits for them, and only if the envelope matches") {
        StreamMatch both = by_header("X-Kind", "promo*");
        both.sender = {"*@a.example"};
        const std::vector<Stream> streams{stream_with("promo", both),
                                          stream_with("rest", by_sender("*"))};
        CHECK(find_stream(streams, query("x@a.example")).kind == StreamAnswer::Kind::NeedsHeaders);
        CHECK(find_stream(streams, query("x@b.example")).stream->name == "rest");

        const Headers blank{{"X-Kind", " \r\n"}};
        StreamQuery unsaid = query("x@a.example");
        unsaid.headers = blank;
        CHECK(find_stream(streams, unsaid).stream->name == "rest");
        const Headers headers{{"x-kind", " Promotion\r\n"}};
        StreamQuery known = query("x@a.example");
        known.headers = headers;
        CHECK(find_stream(streams, known).stream->name == "promo");
        known.headers = std::span<const StreamQuery::HeaderView>{};
        CHECK(find_stream(streams, known).stream->name == "rest");
    }

    TEST_CASE("streams match by client network, IPv4 and IPv6, and by daemon name") {
        StreamMatch crm;
        crm.client_address = {"192.0.2.7", "10.20.0.0/16", "2001:db8:7::/48"};
        StreamMatch submission;
        submission.daemon_name = {"submission*"};
        const std::vector<Stream> streams{stream_with("crm", crm),
                                          stream_with("submission", submission)};
        const auto name_of = [&](std::string_view client, std::string_view daemon) {
            StreamQuery asked = query("x@a.example");
            asked.client_address = client;
            asked.daemon_name = daemon;
            const StreamAnswer answer = find_stream(streams, asked);
            return answer.stream == nullptr ? std::string{} : answer.stream->name;
        };
        CHECK(name_of("192.0.2.7", "") == "crm");
        CHECK(name_of("192.0.2.8", "").empty());
        CHECK(name_of("10.20.255.1", "") == "crm");
        CHECK(name_of("10.21.0.1", "").empty());
        CHECK(name_of("2001:db8:7:1::9", "") == "crm");
        CHECK(name_of("2001:db8:8::9", "").empty());
        CHECK(name_of("198.51.100.1", "Submission-465") == "submission");
        CHECK(name_of("10.20.0.1", "submission") == "crm");  // the first match wins
        CHECK(name_of("", "smtpd").empty());
    }

    TEST_CASE("every list that is given must match, and one entry of it is enough") {
        StreamMatch all;
        all.sasl_user = {"crm", "crm-*"};
        all.sender = {"*@a.example"};
        all.from = {"*@news.a.example", "offers@a.example"};
        all.client_address = {"10.0.0.0/8"};
        all.daemon_name = {"smtp"};
        all.header = {{"List-Id", "*news*"}, {"X-Mailer", "crm*"}};
        const std::vector<Stream> streams{stream_with("all", all)};
        const Headers headers{{"Subject", "x"}, {"X-Mailer", "CRM 7"}};
        StreamQuery right = query("bounce@a.example");
        right.sasl_user = "crm-2";
        right.from = "offers@a.example";
        right.client_address = "10.9.8.7";
        right.daemon_name = "smtp";
        right.headers = headers;
        const auto matches = [&](const StreamQuery& asked) {
            return find_stream(streams, asked).kind == StreamAnswer::Kind::Matched;
        };
        CHECK(matches(right));
        StreamQuery one_wrong = right;
        one_wrong.sasl_user = "sales";
        CHECK_FALSE(matches(one_wrong));
        one_wrong = right;
        one_wrong.sender = "bounce@b.example";
        CHECK_FALSE(matches(one_wrong));
        one_wrong = right;
        one_wrong.from = "offers@b.example";
        CHECK_FALSE(matches(one_wrong));
        one_wrong = right;
        one_wrong.client_address = "11.0.0.1";
        CHECK_FALSE(matches(one_wrong));
        one_wrong = right;
        one_wrong.daemon_name = "submission";
        CHECK_FALSE(matches(one_wrong));
        one_wrong = right;
        const Headers others{{"X-Mailer", "mutt"}};
        one_wrong.headers = others;
        CHECK_FALSE(matches(one_wrong));
    }

    TEST_CASE("the address in From is known with the headers, and an unreadable one is nobody's") {
        StreamMatch match;
        match.from = {"*"};
        const std::vector<Stream> streams{stream_with("written", match)};
        StreamQuery asked = query("bounce@mailer.example");
        CHECK(find_stream(streams, asked).kind == StreamAnswer::Kind::NeedsHeaders);
        asked.headers = std::span<const StreamQuery::HeaderView>{};
        CHECK(find_stream(streams, asked).kind == StreamAnswer::Kind::None);
        asked.from = "news@a.example";
        CHECK(find_stream(streams, asked).kind == StreamAnswer::Kind::Matched);
    }

    TEST_CASE("a star for the SASL user means somebody who logged in") {
        StreamMatch match;
        match.sasl_user = {"*"};
        const std::vector<Stream> streams{stream_with("auth", match)};
        StreamQuery asked = query("x@a.example");
        CHECK(find_stream(streams, asked).kind == StreamAnswer::Kind::None);
        asked.sasl_user = "crm";
        CHECK(find_stream(streams, asked).kind == StreamAnswer::Kind::Matched);
    }

    TEST_CASE("bulk mail that nobody named is marketing mail") {
        const std::vector<Stream> streams = bulk_unlisted_streams("acme");
        REQUIRE(streams.size() == 1);
        CHECK(streams.front().controller == "acme");
        CHECK(streams.front().kind == StreamKind::Marketing);
        struct Row {
            std::string_view name, value;
            bool matches;
        };
        for (const Row& row : {Row{"List-Unsubscribe", "<mailto:a@b.example>", true},
                               {"list-id", "x", true},
                               {"Feedback-ID", "x", true},
                               {"Precedence", "Bulk", true},
                               {"Precedence", "list", false},
                               {"Subject", "bulk", false}}) {
            CAPTURE(row.name);
            const Headers headers{{row.name, row.value}};
            StreamQuery asked = query("x@a.example");
            asked.headers = headers;
            CHECK((find_stream(streams, asked).kind == StreamAnswer::Kind::Matched) == row.matches);
        }
    }
}
