// Seven bytes, both ways; what the whole token does with them is token_test.cc.
#include "policy/tokens/token_header.h"

#include <doctest/doctest.h>

using namespace candor;
using policy::TokenHeader;
using policy::TokenKind;
using policy::TokenVersion;

TEST_SUITE("policy/token_header") {
    TEST_CASE("a header is written as docs/formats.md says, and read back") {
        const TokenHeader header{
            TokenVersion::Dictionary, TokenKind::Individual, 0xFE, 0x1234, 7, 0xABCD, 15};
        const std::string bytes = policy::to_bytes(header);
        CHECK(bytes == "\x21\xFE\x12\x34\x7F\xAB\xCD");
        const auto read = policy::read_token_header(bytes + "more").value();
        CHECK(policy::to_bytes(read) == bytes);
        CHECK(read.version == TokenVersion::Dictionary);
        CHECK(read.kind == TokenKind::Individual);
        CHECK(int{read.link_key_id} == 0xFE);
        CHECK(read.controller == 0x1234);
        CHECK(int{read.retention} == 7);
        CHECK(read.day == 0xABCD);
        CHECK(read.tweak == 15);
    }

    TEST_CASE("seven first bytes are known, every other is none of ours") {
        std::string bytes(policy::token_header_bytes, '\0');
        int known = 0;
        for (int first = 0; first < 256; ++first) {
            bytes.front() = static_cast<char>(first);
            if (!policy::read_token_header(bytes)) continue;
            ++known;
            CHECK(std::string("\x11\x12\x13\x14\x15\x21\x22").find(bytes.front()) !=
                  std::string::npos);
        }
        CHECK(known == 7);
    }

    TEST_CASE("what is too short has no header") {
        CHECK_FALSE(policy::read_token_header(""));
        CHECK_FALSE(policy::read_token_header("\x21\x01\x01\x01\x01\x01"));
    }
}
