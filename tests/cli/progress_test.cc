#include "cli/progress.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

namespace candor::tests {
namespace {

std::string drawn(bool clear) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
    REQUIRE(file);
    cli::Progress progress(file.get());
    for (int i = 0; i < 1000; ++i) progress.show("importing", 1, 2, 1);
    if (clear) progress.clear();
    std::rewind(file.get());
    std::array<char, 4096> text{};
    return {text.data(), std::fread(text.data(), 1, text.size(), file.get())};
}

}  // namespace

TEST_SUITE("cli/progress") {
    TEST_CASE("a bar says what is done, how far, and how many rows") {
        CHECK(cli::progress_line("importing", 1, 2, 500000) ==
              "importing  [===============               ]   50 %  500,000 rows");
        CHECK(cli::progress_line("checking", 0, 10, 0) ==
              "checking   [                              ]    0 %  0 rows");
        CHECK(cli::progress_line("checking", 11, 10, 1234567) ==
              "checking   [==============================]  100 %  1,234,567 rows");
        CHECK(cli::progress_line("exporting", 0, 0, 999) == "exporting  999 rows");
    }

    TEST_CASE("it draws ten times a second and takes the line away at the end") {
        const std::string once = drawn(false);
        CHECK(once.find("\rimporting") == 0);
        CHECK(once.find("\rimporting", 1) == std::string::npos);
        CHECK(drawn(true).ends_with("\r\x1B[K"));
    }

    TEST_CASE("where nobody looks nothing is drawn") {
        cli::Progress progress(nullptr);
        progress.show("importing", 1, 2, 1);
        progress.clear();
    }
}

}  // namespace candor::tests
