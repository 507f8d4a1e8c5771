// What a mail client would open, byte for byte.
#include "policy/links/destination.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "policy/tokens/token.h"

using namespace candor::policy;

TEST_SUITE_BEGIN("policy/destination");

namespace {
struct Row {
    std::string in, out;
};
}  // namespace

TEST_CASE("an ordinary URL leaves as it came, whatever could be normalised in it") {
    for (const std::string url :
         {"https://acme.example", "https://acme.example/", "HTTPS://WWW.Acme.Example/A/../b/./c",
          "http://acme.example:80/", "http://acme.example:/x",
          "https://acme.example/%7euser/%2F?b=2&a=1", "https://acme.example/?q={a}|b^c`d\"e<f>",
          "https://acme.example/a?b#frag/ment?x", "https://acme.example/a;b=c,d+e",
          "https://a_b.example/", "https://acme.example./x", "https://192.0.2.10:8443/x",
          "https://[2001:db8::1]:8443/x", "https://acme.example#top", "https://acme.example?x",
          "http:\\\\acme.example\\a", "https://acme.example/a@b"}) {
        CAPTURE(url);
        const auto out = serialise_destination(url);
        REQUIRE(out.has_value());
        CHECK(*out == url);
    }
}

TEST_CASE("blanks around go, line ends inside go, what is no ASCII letter is percent-encoded") {
    for (const Row& row : std::vector<Row>{
             {"  https://acme.example/ \r\n", "https://acme.example/"},
             {"\x01\x1F https://acme.example/\x0C", "https://acme.example/"},
             {"https://acme\r\n.example/a\tb", "https://acme.example/ab"},
             {"ht\ntps://acme.example/", "https://acme.example/"},
             {"https://acme.example/a b", "https://acme.example/a%20b"},
             {"https://acme.example/\xC3\xBC?\xC3\xA4#\xE2\x82\xAC",
              "https://acme.example/%C3%BC?%C3%A4#%E2%82%AC"},
             {"https://acme.example/a\x7F\x01z", "https://acme.example/a%7F%01z"},
             {"https://acme.example/\xF0\x9F\x98\x80", "https://acme.example/%F0%9F%98%80"},
             {"https://M\xC3\xBCnchen.example:8443/x", "https://xn--mnchen-3ya.example:8443/x"}}) {
        CAPTURE(row.in);
        const auto out = serialise_destination(row.in);
        REQUIRE(out.has_value());
        CHECK(*out == row.out);
    }
}

TEST_CASE("what is not http or https with a public host is Malformed") {
    using namespace std::string_literals;
    for (const std::string& bad :
         {""s, "   "s, "#top"s, "/relative"s, "//acme.example/"s, "acme.example"s,
          "mailto:someone@acme.example"s, "javascript:alert(1)"s, "ftp://acme.example/"s,
          "httpss://acme.example/"s, "http:acme.example"s, "http:/acme.example"s, "http:"s,
          "http://"s, "http:///acme.example/"s, "https://?x"s, "https://:443/"s,
          // userinfo
          "https://user@acme.example/"s, "https://acme.example@evil.example/"s,
          "https://user:pass@acme.example/"s, "https://@acme.example/"s,
          // not public
          "http://localhost/"s, "http://LOCALHOST./"s, "http://a.localhost/"s, "http://intranet/"s,
          "http://printer.local/"s, "http://db.internal/"s, "http://x.home.arpa/"s,
          "http://%6cocalhost/"s,
          "http://\xEF\xBD\x8C"
          "ocalhost/"s,
          "http://127.0.0.1/"s, "http://127.1/"s, "http://0x7f.1/"s, "http://2130706433/"s,
          "http://0177.0.0.1/"s, "http://127.0.0.1./"s, "http://10.1.2.3/"s, "http://172.31.0.1/"s,
          "http://192.168.1.1/"s, "http://169.254.169.254/"s, "http://100.64.0.1/"s,
          "http://0.0.0.0/"s, "http://255.255.255.255/"s, "http://224.0.0.1/"s,
          "http://1.2.3.4.5/"s, "http://256.1.1.1/"s, "http://1.2.3.08/"s, "http://a.b.123/"s,
          "http://[::1]/"s, "http://[::]/"s, "http://[fe80::1]/"s, "http://[fd00::1]/"s,
          "http://[::ffff:127.0.0.1]/"s, "http://[::ffff:7f00:1]/"s, "http://[64:ff9b::7f00:1]/"s,
          "http://[2002:7f00:1::]/"s, "http://[::1"s, "http://[]/"s, "http://[2001:db8::1]x/"s,
          "http://[v1.x]/"s,
          // host
          "http://acme..example/"s, "http://.acme.example/"s, "http://ac me.example/"s,
          "http://ac%20me.example/"s, "http://ac%2Fme.example/"s, "http://acme%00.example/"s,
          "http://acme\0.example/"s, "http://<acme>.example/"s,
          // port
          "http://acme.example:0/"s, "http://acme.example:25/"s, "http://acme.example:65536/"s,
          "http://acme.example:99999999999/"s, "http://acme.example:8x/"s,
          "http://acme.example:-1/"s, "http://acme.example:80:80/"s,
          // bytes that are no UTF-8 are another destination after decoding
          "http://acme.example/\xFF"s, "http://acme.example/\xC3"s, "http://acme.example/\xC0\xAF"s,
          "http://acme.example/\xED\xA0\x80"s, "http://acme.example/\xF4\x90\x80\x80"s}) {
        CAPTURE(bad);
        const auto out = serialise_destination(bad);
        REQUIRE_FALSE(out.has_value());
        CHECK(out.error().fault == candor::Fault::Malformed);
    }
}

TEST_CASE("a public address is one in every spelling browsers know") {
    for (const std::string url :
         {"http://8.8.8.8/", "http://0x08080808/", "http://134744072/", "http://8.8.2056/",
          "http://[2606:4700::1111]/", "http://[::ffff:8.8.8.8]/", "http://203.0.113.9/"}) {
        CAPTURE(url);
        CHECK(serialise_destination(url).has_value());
    }
}

TEST_CASE("a destination may be 8192 bytes and no more, counted after encoding") {
    const std::string start = "https://acme.example/";
    const std::string most = start + std::string(max_destination_bytes - start.size(), 'a');
    CHECK(serialise_destination(most).has_value());

    const auto longer = serialise_destination(most + "a");
    REQUIRE_FALSE(longer.has_value());
    CHECK(longer.error().fault == candor::Fault::OverLimit);

    const auto swollen = serialise_destination(start + std::string(4000, ' ') + "x");
    REQUIRE_FALSE(swollen.has_value());
    CHECK(swollen.error().fault == candor::Fault::OverLimit);
}

TEST_CASE("serialising twice is serialising once, and the result is printable ASCII") {
    const unsigned seed = 20261123;
    CAPTURE(seed);
    std::mt19937 random{seed};
    const std::vector<std::string> bits{"a", "%", "2F", "/",  "\\",       "?", "#",
                                        "@", ":", " ",  "\t", "\xC3\xBC", ".", "[",
                                        "]", "{", "8",  "-",  "\x7F"};
    std::size_t accepted = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string url = random() % 2 == 0 ? "https://acme.example" : "http://";
        const auto pieces = random() % 12;
        for (unsigned k = 0; k < pieces; ++k) url += bits[random() % bits.size()];
        CAPTURE(url);
        const auto once = serialise_destination(url);
        if (!once) continue;
        ++accepted;
        for (const char c : *once) REQUIRE((c > 0x20 && c < 0x7F));
        const auto twice = serialise_destination(*once);
        REQUIRE(twice.has_value());
        REQUIRE(*twice == *once);
    }
    CHECK(accepted > 1000);
}

TEST_CASE("a URL with nothing to change leaves as one with a blank in front of it does") {
    // The blank sends it the long way: trimmed, decoded, encoded.
    const unsigned seed = 20261124;
    CAPTURE(seed);
    std::mt19937 random{seed};
    const std::vector<std::string> bits{
        "a", "Z", "%", "%41", "/",    "\\",   "?", "#",    "@",    ":",     ":80",          "-",
        ".", "[", "]", "8",   "xn--", "_",    "~", "--",   "0x7f", ".com",  ".invalid",     "127",
        "[", "1", "{", "|",   "www.", "::1]", "e", ".org", "%2e",  "https", "xn--bcher-kva"};
    std::size_t accepted = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string url = random() % 2 == 0 ? "https://acme.example" : "http://";
        const auto pieces = random() % 12;
        for (unsigned k = 0; k < pieces; ++k) url += bits[random() % bits.size()];
        CAPTURE(url);
        const auto plain = destination_of(url);
        const auto trimmed = destination_of(" " + url);
        REQUIRE(plain.has_value() == trimmed.has_value());
        REQUIRE(host_of(url) == host_of(" " + url));
        if (!plain) {
            REQUIRE(plain.error().fault == trimmed.error().fault);
            continue;
        }
        ++accepted;
        REQUIRE(plain->url == trimmed->url);
        REQUIRE(plain->host == trimmed->host);
        REQUIRE(plain->host == host_of(plain->url));
    }
    CHECK(accepted > 1000);
}

TEST_CASE("the host that comes with a destination is the host of its URL") {
    for (const std::string url :
         {"https://Go.ACME.example:8443/x", " http://acme.example./", "https://ac%6De.example/",
          "https://M\xC3\xBCnchen.example/x", "https://XN--MNCHEN-3YA.example/",
          "https://[2001:DB8::1]:8/", "http:\\\\a_b.example", "https://192.0.2.10:8443/x"}) {
        CAPTURE(url);
        const auto destination = destination_of(url);
        REQUIRE(destination.has_value());
        CHECK_FALSE(destination->host.empty());
        CHECK(destination->host == host_of(destination->url));
    }
}

TEST_CASE("the host of a link is lower case and without port, or empty") {
    for (const Row& row :
         std::vector<Row>{{"https://Go.ACME.example:8443/x", "go.acme.example"},
                          {" http://acme.example", "acme.example"},
                          {"http://acme.example./", "acme.example"},
                          {"https://user@acme.example/", "acme.example"},
                          {"https://acme.example@evil.example/", "evil.example"},
                          {"https://acme.example\\@evil.example/", "acme.example"},
                          {"https://ac%6De.example/", "acme.example"},
                          {"https://M\xC3\xBCnchen.example/", "xn--mnchen-3ya.example"},
                          {"https://[2001:DB8::1]:8/", "[2001:db8::1]"},
                          {"http:\\\\acme.example", "acme.example"},
                          {"mailto:a@acme.example", ""},
                          {"https://", ""},
                          {"", ""},
                          {"/acme.example", ""}}) {
        CAPTURE(row.in);
        CHECK(host_of(row.in) == row.out);
    }
}

TEST_SUITE_END();
