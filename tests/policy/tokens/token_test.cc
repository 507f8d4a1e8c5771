// The frozen format: vectors, every bit counted, and what is left when a key is gone.
#include "policy/tokens/token.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <thread>

#include "policy/tokens/base64url.h"
#include "policy/tokens/url_dictionary.h"
#include "tests/fakes.h"

using namespace candor;
using policy::Identity;

namespace {

policy::IndividualLink individual(std::uint16_t ordinal = 1,
                                  std::string destination = "https://acme.example/offer") {
    return {0,
            7,
            tests::id_of("anna@example.com").prefix(),
            ordinal,
            tests::noon,
            3,
            std::move(destination)};
}
policy::AggregateLink aggregate() {
    return {0, 7, 2, "https://acme.example/offer"};
}
policy::OptOutLink opt_out() {
    return {1, tests::id_of("anna@example.com", 1), 7, policy::OptOutPage::StopTracking};
}

/// Of 1 to 8,192 bytes, most of them short: any ASCII, with texts that the dictionary has.
std::string random_destination(std::mt19937& random) {
    static constexpr std::array<std::string_view, 8> texts{
        "https://www.", ".com/",  "?utm_source=newsletter", "&utm_campaign=", "utm_", "%20",
        "index",        "product"};
    const std::size_t size =
        random() % 4096 == 0 ? 1 + random() % policy::max_destination_bytes : 1 + random() % 120;
    std::string url;
    while (url.size() < size) {
        if (random() % 8 == 0) url += texts.at(random() % texts.size());
        url.push_back(static_cast<char>(random() % 0x80));
    }
    url.resize(size);
    return url;
}

}  // namespace

TEST_SUITE("policy/token") {
    TEST_CASE("tokens sealed from fixed keys are the vectors of docs/formats.md") {
        const auto ring = tests::FixedKeys().ring();
        CHECK(policy::seal(*ring, individual()).value() ==
              "IQEAADBRLB7Gw5ngXAlC7uib2bKH59U-6DHMXCa319BII2kvs6g7f8ZRZVlMHH_glUTitA");
        CHECK(policy::seal(*ring, aggregate()).value() ==
              "IgEAAAAAAGTXgdtI94qt98qm3Fqy4Y57qm4jd-n2bkWM5RmKKzwx4V34");
        CHECK(policy::seal(*ring, opt_out()).value() ==
              "EwEAAQAAAPkNNo9o4aty7oKfj7UBvSG4Q2Eq3hqs9dJLYvGI2TY5FOqF5Ls");
    }

    TEST_CASE("links of version 1 open for ever") {
        const auto ring = tests::FixedKeys().ring();
        const auto one = policy::open(
            *ring,
            "EQEAADBRLB7Gw5ngXAlC7uib2bKH59VlIO7AcvHiaVDA_Guvik_7ta2SBKlvC9ouX9dnalxtjCeyAtrlJXd_"
            "7y4",
            tests::noon);
        CHECK(one.value() == policy::OpenedToken(individual()));
        const auto two = policy::open(
            *ring, "EgEAAAAAALCrRxbMybb1IH2eKgwY-kz15gW9Xa5ctN4yLcqSPHns-SAezibafUJDfx8YGP0v9g",
            tests::noon);
        CHECK(two.value() == policy::OpenedToken(aggregate()));
    }

    TEST_CASE("a UTM link of 133 bytes comes to at most 115 characters") {
        const auto ring = tests::FixedKeys().ring();
        const std::string link =
            "https://www.northwind-outdoor.com/sale/rain-jackets?utm_source=crm&utm_medium=email"
            "&utm_campaign=2026-11_blackweek&utm_content=hero_cta";
        REQUIRE(link.size() >= 133);
        const auto token = policy::seal(*ring, individual(1, link)).value();
        CAPTURE(token.size());
        CHECK(token.size() <= 115);
        CHECK(policy::open(*ring, token, tests::noon).value() ==
              policy::OpenedToken(individual(1, link)));
    }

    TEST_CASE("every recipient of a campaign gets the same bytes of an aggregate link") {
        // What could differ: who it is for is no part of the type; the day, the class and the
        // order of sealing must not matter either.
        const std::string first = policy::seal(*tests::FixedKeys().ring(), aggregate()).value();
        for (policy::Day later = 0; later < 400; later += 7) {
            const auto ring = tests::FixedKeys(policy::day_of(tests::noon) + later).ring();
            static_cast<void>(policy::seal(*ring, opt_out()));
            CHECK(policy::seal(*ring, aggregate()).value() == first);
        }
    }

    TEST_CASE(
        "the picture of a campaign is the same bytes for everybody, and says nothing but which") {
        const policy::AggregateLink campaign{0, 7, 2, "https://acme.example/offer"};
        const std::string first = policy::seal_image(*tests::FixedKeys().ring(), campaign).value();
        CHECK(first == "FQEAAAAAAM8-ga0cpMQQc6bRe6anWNoM66y0");
        for (policy::Day later = 0; later < 400; later += 7) {
            tests::FixedKeys keys(policy::day_of(tests::noon) + later);
            if (later % 2 == 0) keys.lose_daily_keys();
            const policy::AggregateLink another{0, 7, static_cast<std::uint16_t>(later), "x"};
            CHECK(policy::seal_image(*keys.ring(), another).value() == first);
        }
        const auto ring = tests::FixedKeys().ring();
        for (const Identity identity : {Identity::Open, Identity::Skip}) {
            CHECK(policy::open_image(*ring, first, tests::noon, identity).value() ==
                  policy::OpenedToken(policy::AggregateLink{0, 7, 0, ""}));
        }
        CHECK(policy::open(*ring, first, tests::noon).error().fault == Fault::Malformed);
        policy::AggregateLink other = campaign;
        other.campaign = 8;
        CHECK(policy::seal_image(*ring, other).value() != first);
        other.controller = 999;
        CHECK(policy::seal_image(*ring, other).error().fault == Fault::Missing);
        std::string bytes = policy::from_base64url(first).value();
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            CHECK_FALSE(policy::open_image(*ring, policy::to_base64url(bytes), tests::noon));
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        }
        CHECK_FALSE(policy::open_image(*ring, first.substr(0, first.size() - 2), tests::noon));
    }

    TEST_CASE("random destinations come back byte for byte") {
        const auto ring = tests::FixedKeys().ring();
        // A million with CANDOR_ROUND_TRIPS=1000000: seconds in an optimised build.
        const char* wanted = std::getenv("CANDOR_ROUND_TRIPS");
        const int trips = wanted == nullptr ? 20'000 : std::atoi(wanted);
        const std::uint32_t seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random{seed};
        int wrong = 0;
        for (int i = 0; i < trips; ++i) {
            policy::IndividualLink link =
                individual(static_cast<std::uint16_t>(i), random_destination(random));
            link.campaign = random() & 0xFFFFFF;
            link.recipient = std::uint64_t{random()} << 32 | random();
            const policy::AggregateLink shared{1, link.campaign, link.ordinal, link.destination};
            const auto token = policy::seal(*ring, link);
            const auto shared_token = policy::seal(*ring, shared);
            if (!token || !shared_token) {
                ++wrong;
                continue;
            }
            const auto opened = policy::open(*ring, *token, tests::noon);
            const auto shared_opened = policy::open(*ring, *shared_token, tests::noon);
            wrong += opened && *opened == policy::OpenedToken(link) ? 0 : 1;
            wrong += shared_opened && *shared_opened == policy::OpenedToken(shared) ? 0 : 1;
        }
        MESSAGE(trips, " destinations");
        CHECK(wrong == 0);
    }

    TEST_CASE("a token of one purpose is none of another, whatever its header says") {
        const auto ring = tests::FixedKeys().ring();
        for (const std::string& token :
             {policy::seal(*ring, individual()).value(), policy::seal(*ring, aggregate()).value(),
              policy::seal(*ring, opt_out()).value(),
              policy::seal_image(*ring, individual()).value(),
              policy::seal_image(*ring, aggregate()).value()}) {
            std::string bytes = policy::from_base64url(token).value();
            const char own = bytes.front();
            for (int first = 0; first < 256; ++first) {
                if (first == static_cast<unsigned char>(own)) continue;
                bytes.front() = static_cast<char>(first);
                const std::string changed = policy::to_base64url(bytes);
                CHECK(policy::open(*ring, changed, tests::noon).error().fault == Fault::Malformed);
                CHECK(policy::open_image(*ring, changed, tests::noon).error().fault ==
                      Fault::Malformed);
            }
        }
    }

    TEST_CASE("a picture says whom it is for, and is no link; a link is no picture") {
        const auto ring = tests::FixedKeys().ring();
        const std::string token = policy::seal_image(*ring, individual()).value();
        CHECK(token == "FAEAADBRLOQf8ntDOLyzYMCGxEjAmnUizmpO_x7QKvA7ZWbGkXtz9A");
        CHECK(policy::open_image(*ring, token, tests::noon).value() ==
              policy::OpenedToken(individual(0, "")));
        CHECK(policy::open_image(*ring, token, tests::noon, Identity::Skip).value() ==
              policy::OpenedToken(policy::ForgottenLink{0, policy::day_of(tests::noon), 3, ""}));
        CHECK(policy::open(*ring, token, tests::noon).error().fault == Fault::Malformed);
        for (const auto& link :
             {policy::seal(*ring, individual()), policy::seal(*ring, aggregate()),
              policy::seal(*ring, opt_out())}) {
            CHECK(policy::open_image(*ring, link.value(), tests::noon).error().fault ==
                  Fault::Malformed);
        }
        tests::FixedKeys lost;
        lost.lose_daily_keys();
        CHECK(std::holds_alternative<policy::ForgottenLink>(
            policy::open_image(*lost.ring(), token, tests::noon).value()));
        CHECK(policy::seal_image(*lost.ring(), individual()).error().fault == Fault::Missing);
        std::string bytes = policy::from_base64url(token).value();
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            CHECK_FALSE(policy::open_image(*ring, policy::to_base64url(bytes), tests::noon));
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        }
    }

    TEST_CASE("each kind of link comes back as it was sealed") {
        const auto ring = tests::FixedKeys().ring();
        const auto one =
            policy::open(*ring, policy::seal(*ring, individual()).value(), tests::noon);
        REQUIRE(one);
        CHECK(std::get<policy::IndividualLink>(*one) == individual());
        const auto two = policy::open(*ring, policy::seal(*ring, aggregate()).value(), tests::noon);
        REQUIRE(two);
        CHECK(std::get<policy::AggregateLink>(*two) == aggregate());
        const auto three = policy::open(*ring, policy::seal(*ring, opt_out()).value(), tests::noon);
        REQUIRE(three);
        CHECK(std::get<policy::OptOutLink>(*three) == opt_out());
    }

    TEST_CASE("ordinal 0 is a honeypot, of one person or of a campaign, and nothing else is one") {
        policy::IndividualLink one;
        policy::AggregateLink shared;
        CHECK(is_honeypot(one));
        CHECK(is_honeypot(shared));
        one.ordinal = shared.ordinal = 1;
        CHECK_FALSE(is_honeypot(one));
        CHECK_FALSE(is_honeypot(shared));
        CHECK_FALSE(is_honeypot(policy::ForgottenLink{}));
        CHECK_FALSE(is_honeypot(policy::OptOutLink{}));
    }
    TEST_CASE("times are kept in steps of two seconds up to the end of the day") {
        const auto ring = tests::FixedKeys().ring();
        policy::IndividualLink link = individual();
        link.sealed_at =
            policy::start_of(policy::day_of(tests::noon) + 1) - std::chrono::seconds{1};
        const auto opened = policy::open(*ring, policy::seal(*ring, link).value(), tests::noon);
        CHECK(std::get<policy::IndividualLink>(opened.value()).sealed_at ==
              link.sealed_at - std::chrono::seconds{1});
    }

    TEST_CASE("sealing twice gives the same token") {
        const auto ring = tests::FixedKeys().ring();
        CHECK(policy::seal(*ring, individual()).value() ==
              policy::seal(*ring, individual()).value());
    }

    TEST_CASE("no changed bit and no foreign spelling is accepted") {
        const auto ring = tests::FixedKeys().ring();
        for (int i = 1; i <= 1000; ++i) {
            const std::string destination =
                "https://a.example/" + std::string(std::size_t(i % 60), 'x');
            const std::string token =
                policy::seal(*ring, individual(static_cast<std::uint16_t>(i), destination)).value();
            const std::string bytes = policy::from_base64url(token).value();
            for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
                std::string changed = bytes;
                changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
                if (policy::open(*ring, policy::to_base64url(changed), tests::noon)) {
                    FAIL("a changed bit was accepted: " << bit);
                }
            }
            if (i > 60) continue;
            for (const char extra : {'=', '.', '+', '/', ' ', '\0'}) {
                CHECK_FALSE(policy::open(*ring, token + extra, tests::noon));
            }
            std::string last = token;  // the spare bits of the last character
            for (const char c :
                 std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
                if (c == token.back()) continue;
                last.back() = c;
                CHECK_FALSE(policy::open(*ring, last, tests::noon));
            }
        }
    }

    TEST_CASE("no prefix of a token, no empty and no overlong text is a token") {
        const auto ring = tests::FixedKeys().ring();
        const std::string token = policy::seal(*ring, aggregate()).value();
        for (std::size_t n = 0; n < token.size(); ++n) {
            CHECK_FALSE(policy::open(*ring, std::string_view(token).substr(0, n), tests::noon));
        }
        CHECK_FALSE(policy::open(*ring, std::string(1 << 20, 'A'), tests::noon));
    }

    TEST_CASE(
        "a token ends alphanumerically, holds no double hyphen, and is at most 39 bytes longer") {
        const auto ring = tests::FixedKeys().ring();
        for (int i = 0; i < 600; ++i) {
            const std::string destination =
                "https://acme.example/" + std::string(std::size_t(i % 90), 'y');
            const std::string token =
                policy::seal(*ring, individual(static_cast<std::uint16_t>(i), destination)).value();
            CHECK(token.back() != '-');
            CHECK(token.back() != '_');
            CHECK(token.find("--") == std::string::npos);
            CHECK(policy::from_base64url(token).value().size() ==
                  policy::shortened_url(destination).size() + 39);
        }
    }

    TEST_CASE("the longest destination fits, one byte more and none at all do not") {
        const auto ring = tests::FixedKeys().ring();
        const std::string longest(policy::max_destination_bytes, 'a');
        const auto token = policy::seal(*ring, individual(1, longest));
        REQUIRE(token);
        CHECK(std::get<policy::IndividualLink>(policy::open(*ring, *token, tests::noon).value())
                  .destination == longest);
        CHECK(policy::seal(*ring, individual(1, longest + "a")).error().fault == Fault::OverLimit);
        CHECK(policy::seal(*ring, individual(1, "")).error().fault == Fault::Malformed);
        // 0x80 and above are codes of the dictionary: a destination is serialised first.
        CHECK(policy::seal(*ring, individual(1, "https://a.example/\xC3\xA4")).error().fault ==
              Fault::Malformed);
        policy::AggregateLink shared = aggregate();
        shared.destination = longest;
        const auto shared_token = policy::seal(*ring, shared);
        REQUIRE(shared_token);
        CHECK(policy::open(*ring, *shared_token, tests::noon));
    }

    TEST_CASE("without its daily key a link still leads somewhere and names nobody") {
        tests::FixedKeys keys;
        const std::string token = policy::seal(*keys.ring(), individual()).value();
        keys.lose_daily_keys();
        const auto opened = policy::open(*keys.ring(), token, tests::noon).value();
        const auto& forgotten = std::get<policy::ForgottenLink>(opened);
        CHECK(forgotten.destination == "https://acme.example/offer");
        CHECK(forgotten.day == policy::day_of(tests::noon));
        CHECK(int{forgotten.retention} == 3);
        CHECK(policy::seal(*keys.ring(), individual()).error().fault == Fault::Missing);
        CHECK(policy::seal(*keys.ring(), aggregate()));
    }

    TEST_CASE("a daily key past its class is not used even where the file is still there") {
        const auto ring = tests::FixedKeys().ring();
        const std::string token = policy::seal(*ring, individual()).value();
        const auto last = tests::noon + std::chrono::days{30};
        CHECK(std::holds_alternative<policy::IndividualLink>(
            policy::open(*ring, token, last).value()));
        CHECK(std::holds_alternative<policy::ForgottenLink>(
            policy::open(*ring, token, last + std::chrono::days{1}).value()));
    }

    TEST_CASE("with GPC or DNT the identity stays closed") {
        const auto ring = tests::FixedKeys().ring();
        const auto opened = policy::open(*ring, policy::seal(*ring, individual()).value(),
                                         tests::noon, Identity::Skip);
        CHECK(std::holds_alternative<policy::ForgottenLink>(opened.value()));
    }

    TEST_CASE("without the link key a token is Missing, and one of another controller no token") {
        tests::FixedKeys keys;
        const std::string token = policy::seal(*keys.ring(), aggregate()).value();
        policy::KeyRing other;
        other.add_link_key(0, 1, tests::test_link_key(1));
        CHECK(policy::open(other, token, tests::noon).error().fault == Fault::Malformed);
        keys.lose_link_keys();
        CHECK(policy::open(*keys.ring(), token, tests::noon).error().fault == Fault::Missing);
        CHECK(policy::seal(*keys.ring(), opt_out()).error().fault == Fault::Missing);
    }

    TEST_CASE("a rotated link key seals anew and old links still open") {
        policy::KeyRing ring = *tests::FixedKeys().ring();
        const std::string old_token = policy::seal(ring, aggregate()).value();
        ring.add_link_key(0, 2, tests::counting_key<policy::LinkKey>(0x77));
        const std::string new_token = policy::seal(ring, aggregate()).value();
        CHECK(old_token != new_token);
        CHECK(policy::open(ring, old_token, tests::noon).value() ==
              policy::open(ring, new_token, tests::noon).value());
    }

    TEST_CASE("threads seal and open with one ring at once") {
        const auto ring = tests::FixedKeys().ring();
        std::vector<std::thread> threads;
        std::array<int, 4> right{};
        for (std::size_t t = 0; t < right.size(); ++t) {
            threads.emplace_back([&, t] {
                for (std::uint16_t i = 0; i < 200; ++i) {
                    const auto token = policy::seal(*ring, individual(i));
                    const auto link = policy::open(*ring, token.value(), tests::noon);
                    right[t] += link.value() == policy::OpenedToken(individual(i)) ? 1 : 0;
                }
            });
        }
        for (auto& thread : threads) thread.join();
        for (const int n : right) CHECK(n == 200);
    }

    TEST_CASE("base64url has one spelling per byte string") {
        const std::pair<const char*, const char*> rows[] = {
            {"", ""},        {"f", "Zg"},        {"fo", "Zm8"},
            {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"\xFB\xFF\xBF", "-_-_"}};
        for (const auto& [bytes, text] : rows) {
            CHECK(policy::to_base64url(bytes) == text);
            CHECK(policy::from_base64url(text) == std::string(bytes));
        }
        for (const char* wrong : {"A", "Zh", "Zm9", "Zg==", "Zm+v", "Zm/v", "Z g", "AAAAA"}) {
            CAPTURE(wrong);
            CHECK_FALSE(policy::from_base64url(wrong));
        }
    }
}
