// The frozen table of token version 2, and both ways through it.
#include "policy/tokens/url_dictionary.h"

#include <doctest/doctest.h>

#include <set>

#include "policy/tokens/digest.h"

using namespace candor;
using policy::restored_url;
using policy::shortened_url;

TEST_SUITE("policy/url_dictionary") {
    TEST_CASE("the table is frozen: 128 different texts, and no byte of them ever changes") {
        std::string all;
        std::set<std::string> texts;
        for (int code = 0x80; code <= 0xFF; ++code) {
            const std::string text = restored_url(std::string(1, static_cast<char>(code)));
            CAPTURE(code);
            CHECK(text.size() >= 2);
            for (const char c : text) CHECK((c > ' ' && c < 0x7F));
            texts.insert(text);
            all += text + '\n';
        }
        CHECK(texts.size() == 128);
        // When this fails, links in delivered mail would lead elsewhere: undo the change. Another
        // table is another version of the token.
        CHECK(policy::sha256_hex(all) ==
              "dbc9e18ae0f26aac024f3e6b4eed7bad256f303524ac40beb520850b8a916d61");
    }

    TEST_CASE("the longest text that fits is taken, and one byte stands for it") {
        const std::pair<std::string, std::string> rows[] = {
            {"", ""},
            {"q", "q"},
            {"https://www.q.com/", "\x80q\x84"},
            {"http://q.com:8080", "\x83q\x8A:8080"},
            {"?utm_source=newsletter&utm_medium=email&utm_campaign=Q", "\x8FQ"},
            {"?utm_source=newsletter&utm_medium=Q", "\x8C\xA1\x8DQ"},
            {"HTTPS://WWW.Q.COM/", "HTTPS://WWW.Q.COM/"},
            {"#products", "#\xA4s"}};
        for (const auto& row : rows) {
            const auto& [url, codes] = row;
            CAPTURE(row.first);
            CHECK(shortened_url(url) == codes);
            CHECK(restored_url(codes) == url);
        }
    }

    TEST_CASE("codes that we would not choose mean the same") {
        CHECK(restored_url("\x81\x8Bq") == "https://www.q");
        CHECK(shortened_url("https://www.q") == "\x80q");
    }

    TEST_CASE("every ASCII byte is kept, and nothing gets longer") {
        std::string all;
        for (int c = 0; c < 0x80; ++c) all.push_back(static_cast<char>(c));
        CHECK(restored_url(shortened_url(all)) == all);
        CHECK(shortened_url(all).size() <= all.size());
    }
}
