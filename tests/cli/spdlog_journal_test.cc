#include "cli/spdlog_journal.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "tests/temporary_folder.h"

namespace candor::tests {
namespace {

policy::LogSettings to(const std::string& file) {
    return {
        .to = file, .level = "info", .addresses = false, .totals_every = std::chrono::seconds{300}};
}

std::unique_ptr<cli::DaemonJournal> open(const std::filesystem::path& file, const char* daemon) {
    auto journal = cli::open_journal(to(file.string()), daemon);
    REQUIRE(journal);
    return *std::move(journal);
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("cli/spdlog_journal") {
    TEST_CASE("text from a message cannot break out of its line or its value") {
        CHECK(cli::journal_value("plain-1.2") == "plain-1.2");
        CHECK(cli::journal_value("") == "-");
        CHECK(cli::journal_value("two words") == "\"two words\"");
        CHECK(cli::journal_value("a\nb\"c\\d\x1b") == "a\\x0ab\\x22c\\x5cd\\x1b");
        CHECK(cli::journal_value(std::string(5000, 'x')).size() <= 300);
    }

    TEST_CASE("a line starts with the queue id and holds key=value pairs") {
        const TemporaryFolder folder;
        const auto journal = open(folder.path() / "log", "milter");
        journal->recipient_suppressed("4F2A1C", "news\nletter", policy::RecipientId{}, "removed");
        CHECK(has(read(folder.path() / "log"),
                  " 4F2A1C suppressed stream=news\\x0aletter "
                  "recipient=00000000000000000000000000000000 how=removed\n"));
    }

    TEST_CASE("a log file that was moved away is left for a new one, not readable by everybody") {
        const TemporaryFolder folder;
        const auto log = folder.path() / "log";
        const auto journal = open(log, "tracker");
        journal->warning("first", "text");
        std::filesystem::rename(log, folder.path() / "log.1");
        journal->warning("second", "text");  // nobody has said yet that it was moved
        journal->reopen();
        journal->warning("third", "text");
        CHECK(has(read(folder.path() / "log.1"), "second"));
        CHECK_FALSE(has(read(folder.path() / "log.1"), "third"));
        CHECK(has(read(log), "third"));
        struct stat known {};
        REQUIRE(::stat(log.c_str(), &known) == 0);
        CHECK((known.st_mode & 0137U) == 0);  // 0640, or less where the umask says so
    }

    TEST_CASE("where no new file can be made the old one goes on, and says so") {
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder.path() / "logs");
        const auto journal = open(folder.path() / "logs" / "log", "tracker");
        std::filesystem::rename(folder.path() / "logs", folder.path() / "gone");
        journal->reopen();
        journal->warning("after", "text");
        const std::string text = read(folder.path() / "gone" / "log");
        CHECK(has(text, " - log_not_reopened daemon=tracker text=\"cannot log to "));
        CHECK(has(text, "after"));
    }

    TEST_CASE("what both daemons say of a reload names the daemon") {
        const TemporaryFolder folder;
        const auto journal = open(folder.path() / "log", "milter");
        journal->reloaded("candor.toml", "abc");
        journal->reload_refused("candor.toml:1: x", 1);
        journal->reload_needs_restart("tracker.threads");
        const std::string text = read(folder.path() / "log");
        CHECK(has(text, "- reloaded daemon=milter config=candor.toml policy=abc\n"));
        CHECK(has(text, "- reload_refused daemon=milter faults=1 first="));
        CHECK(has(text, "- reload_needs_restart daemon=milter text=tracker.threads\n"));
    }

    TEST_CASE("a log file that cannot be opened is an error, not a silent daemon") {
        const auto journal = cli::open_journal(to("/proc/no/such/folder/log"), "milter");
        REQUIRE(!journal);
        CHECK(journal.error().fault == Fault::Unavailable);
    }
}

}  // namespace candor::tests
