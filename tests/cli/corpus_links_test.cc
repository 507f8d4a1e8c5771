// Every mail of the corpus through milter and tracker: what a rewritten link opens is what the
// author wrote. The one test that joins both ends, so it lives where everything is wired.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "milter/message_facts.h"
#include "policy/links/destination.h"
#include "rewriter/links/click_redirectors.h"
#include "rewriter/links/links.h"
#include "tests/milter/world.h"
#include "tracker/routes.h"

namespace candor::tests {
namespace {

namespace fs = std::filesystem;
const std::string host = "go.acme.example";

class NoEvents final : public tracker::EventSink {
  public:
    void record(const policy::Event&) override {}
};

/// Mails as they are, and HTML pages as the only part of a mail.
std::vector<std::string> corpus() {
    std::vector<std::string> mails;
    const fs::path folder = fs::path{CANDOR_SHARED_DIR} / "corpus";
    if (!fs::is_directory(folder)) return mails;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        const auto kind = entry.path().extension();
        if (kind != ".eml" && kind != ".html") continue;
        std::ifstream in{entry.path(), std::ios::binary};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        if (kind == ".html") {
            text =
                "From: <news@acme.example>\nMIME-Version: 1.0\nContent-Type: text/html; "
                "charset=utf-8\n"
                "Content-Transfer-Encoding: 8bit\n\n" +
                text;
        }
        mails.push_back(std::move(text));
    }
    return mails;
}

std::vector<rewriter::FoundLink> links_of(const std::vector<rewriter::Header>& headers,
                                          std::string_view body) {
    const auto message = rewriter::Message::parse({headers, body}, {});
    if (!message) return {};
    return rewriter::survey(*message).links;
}

std::string location_of(tracker::Routes& routes, std::string_view token) {
    tracker::Request request;
    request.method = tracker::Method::Get;
    request.path = "/c/" + std::string{token};
    const auto response = routes.answer(request);
    for (const auto& header : response.headers) {
        if (header.name == "Location" && response.status == 302) return header.value;
    }
    return "status " + std::to_string(response.status);
}

/// For tests/check_locations.sh: what was written and where it leads, one JSON array a line, in the
/// file that CANDOR_LOCATIONS names.
class LocationLog {
  public:
    void add(const std::string& written, const std::string& location) {
        if (out_.is_open()) out_ << nlohmann::json::array({written, location}) << '\n';
    }

  private:
    std::ofstream out_{std::getenv("CANDOR_LOCATIONS") == nullptr
                           ? std::ofstream{}
                           : std::ofstream{std::getenv("CANDOR_LOCATIONS"), std::ios::binary}};
};

}  // namespace

TEST_SUITE("cli/corpus_links") {
    TEST_CASE("every rewritten link of the corpus leads where its author wrote") {
        const auto mails = corpus();
        if (mails.empty()) {
            MESSAGE("skipped: the mail corpus is not beside the clone");
            return;
        }
        World world;
        NoEvents events;
        tracker::Routes routes{{std::shared_ptr<const policy::Config>{
                                   world.rules_in_force, &world.rules_in_force->config}},
                               {world.store, world.keys, world.clock, world.journal, events}};
        std::size_t rewritten = 0;
        std::size_t written_bytes = 0;
        std::size_t token_chars = 0;
        LocationLog log;
        for (const auto treatment : {policy::Treatment::Individual, policy::Treatment::Aggregate}) {
            for (const std::string& mail : mails) {
                const auto transaction =
                    transaction_of(mail, "news@acme.example", {"ann@lumen.example"});
                const auto outcome =
                    milter::treat(transaction, world.newsletter(), world.context(), {treatment});
                if (outcome.edits.body.empty()) continue;
                const auto after = applied(transaction, outcome.edits);
                const auto before_links = links_of(transaction.headers, transaction.text.body());
                const auto after_links = links_of(after.headers, after.body);
                REQUIRE(before_links.size() == after_links.size());
                for (std::size_t i = 0; i < after_links.size(); ++i) {
                    const std::string written = rewriter::trim_url(before_links[i].url);
                    const auto token = milter::own_token(after_links[i].url, host, 'c');
                    if (!token) continue;
                    CAPTURE(written);
                    const auto foreign = rewriter::foreign_tracker(written, {});
                    const auto expected =
                        policy::serialise_destination(foreign.destination.value_or(written));
                    REQUIRE(expected);
                    const std::string location = location_of(routes, *token);
                    written_bytes += location.size();
                    token_chars += token->size();
                    // Under aggregate, parameters that name the person are cut.
                    if (location != *expected) {
                        CHECK(treatment == policy::Treatment::Aggregate);
                        CHECK(location.size() < expected->size());
                    } else {
                        log.add(foreign.destination.value_or(written), location);
                    }
                    ++rewritten;
                }
            }
        }
        MESSAGE(rewritten, " links opened: ", written_bytes / rewritten,
                " bytes of destination in ", token_chars / rewritten, " characters of token");
        CHECK(rewritten > 1000);
    }
}

}  // namespace candor::tests
