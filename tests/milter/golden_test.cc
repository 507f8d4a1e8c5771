// Whole messages through the whole pipeline, with keys and a clock that stand still: what comes in,
// what goes out, and why, in files that people read. tests/golden/README.md says how to add one.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "policy/config/config.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(CANDOR_SOURCE_DIR) / "tests" / "golden";

std::string slurp(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> cases() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(golden)) {
        if (entry.is_directory()) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

/// The settings of the case, or of all cases, in a world where Ann is a business contact in the US
/// with an approved assessment.
void furnish(World& world, const fs::path& folder) {
    const fs::path own = folder / "candor.toml";
    const fs::path file = fs::exists(own) ? own : golden / "candor.toml";
    auto config = policy::parse_config(slurp(file), file.string());
    REQUIRE(config.has_value());
    world.rules_in_force->policy.settings = config->policy;
    world.rules_in_force->config = *std::move(config);
    world.know("ann@lumen.example", "US");
}

/// The treatment that the file `plan` asks for; without it the rules decide.
milter::Forced plan_of(const fs::path& folder) {
    std::string word = slurp(folder / "plan");
    while (word.ends_with('\n')) word.pop_back();
    milter::Forced forced;
    if (word.empty()) return forced;
    forced.treatment = policy::treatment_from(word);
    REQUIRE(forced.treatment);
    return forced;
}

rewriter::MessageFile read_message(const std::string& bytes) {
    rewriter::GrowingText text;
    text.append(bytes);
    return rewriter::MessageFile::read(std::move(text));
}

/// What leaves: the message, or a line that says why none does.
std::string outcome_of(const fs::path& folder, const std::string& bytes) {
    World world;
    furnish(world, folder);
    rewriter::MessageFile message = read_message(bytes);
    milter::Transaction transaction;
    transaction.headers = message.headers;
    transaction.text = std::move(message.text);
    transaction.envelope.queue_id = "4F2A1C";
    transaction.envelope.sender = "news@acme.example";
    transaction.envelope.recipients.push_back({"<ann@lumen.example>", "ann@lumen.example"});
    const policy::Stream* const stream = milter::stream_of(transaction, *world.rules_in_force);
    REQUIRE(stream);
    const auto outcome = milter::treat(transaction, *stream, world.context(), plan_of(folder));
    if (outcome.action != milter::Action::Deliver)
        return "not delivered: " + outcome.word + ": " + outcome.text + "\n";
    std::string out;
    const bool written = message.form.write_edited(transaction.headers, transaction.text,
                                                   outcome.edits, [&out](std::string_view piece) {
                                                       out += piece;
                                                       return true;
                                                   });
    REQUIRE(written);
    return out;
}

bool updating() {
    return std::getenv("CANDOR_UPDATE_GOLDEN") != nullptr;  // NOLINT: no other thread
}

}  // namespace

TEST_SUITE("milter/golden") {
    TEST_CASE("every golden message leaves as its out.eml says, and twice is once") {
        REQUIRE_FALSE(cases().empty());
        for (const fs::path& folder : cases()) {
            const std::string name = folder.filename().string();
            CAPTURE(name);
            const std::string out = outcome_of(folder, slurp(folder / "in.eml"));
            if (updating()) std::ofstream(folder / "out.eml", std::ios::binary) << out;
            CHECK(out == slurp(folder / "out.eml"));
            CHECK_FALSE(slurp(folder / "why.txt").empty());
            if (!out.starts_with("not delivered")) CHECK(outcome_of(folder, out) == out);
        }
    }
}

}  // namespace candor::tests
