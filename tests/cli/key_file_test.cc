// One key on disk.
#include "cli/key_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>

#include "tests/cli/temporary_keys.h"

using namespace candor;
using Key = std::array<std::uint8_t, 32>;

TEST_SUITE("cli/key_file") {
    TEST_CASE("a key is made once, for its owner and the group to read") {
        const tests::TemporaryKeys folder;
        const auto file = folder.keys() / "some.key";
        REQUIRE(cli::make_key_directory(folder.keys()));
        CHECK(cli::make_key(file, sizeof(Key)).value());
        const auto key = cli::read_key<Key>(file).value();
        CHECK_FALSE(cli::make_key(file, sizeof(Key)).value());
        CHECK(cli::read_key<Key>(file).value() == key);
        CHECK(key != Key{});
        struct stat known {};
        REQUIRE(::stat(file.c_str(), &known) == 0);
        CHECK((known.st_mode & 0777) == 0640);
        // Nothing half made is left beside it.
        CHECK(std::distance(std::filesystem::directory_iterator(folder.keys()),
                            std::filesystem::directory_iterator()) == 1);
    }

    TEST_CASE("a key of another length, open to others or behind a link is refused") {
        const tests::TemporaryKeys folder;
        REQUIRE(cli::make_key_directory(folder.keys()));
        const auto file = folder.keys() / "some.key";
        CHECK(cli::read_key<Key>(file).error().fault == Fault::Missing);
        REQUIRE(cli::make_key(file, sizeof(Key) - 1));
        CHECK(cli::read_key<Key>(file).error().fault == Fault::Damaged);
        const auto other = folder.keys() / "other.key";
        REQUIRE(cli::make_key(other, sizeof(Key)));
        REQUIRE(::chmod(other.c_str(), 0644) == 0);
        CHECK(cli::read_key<Key>(other).error().fault == Fault::Damaged);
        REQUIRE(::chmod(other.c_str(), 0640) == 0);
        std::filesystem::create_symlink(other, folder.keys() / "link.key");
        CHECK(cli::read_key<Key>(folder.keys() / "link.key").error().fault == Fault::Damaged);
    }

    TEST_CASE("a destroyed key is overwritten, also where another name still leads to it") {
        const tests::TemporaryKeys folder;
        REQUIRE(cli::make_key_directory(folder.keys()));
        const auto file = folder.keys() / "some.key";
        const auto second_name = folder.keys() / "second.key";
        REQUIRE(cli::make_key(file, sizeof(Key)));
        std::filesystem::create_hard_link(file, second_name);
        REQUIRE(cli::destroy_key(file));
        CHECK_FALSE(std::filesystem::exists(file));
        CHECK(cli::read_key<Key>(second_name).value() == Key{});
        CHECK(cli::destroy_key(file).error().fault == Fault::Unavailable);
    }
}
