// What gateways, readers and people do to a link, and that it opens all the same; what cannot be
// put right stays a refusal.
#include "tracker/token_spellings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/ascii.h"
#include "tests/fakes.h"

namespace candor::tracker {
namespace {

using tests::noon;

std::string token_of(std::uint16_t ordinal) {
    static const tests::FixedKeys keys;
    const policy::RecipientId anna = tests::id_of("anna@example.com");
    const auto token =
        policy::seal(*keys.ring(), policy::IndividualLink{0, 7, anna.prefix(), ordinal, noon, 5,
                                                          "https://acme.example/offer?a=1#top"});
    REQUIRE(token);
    return *token;
}

bool opens(std::string_view written) {
    static const tests::FixedKeys keys;
    const auto opened = open_any_spelling(*keys.ring(), written, noon, policy::Identity::Open);
    return opened && std::holds_alternative<policy::IndividualLink>(*opened);
}

/// `token` with each character that a gateway might escape written as `%XX`, or all of them.
std::string escaped(std::string_view token, bool all) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : token) {
        if (!all && policy::is_ascii_alnum(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

/// Cut in two where a mailer would wrap it.
std::string wrapped(std::string_view token, std::string_view with) {
    const std::size_t middle = token.size() / 2;
    return std::string{token.substr(0, middle)} + std::string{with} +
           std::string{token.substr(middle)};
}

using Spelling = std::pair<const char*, std::string>;

std::vector<Spelling> spellings_of(const std::string& token) {
    const std::string once = escaped(token, true);
    const std::string twice = replaced(once, "%", "%25");
    return {
        {"as it was", token},
        {"escaped", once},
        {"escaped twice", twice},
        {"escaped three times", replaced(twice, "%", "%25")},
        {"- and _ as a gateway writes them", replaced(replaced(token, "-", "-2D"), "_", "-5F")},
        {"the same in lower case", replaced(replaced(token, "-", "-2d"), "_", "-5f")},
        {"a full stop", token + "."},
        {"a bracket and a full stop", token + ")."},
        {"a quote, escaped", token + "%22"},
        {"an angle bracket, escaped twice", token + "%253E"},
        {"an ellipsis", token + "%E2%80%A6"},
        {"italics", token + "_"},
        {"a dash", token + "--"},
        {"a slash", token + "/"},
        {"a session", token + ";jsessionid=1A2B"},
        {"a parameter without a question mark", token + "&utm_source=x"},
        {"a question mark, escaped", token + "%3Futm_source=x"},
        {"the rest of the tag", token + "%22%20target=%22_blank"},
        {"the words behind it", token + "%20to%20the%20offer"},
        {"the next link", token + "https://go.acme.example/c/x"},
        {"its closing tag", token + "%3C/a%3E"},
        {"wrapped with a line end", wrapped(token, "%0D%0A")},
        {"wrapped with a blank", wrapped(token, "%20")},
        {"wrapped with a form's blank", wrapped(token, "+")},
        {"wrapped as quoted-printable", wrapped(token, "=%0D%0A")},
        {"wrapped, the line end gone", wrapped(token, "=")},
        {"a soft hyphen", wrapped(token, "%C2%AD")},
        {"a zero width space", wrapped(token, "%E2%80%8B")},
        {"all of it", replaced(wrapped(escaped(token, false), "%0D%0A"), "%", "%25") + "%22)."},
    };
}

}  // namespace

TEST_SUITE_BEGIN("tracker/token_spellings");

TEST_CASE("a link opens whatever was done to it that can be undone") {
    for (std::uint16_t ordinal = 0; ordinal < 300; ++ordinal) {
        const std::string token = token_of(ordinal);
        for (const auto& row : spellings_of(token)) {
            const auto& [name, spelling] = row;
            CAPTURE(row.first);
            CAPTURE(row.second);
            CHECK(opens(spelling));
        }
    }
}

TEST_CASE("what cannot be undone is no token, and no other one") {
    const std::string token = token_of(1);
    std::string lower = token;
    std::ranges::transform(lower, lower.begin(), policy::ascii_lower);
    for (const std::string& spelling :
         {lower, token.substr(0, token.size() / 2), token.substr(1), "x" + token, token + "/x",
          token + "/" + token, token + token, std::string{}, std::string("%"), std::string("="),
          "https://evil.example/" + token, std::string(12000, '%'), std::string(12000, 'A'),
          std::string(6000, '=') + token.substr(0, 20)}) {
        CAPTURE(spelling);
        CHECK_FALSE(opens(spelling));
    }
}

TEST_CASE("a token as it was is opened without a guess, and few are tried of any other") {
    CHECK(repaired_tokens("").empty());
    CHECK(repaired_tokens("abc").empty());
    CHECK(repaired_tokens("abc.") == std::vector<std::string>{"abc"});
    CHECK(repaired_tokens("ab%20c") == std::vector<std::string>{"ab", "abc"});
    CHECK(repaired_tokens("a-2Db%20c-5Fd") ==
          std::vector<std::string>{"a-2Db", "a-2Dbc-5Fd", "a-b", "a-bc_d"});
    CHECK(repaired_tokens("abc/def").empty());
}

TEST_CASE("a route is known with slashes too many and in upper case") {
    CHECK(behind_route("/c/abc", 'c') == "abc");
    CHECK(behind_route("//c/abc", 'c') == "abc");
    CHECK(behind_route("/c///abc", 'c') == "abc");
    CHECK(behind_route("/C/abc", 'c') == "abc");
    CHECK(behind_route("/c/", 'c') == "");
    CHECK_FALSE(behind_route("/c", 'c'));
    CHECK_FALSE(behind_route("c/abc", 'c'));
    CHECK_FALSE(behind_route("/u/abc", 'c'));
    CHECK_FALSE(behind_route("/cc/abc", 'c'));
    CHECK_FALSE(behind_route("/", 'c'));
    CHECK_FALSE(behind_route("", 'c'));
}

TEST_SUITE_END();

}  // namespace candor::tracker
