#include "cli/spdlog_journal.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace candor::tests {

TEST_SUITE("cli/spdlog_journal") {
    TEST_CASE("text from a message cannot break out of its line or its value") {
        CHECK(cli::journal_value("plain-1.2") == "plain-1.2");
        CHECK(cli::journal_value("") == "-");
        CHECK(cli::journal_value("two words") == "\"two words\"");
        CHECK(cli::journal_value("a\nb\"c\\d\x1b") == "a\\x0ab\\x22c\\x5cd\\x1b");
        CHECK(cli::journal_value(std::string(5000, 'x')).size() <= 300);
    }

    TEST_CASE("a line starts with the queue id and holds key=value pairs") {
        const auto file =
            std::filesystem::temp_directory_path() / ("candor-journal-" + std::to_string(getpid()));
        std::filesystem::remove(file);
        {
            auto journal = cli::open_journal({.to = file.string(),
                                              .level = "info",
                                              .addresses = false,
                                              .totals_every = std::chrono::seconds{300}});
            REQUIRE(journal);
            const policy::RecipientId id{};
            (*journal)->recipient_suppressed("4F2A1C", "news\nletter", id, "removed");
        }
        std::ifstream in{file};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        CHECK(text.find(" 4F2A1C suppressed stream=news\\x0aletter "
                        "recipient=00000000000000000000000000000000 how=removed\n") !=
              std::string::npos);
        std::filesystem::remove(file);
    }

    TEST_CASE("a log file that cannot be opened is an error, not a silent daemon") {
        const auto journal = cli::open_journal({.to = "/proc/no/such/folder/log",
                                                .level = "info",
                                                .addresses = false,
                                                .totals_every = std::chrono::seconds{300}});
        REQUIRE(!journal);
        CHECK(journal.error().fault == Fault::Unavailable);
    }
}

}  // namespace candor::tests
