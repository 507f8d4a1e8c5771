// Key files: made once, never in place of a lost one, refused when open to others, destroyed in
// time.
#include "cli/key_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <string>
#include <thread>

#include "tests/cli/temporary_keys.h"

using namespace candor;
using cli::KeyFiles;
using cli::KeyMode;

namespace {

constexpr policy::Day today = tests::key_test_day;

}  // namespace

TEST_SUITE("cli/key_files") {
    TEST_CASE("keys are made once, with modes that keep others out") {
        const tests::TemporaryKeys folder;
        const auto first = folder.open();
        REQUIRE(first);
        REQUIRE(first->ensure_daily(today));
        const auto recipient = first->recipient_key().value();
        const auto again = folder.open();
        REQUIRE(again);
        CHECK(again->recipient_key().value() == recipient);
        CHECK(again->address_key());
        const auto ring = again->ring().value();
        REQUIRE(ring.link_key(0, 1) != nullptr);
        REQUIRE(ring.link_key(1, 1) != nullptr);
        CHECK(*ring.link_key(0, 1) != *ring.link_key(1, 1));
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.keys())) {
            CAPTURE(entry.path().string());
            struct stat known {};
            REQUIRE(::stat(entry.path().c_str(), &known) == 0);
            CHECK((known.st_mode & 0777) == (entry.is_directory() ? 0750 : 0640));
        }
    }

    TEST_CASE("without the only link key of a controller nothing starts that needs it") {
        const tests::TemporaryKeys folder;
        CHECK(folder.open(KeyMode::Read)->refuse_if_links_lost());  // not made yet
        const auto files = folder.open(KeyMode::Create);
        REQUIRE(files->ensure_daily(tests::key_test_day));
        CHECK(files->refuse_if_links_lost());
        REQUIRE(files->folders()[1].rotate());
        std::filesystem::remove(folder.keys() / "1/link-001.key");
        CHECK(folder.open(KeyMode::Read)->refuse_if_links_lost());  // another one still seals
        std::filesystem::remove(folder.keys() / "1/link-002.key");
        const auto lost = folder.open(KeyMode::Read)->refuse_if_links_lost();
        CHECK(lost.error().fault == Fault::Damaged);
        CHECK(lost.error().message.find("1/link-001.key is lost") != std::string::npos);
    }

    TEST_CASE("two that start at once agree on every key") {
        const tests::TemporaryKeys folder;
        std::array<policy::RecipientKey, 4> keys{};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            threads.emplace_back([&, i] {
                if (const auto files = folder.open(KeyMode::Create)) {
                    keys[i] = files->recipient_key().value();
                }
            });
        }
        for (auto& thread : threads) thread.join();
        for (const auto& key : keys) CHECK(key == folder.open()->recipient_key().value());
    }

    TEST_CASE("reading makes nothing, and the ring needs no recipient or address key") {
        const tests::TemporaryKeys folder;
        CHECK(folder.open(KeyMode::Read)->ring().value().link_key(0, 1) == nullptr);
        CHECK_FALSE(std::filesystem::exists(folder.keys()));
        REQUIRE(folder.open());
        std::filesystem::remove(folder.keys() / "recipient.key");
        std::filesystem::remove(folder.keys() / "address.key");
        const auto tracker = folder.open(KeyMode::Read);
        REQUIRE(tracker);
        CHECK(tracker->ring().value().link_key(0, 1) != nullptr);
        CHECK(tracker->recipient_key().error().fault == Fault::Missing);
    }

    TEST_CASE("a long-lived key that is lost is not made anew") {
        for (const char* lost : {"recipient.key", "address.key", "0/link-001.key"}) {
            CAPTURE(lost);
            const tests::TemporaryKeys folder;
            REQUIRE(folder.open()->ensure_daily(today));
            std::filesystem::remove(folder.keys() / lost);
            CHECK(folder.open().error().fault == Fault::Damaged);
            CHECK_FALSE(std::filesystem::exists(folder.keys() / lost));
        }
    }

    TEST_CASE("a key that others can read, or that is cut short, is refused") {
        const tests::TemporaryKeys folder;
        const auto files = folder.open();
        const auto recipient = folder.keys() / "recipient.key",
                   link = folder.keys() / "0/link-001.key";
        REQUIRE(::chmod(recipient.c_str(), 0644) == 0);
        CHECK(files->recipient_key().error().fault == Fault::Damaged);
        REQUIRE(::chmod(recipient.c_str(), 0440) == 0);
        CHECK(files->recipient_key());
        std::filesystem::resize_file(link, 63);
        CHECK(files->ring().error().fault == Fault::Damaged);
    }
}
