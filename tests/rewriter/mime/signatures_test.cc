#include "rewriter/mime/signatures.h"

#include <doctest/doctest.h>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

// base64 SHA-256 of the canonical bodies, made with another program.
constexpr std::string_view hash_rfc_relaxed =
    "unak6JHq0wL+Q1HP7dW1tjBx9FLA6DffoZ0qrLwbbpo=";  // " C\r\nD E\r\n"
constexpr std::string_view hash_rfc_simple =
    "NOeivbQlDH9TmNKJUw7D53wZfsk8YMZ/hTuVVwTgi8s=";  // " C \r\nD \t E\r\n"
constexpr std::string_view hash_hello =
    "zS7KNTV0HyeorkDDGwxB1AV6enuRKzO5rthkhdHIRnY=";  // "hello\r\n"

std::string with_hash(std::string_view tags, std::string_view hash) {
    return std::string(tags) + "; bh=" + std::string(hash);
}

bool intact(std::string_view body, std::string_view tags) {
    const Header header{"DKIM-Signature", " v=1; a=rsa-sha256; d=Acme.Example; s=x;\n " +
                                              std::string(tags) + "; b=AA=="};
    const auto found = carried_signatures({{&header, 1}, body});
    REQUIRE(found.size() == 1);
    CHECK(found.front().domain == "acme.example");
    return found.front().intact;
}

}  // namespace

TEST_SUITE("rewriter/signatures") {
    TEST_CASE("the empty body has the hashes of RFC 6376, section 3.4") {
        CHECK(intact("", "c=relaxed/simple; bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="));
        CHECK(intact("", "c=relaxed/relaxed; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
        CHECK(intact("\r\n\r\n", "bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="));
    }
    TEST_CASE("the example of RFC 6376, section 3.4.5 is canonicalised as written there") {
        const std::string_view body = " C \r\nD \t E\r\n\r\n\r\n";
        CHECK(intact(body, with_hash("c=relaxed/relaxed", hash_rfc_relaxed)));
        CHECK(intact(body, with_hash("c=simple/simple", hash_rfc_simple)));
        CHECK_FALSE(intact(body, with_hash("c=simple/simple", hash_rfc_relaxed)));
    }
    TEST_CASE("a changed body, a missing hash and a length past the end are not intact") {
        const std::string good = with_hash("c=simple/simple", hash_hello);
        CHECK(intact("hello\r\n", good));
        CHECK(intact("hello", good));
        CHECK_FALSE(intact("hallo\r\n", good));
        CHECK_FALSE(intact("hello\r\n", "c=simple/simple"));
        CHECK(intact("hello\r\nfooter\r\n", "l=7; " + good));
        CHECK_FALSE(intact("hello\r\n", "l=700; " + good));
        CHECK_FALSE(intact("hello\r\n", "l=-1; " + good));
    }
    TEST_CASE("the index counts DKIM-Signature fields in any spelling") {
        const Header headers[] = {{"From", " a@b"},
                                  {"dkim-signature", " d=one.example"},
                                  {"DKIM-Signature", " d=two.example"}};
        const auto found = carried_signatures({headers, "x"});
        REQUIRE(found.size() == 2);
        CHECK(found[1].domain == "two.example");
        CHECK(found[1].index == 2);
    }
    TEST_CASE("only the first ten signatures are checked, the others count as intact") {
        const std::vector<Header> headers(12, {"DKIM-Signature", " d=x.example; bh=AAAA"});
        const auto found = carried_signatures({headers, "x"});
        REQUIRE(found.size() == 12);
        for (const CarriedSignature& signature : found) {
            CAPTURE(signature.index);
            CHECK(signature.intact == (signature.index > 10));
        }
    }
    TEST_CASE("signatures that differ in length or canonicalisation are told apart") {
        const auto field = [](std::string_view tags, std::string_view hash) {
            return Header{"DKIM-Signature", " d=x.example; " + with_hash(tags, hash)};
        };
        const std::vector<Header> headers{field("c=simple/simple; l=7", hash_hello),
                                          field("c=simple/simple", hash_hello),
                                          field("c=simple/relaxed; l=7", hash_hello),
                                          field("c=simple/simple; l=7; a=rsa-sha1", hash_hello)};
        const auto found = carried_signatures({headers, "hello\r\n more\r\n"});
        REQUIRE(found.size() == 4);
        CHECK(found[0].intact);
        CHECK_FALSE(found[1].intact);
        CHECK(found[2].intact);
        CHECK_FALSE(found[3].intact);
    }
    TEST_CASE("real signed mail of the corpus is found intact") {
        int intact_count = 0;
        for (const auto& file : corpus()) {
            const Mail mail{slurp(file)};
            for (const CarriedSignature& signature : carried_signatures(mail.raw()))
                intact_count += signature.intact ? 1 : 0;
        }
        if (corpus().empty()) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        CHECK(intact_count >= 5);
    }
}
