// The frozen format: vectors, every bit counted, and what is left when a key is gone.
#include "policy/token.h"

#include <doctest/doctest.h>

#include <thread>

#include "policy/base64url.h"
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

}  // namespace

TEST_SUITE("policy/token") {
    TEST_CASE("tokens sealed from fixed keys are the vectors of docs/formats.md") {
        const auto ring = tests::FixedKeys().ring();
        CHECK(policy::seal(*ring, individual()).value() ==
              "EQEAADBRLB7Gw5ngXAlC7uib2bKH59VlIO7AcvHiaVDA_Guvik_7ta2SBKlvC9ouX9dnalxtjCeyAtrlJXd_"
              "7y4");
        CHECK(policy::seal(*ring, aggregate()).value() ==
              "EgEAAAAAALCrRxbMybb1IH2eKgwY-kz15gW9Xa5ctN4yLcqSPHns-SAezibafUJDfx8YGP0v9g");
        CHECK(policy::seal(*ring, opt_out()).value() ==
              "EwEAAQAAAPkNNo9o4aty7oKfj7UBvSG4Q2Eq3hqs9dJLYvGI2TY5FOqF5Ls");
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
        for (int i = 1; i <= 60; ++i) {
            const std::string destination = "https://a.example/" + std::string(std::size_t(i), 'x');
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

    TEST_CASE("a token ends alphanumerically, holds no double hyphen, and is 39 bytes longer") {
        const auto ring = tests::FixedKeys().ring();
        for (int i = 0; i < 600; ++i) {
            const std::string destination =
                "https://acme.example/" + std::string(std::size_t(i % 90), 'y');
            const std::string token =
                policy::seal(*ring, individual(static_cast<std::uint16_t>(i), destination)).value();
            CHECK(token.back() != '-');
            CHECK(token.back() != '_');
            CHECK(token.find("--") == std::string::npos);
            CHECK(policy::from_base64url(token).value().size() == destination.size() + 39);
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
