// Organisational domains, IDN, alignment and country hints.
#include "policy/people/domains.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace candor::policy;

TEST_SUITE_BEGIN("policy/domains");

TEST_CASE("a domain becomes lower-case A-labels without a final dot") {
    struct Row {
        std::string in, out;
    };
    for (const Row& row : std::vector<Row>{
             {"ACME.Example", "acme.example"},
             {"acme.example.", "acme.example"},
             {"m\xC3\xBCnchen.example", "xn--mnchen-3ya.example"},
             {"M\xC3\x9CNCHEN.example", "xn--mnchen-3ya.example"},
             {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example"},
             {"fa\xC3\x9F.example", "xn--fa-hia.example"},  // non-transitional keeps the sharp s
             {"acme\xE3\x80\x82"
              "example",
              "acme.example"},  // ideographic full stop
             {"r3---sn-abc.video.example", "r3---sn-abc.video.example"},
             {"_dmarc.acme.example", "_dmarc.acme.example"},
             {"localhost", "localhost"}}) {
        CAPTURE(row.in);
        const auto ascii = to_ascii_domain(row.in);
        REQUIRE(ascii.has_value());
        CHECK(*ascii == row.out);
    }
}

TEST_CASE("what is no domain is Malformed") {
    using namespace std::string_literals;
    for (const std::string& bad :
         {""s, "."s, ".acme.example"s, "acme..example"s, "acme example"s, "a/b.example"s,
          "acme.example.."s, "[192.0.2.1]"s, "a\0b.example"s, "\xC3\xBC\0.example"s,
          "\xFF\xFE.example"s, "xn--\xC3\xBC.example"s, std::string(64, 'a') + ".example",
          std::string(2000, 'a'), "\xE2\x84\x80.example"s}) {
        CAPTURE(bad);
        const auto ascii = to_ascii_domain(bad);
        REQUIRE_FALSE(ascii.has_value());
        CHECK(ascii.error().fault == candor::Fault::Malformed);
    }
}

TEST_CASE("the organisational domain is one label below the public suffix") {
    struct Row {
        std::string in, out;
    };
    for (const Row& row : std::vector<Row>{{"mail.acme.co.uk", "acme.co.uk"},
                                           {"acme.co.uk", "acme.co.uk"},
                                           {"a.b.c.acme.com", "acme.com"},
                                           {"go.acme.example", "acme.example"},
                                           {"News.ACME.example.", "acme.example"},
                                           {"someone.github.io", "someone.github.io"},
                                           {"co.uk", ""},
                                           {"com", ""},
                                           {"github.io", ""},
                                           {"example", ""},
                                           {"192.0.2.1", ""},
                                           {"", ""},
                                           {".acme.com", ""},
                                           {"acme..com", ""}}) {
        CAPTURE(row.in);
        CHECK(organisational_domain(row.in) == row.out);
    }
}

TEST_CASE("names of one organisation are aligned, names of two are not") {
    CHECK(aligned("go.acme.example", "news.acme.example"));
    CHECK(aligned("go.acme.co.uk", "acme.co.uk"));
    CHECK_FALSE(aligned("go.acme.co.uk", "go.other.co.uk"));
    CHECK_FALSE(aligned("go.acme.example", "acme.example.evil.test"));
    CHECK_FALSE(aligned("one.github.io", "two.github.io"));
}

TEST_CASE("what has no organisation is aligned with nothing, not even with itself") {
    CHECK_FALSE(aligned("", ""));
    CHECK_FALSE(aligned("co.uk", "co.uk"));
    CHECK_FALSE(aligned("192.0.2.1", "192.0.2.1"));
}

TEST_CASE("a country ending hints at a country, a generic one at none") {
    struct Row {
        std::string in, out;
    };
    for (const Row& row : std::vector<Row>{{"acme.de", "DE"},
                                           {"acme.co.uk", "GB"},
                                           {"acme.DE.", "DE"},
                                           {"acme.eu", "EU"},
                                           {"acme.com", ""},
                                           {"acme.io", ""},
                                           {"acme.tv", ""},
                                           {"de", ""},
                                           {"", ""},
                                           {"acme.", ""},
                                           {"192.0.2.10", ""},
                                           {"acme.example", ""}}) {
        CAPTURE(row.in);
        CHECK(cctld_hint(row.in) == row.out);
    }
}

TEST_CASE("an internationalised country ending hints at its country too") {
    struct Row {
        std::string in, out;
    };
    for (const Row& row :
         std::vector<Row>{{"\xD1\x80\xD1\x84", "RU"},                                  // рф
                          {"\xE4\xB8\xAD\xE5\x9B\xBD", "CN"},                          // 中国
                          {"\xE4\xB8\xAD\xE5\x9C\x8B", "CN"},                          // 中國
                          {"\xE9\xA6\x99\xE6\xB8\xAF", "HK"},                          // 香港
                          {"\xE5\x8F\xB0\xE6\xB9\xBE", "TW"},                          // 台湾
                          {"\xE5\x8F\xB0\xE7\x81\xA3", "TW"},                          // 台灣
                          {"\xED\x95\x9C\xEA\xB5\xAD", "KR"},                          // 한국
                          {"\xD1\x83\xD0\xBA\xD1\x80", "UA"},                          // укр
                          {"\xD0\xB5\xD1\x8E", "EU"},                                  // ею
                          {"\xCE\xB5\xCF\x85", "EU"},                                  // ευ
                          {"\xCE\xB5\xCE\xBB", "GR"},                                  // ελ
                          {"\xD0\xB1\xD0\xB3", "BG"},                                  // бг
                          {"\xD7\x99\xD7\xA9\xD7\xA8\xD7\x90\xD7\x9C", "IL"},          // ישראל
                          {"\xE6\x96\xB0\xE5\x8A\xA0\xE5\x9D\xA1", "SG"},              // 新加坡
                          {"\xD8\xA7\xD9\x85\xD8\xA7\xD8\xB1\xD8\xA7\xD8\xAA", "AE"},  // امارات
                          {"\xD9\x85\xD8\xB5\xD8\xB1", "EG"},                          // مصر
                          {"\xD9\x82\xD8\xB7\xD8\xB1", "QA"},                          // قطر
                          {"\xE0\xB9\x84\xE0\xB8\x97\xE0\xB8\xA2", "TH"},              // ไทย
                          {"\xE0\xA4\xAD\xE0\xA4\xBE\xE0\xA4\xB0\xE0\xA4\xA4", "IN"},  // भारत
                          {"\xD8\xA7\xD9\x84\xD8\xB3\xD8\xB9\xD9\x88\xD8\xAF\xD9\x8A\xD8\xA9",
                           "SA"}}) {  // السعودية
        CAPTURE(row.out);
        const auto ascii = to_ascii_domain("acme." + row.in);
        REQUIRE(ascii.has_value());
        CAPTURE(*ascii);
        CHECK(cctld_hint(*ascii) == row.out);
    }
}

TEST_CASE("several threads may ask first") {
    std::vector<std::thread> threads;
    std::vector<std::string> answers(4);
    for (std::size_t k = 0; k < answers.size(); ++k) {
        threads.emplace_back([&answers, k] { answers[k] = organisational_domain("a.acme.co.uk"); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& answer : answers) CHECK(answer == "acme.co.uk");
}

TEST_SUITE_END();
