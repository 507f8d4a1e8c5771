// Key files: made once, never in place of a lost one, refused when open to others, destroyed in
// time.
#include "cli/key_files.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <string>
#include <thread>

using namespace candor;
using cli::KeyFiles;
using cli::KeyMode;

namespace {

constexpr policy::Day today = 20780;  // 2026-11-23
constexpr std::array<policy::ControllerNumber, 2> controllers{0, 1};

class KeyFolder {
  public:
    KeyFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-keys-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
    }
    KeyFolder(const KeyFolder&) = delete;
    KeyFolder& operator=(const KeyFolder&) = delete;
    ~KeyFolder() {
        std::error_code ignored;  // a leftover in the temporary folder fails no test
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path keys() const { return path_ / "keys"; }
    [[nodiscard]] Result<KeyFiles> open(KeyMode mode = KeyMode::Create) const {
        return KeyFiles::open(keys(), controllers, mode);
    }

  private:
    std::filesystem::path path_;
};

}  // namespace

TEST_SUITE("cli/key_files") {
    TEST_CASE("keys are made once, with modes that keep others out") {
        const KeyFolder folder;
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

    TEST_CASE("two that start at once agree on every key") {
        const KeyFolder folder;
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
        const KeyFolder folder;
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
            const KeyFolder folder;
            REQUIRE(folder.open()->ensure_daily(today));
            std::filesystem::remove(folder.keys() / lost);
            CHECK(folder.open().error().fault == Fault::Missing);
            CHECK_FALSE(std::filesystem::exists(folder.keys() / lost));
        }
    }

    TEST_CASE("a key that others can read, or that is cut short, is refused") {
        const KeyFolder folder;
        const auto files = folder.open();
        const auto recipient = folder.keys() / "recipient.key",
                   link = folder.keys() / "0/link-001.key";
        REQUIRE(::chmod(recipient.c_str(), 0644) == 0);
        CHECK(files->recipient_key().error().fault == Fault::Broken);
        REQUIRE(::chmod(recipient.c_str(), 0440) == 0);
        CHECK(files->recipient_key());
        std::filesystem::resize_file(link, 63);
        CHECK(files->ring().error().fault == Fault::Broken);
    }

    TEST_CASE("daily keys are made two days ahead for every class, and only once") {
        const KeyFolder folder;
        const auto files = folder.open();
        const auto made = files->ensure_daily(today).value();
        CHECK(made.made == 2 * 3 * 7);
        CHECK(made.lost == 0);
        CHECK(files->ensure_daily(today).value().made == 0);
        CHECK(files->ensure_daily(today + 1).value().made == 2 * 7);
        const auto ring = files->ring().value();
        CHECK(ring.daily_keys().size() == 2 * 4 * 7);
        CHECK(*ring.daily_key({0, today, 1}) != *ring.daily_key({0, today, 2}));
        CHECK(std::filesystem::exists(folder.keys() / "0/daily/20261123-3.key"));
    }

    TEST_CASE("a daily key that is lost is reported and not made again") {
        const KeyFolder folder;
        const auto files = folder.open();
        REQUIRE(files->ensure_daily(today));
        std::filesystem::remove(folder.keys() / "0/daily/20261123-3.key");
        const auto daily = files->ensure_daily(today).value();
        CHECK(daily.made == 0);
        CHECK(daily.lost == 1);
        CHECK(files->ring().value().daily_key({0, today, 3}) == nullptr);
    }

    TEST_CASE("a daily key goes the day after the last day of its class") {
        const KeyFolder folder;
        const auto files = folder.open();
        for (policy::Day day = today; day <= today + 8; ++day) REQUIRE(files->ensure_daily(day));
        CHECK(files->destroy_expired(today + 7).value() == 0);
        CHECK(files->destroy_expired(today + 8).value() == 2);
        const auto ring = files->ring().value();
        CHECK(ring.daily_key({0, today, 1}) == nullptr);
        CHECK(ring.daily_key({0, today, 2}) != nullptr);
        CHECK(ring.daily_key({0, today + 1, 1}) != nullptr);
    }

    TEST_CASE("a clock that jumps ahead destroys nothing unless it is forced") {
        const KeyFolder folder;
        const auto files = folder.open();
        REQUIRE(files->ensure_daily(today));
        REQUIRE(files->ensure_daily(today + 400));  // the same clock
        CHECK(files->destroy_expired(today + 400).error().fault == Fault::Unavailable);
        CHECK(files->ring().value().daily_key({0, today, 1}) != nullptr);
        CHECK(files->destroy_expired(today + 400, true).value() == 2 * 3 * 7);
    }

    TEST_CASE("a live ring changes with reload and stays as it was when reading fails") {
        const KeyFolder folder;
        cli::LiveKeys live(folder.open().value());
        CHECK(live.ring()->link_key(0, 1) == nullptr);
        REQUIRE(live.reload());
        const auto held = live.ring();
        CHECK(held->daily_keys().empty());
        REQUIRE(live.files().ensure_daily(today));
        REQUIRE(live.reload());
        CHECK(live.ring()->daily_keys().size() == 42);
        CHECK(held->daily_keys().empty());
        std::filesystem::resize_file(folder.keys() / "0/link-001.key", 1);
        CHECK_FALSE(live.reload());
        CHECK(live.ring()->link_key(0, 1) != nullptr);
    }
}
