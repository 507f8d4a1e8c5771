#include "cli/check_folders.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/temporary_folder.h"

namespace candor::tests {
namespace {

constexpr uid_t another = 65534;

std::string faults_of(const std::filesystem::path& state_dir) {
    std::string said;
    for (const auto& fault : cli::folders_of_others(state_dir)) said += to_line(fault) + "\n";
    return said;
}

}  // namespace

TEST_SUITE("cli/check_folders") {
    TEST_CASE("folders of the user who asks, writable, are no fault, nor is nothing at all") {
        const TemporaryFolder state;
        CHECK(faults_of(state.path() / "none").empty());
        std::filesystem::create_directories(state.path() / "keys/0/daily");
        CHECK(faults_of(state.path()).empty());
    }

    TEST_CASE("a folder that root left behind is a fault, for root and for whose it should be") {
        if (::geteuid() != 0) {
            MESSAGE("skipped: only root can give a folder away");
            return;
        }
        const TemporaryFolder state;
        const auto keys = state.path() / "keys";
        std::filesystem::create_directories(keys / "0/daily");
        std::filesystem::create_directories(state.path() / "store/people");
        for (const auto& folder : {state.path(), keys, state.path() / "store"}) {
            REQUIRE(::chown(folder.c_str(), another, another) == 0);
        }
        const auto check = [&] {
            const std::string said = faults_of(state.path());
            for (const auto& folder : {keys / "0", state.path() / "store/people"}) {
                CHECK(said.find(folder.string() + ": belongs to root, not to ") !=
                      std::string::npos);
                CHECK(said.find(": " + folder.string() + "\n") != std::string::npos);
            }
            CHECK(said.find("daily") == std::string::npos);  // the same command mends it
            CHECK(said.find("chown -R ") != std::string::npos);
        };
        check();
        REQUIRE(::seteuid(another) == 0);
        check();
        REQUIRE(::seteuid(0) == 0);
    }

    TEST_CASE("a folder that its user cannot write is a fault") {
        const TemporaryFolder state;
        const auto keys = state.path() / "keys";
        std::filesystem::create_directories(keys);
        REQUIRE(::chmod(keys.c_str(), 0500) == 0);
        const bool root = ::geteuid() == 0;
        if (root) {
            REQUIRE(::chown(keys.c_str(), another, another) == 0);
            REQUIRE(::chown(state.path().c_str(), another, another) == 0);
            REQUIRE(::seteuid(another) == 0);
        }
        const std::string said = faults_of(state.path());
        if (root) REQUIRE(::seteuid(0) == 0);
        CHECK(said.find("cannot write it: chmod u+rwx " + keys.string()) != std::string::npos);
        REQUIRE(::chmod(keys.c_str(), 0700) == 0);
    }
}

}  // namespace candor::tests
