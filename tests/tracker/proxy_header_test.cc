// The PROXY protocol: both versions, in portions of any size, and what is not it.
#include "tracker/proxy_header.h"

#include <doctest/doctest.h>

#include <string>

namespace candor::tracker {
namespace {

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string binary(char command, char family, std::string_view block) {
    std::string header(signature);
    header += command;
    header += family;
    header += static_cast<char>(block.size() >> 8);
    header += static_cast<char>(block.size() & 0xFF);
    return header.append(block);
}

std::string ipv4_block() {
    return std::string("\xCB\x00\x71\x09\x0A\x00\x00\x01\x12\x67\x01\xBB", 12);
}

}  // namespace

TEST_SUITE("tracker/proxy_header") {
    TEST_CASE("the header ends where the client begins, however it is cut") {
        const std::string ipv6 = std::string("\x20\x01\x0D\xB8", 4) + std::string(11, '\0') +
                                 "\x01" + std::string(20, 'x');
        struct Row {
            std::string header;
            std::string_view client;  // empty: the proxy itself
        };
        for (const Row& row : {
                 Row{"PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\n", "203.0.113.9"},
                 {"PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n", "2001:db8::1"},
                 {"PROXY UNKNOWN\r\n", ""},
                 {"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", ""},
                 {binary('\x21', '\x11', ipv4_block()), "203.0.113.9"},
                 {binary('\x21', '\x11', ipv4_block() + std::string(900, 't')), "203.0.113.9"},
                 {binary('\x21', '\x21', ipv6), "2001:db8::1"},
                 {binary('\x20', '\x00', ""), ""},
                 {binary('\x21', '\x31', std::string(216, 'p')), ""},
             }) {
            CAPTURE(row.header);
            for (std::size_t cut = 0; cut < row.header.size(); ++cut) {
                const auto begun = read_proxy_header(std::string_view(row.header).substr(0, cut));
                REQUIRE(begun);
                CHECK_FALSE(begun->has_value());
            }
            const std::string with_more = row.header + "GET / HTTP/1.1\r\n";
            const auto found = read_proxy_header(with_more);
            REQUIRE(found);
            REQUIRE(found->has_value());
            CHECK((*found)->bytes == row.header.size());
            CHECK((*found)->client == ClientAddress::parse(row.client));
        }
    }

    TEST_CASE("anything else is refused as soon as it can be told") {
        for (const std::string& wrong : {
                 std::string("G"),
                 std::string("GET / HTTP/1.1\r\n"),
                 std::string("PROXY TCP4 203.0.113.9 10.0.0.1 4711\r\n"),
                 std::string("PROXY TCP4 203.0.113.9 10.0.0.1 4711 99999\r\n"),
                 std::string("PROXY TCP4 203.0.113 10.0.0.1 4711 443\r\n"),
                 std::string("PROXY TCP4 203.0.113.9 10.0.0.1 4711 443 x\r\n"),
                 std::string("PROXY UDP4 203.0.113.9 10.0.0.1 4711 443\r\n"),
                 "PROXY UNKNOWN " + std::string(200, 'x'),
                 std::string("\r\n\r\nx"),
                 binary('\x11', '\x11', ipv4_block()),
                 binary('\x22', '\x11', ipv4_block()),
                 binary('\x21', '\x11', "short"),
                 binary('\x21', '\x11', std::string(60000, 'x')),
             }) {
            CAPTURE(wrong);
            const auto found = read_proxy_header(wrong);
            REQUIRE_FALSE(found);
            CHECK(found.error().fault == Fault::Malformed);
        }
    }
}

}  // namespace candor::tracker
