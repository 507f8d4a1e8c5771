// Texts made from whole mails, read and approved line by line: tests/rewriter/text/golden/README.md
// says what each shows. With CANDOR_UPDATE_GOLDEN=1 in the environment the files are written anew.
#include <doctest/doctest.h>

#include <cstdlib>

#include "rewriter/contents.h"
#include "rewriter/mime/charset.h"
#include "rewriter/text/plaintext.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

const std::filesystem::path own_folder =
    std::filesystem::path(CANDOR_SOURCE_DIR) / "tests" / "rewriter" / "text" / "golden";
const std::filesystem::path shared_corpus = std::filesystem::path(CANDOR_SHARED_DIR) / "corpus";

/// The HTML of a page, or of a message's first HTML part.
std::string html_of(const std::filesystem::path& file) {
    std::string text = slurp(file);
    if (file.extension() != ".eml") return text;
    const Mail mail{text};
    const Message message = mail.parsed();
    for (const PartContent& content : message.contents().parts) {
        const Part& part = message.parts()[content.part];
        if (part.kind == PartKind::Html) return to_utf8(content.bytes, part.charset);
    }
    return {};
}

/// Long URLs cut short: of real mail they name somebody, and no reader of these files needs them.
std::string with_short_urls(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \r\n"), text.size() - 1) + 1;
        const std::string_view word = text.substr(0, end);
        const bool cut = word.starts_with("http") && word.size() > most + 1;
        if (cut) out.append(word.substr(0, most)) += "...";
        out += cut ? word.substr(word.size() - 1) : word;
        text.remove_prefix(end);
    }
    return out;
}

struct Golden {
    std::string_view name;
    std::string_view input;  ///< in the shared corpus; in our own folder when it has no slash
    LineFormat format = LineFormat::Fixed;
};

void check(const Golden& golden) {
    const bool own = golden.input.find('/') == golden.input.npos;
    const std::filesystem::path input = (own ? own_folder : shared_corpus) / golden.input;
    if (!std::filesystem::exists(input)) {
        MESSAGE("skipped: ", golden.input, " is not here");
        return;
    }
    const std::string text = with_short_urls(html_to_text(html_of(input), golden.format));
    const std::filesystem::path expected = own_folder / golden.name;
    if (std::getenv("CANDOR_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(expected, std::ios::binary) << text;
    }
    CAPTURE(golden.name);
    CHECK(text == slurp(expected));
}

}  // namespace

TEST_SUITE("rewriter/text_golden") {
    TEST_CASE("mails become the texts that were approved") {
        const std::string nordic = "eml/foff-milter/negative_nordic_museum_concert.eml";
        for (const Golden& golden : std::initializer_list<Golden>{
                 {"1-consumer-reports.txt",
                  "eml/foff-milter/negative_consumer_reports_survey_false_positive.eml"},
                 {"2-postmark-invoice.txt",
                  "html/ActiveCampaign_postmark-templates/"
                  "templates-inlined_basic-full_invoice_content.html"},
                 {"3-nordic-museum.txt", nordic},
                 {"4-react-order.txt",
                  "html/resend_react-email/apps_demo_emails_04-Arcane_order-confirmation.html"},
                 {"5-cleave-invite.txt", "5-cleave-invite.html"},
                 {"6-nordic-museum.flowed.txt", nordic, LineFormat::Flowed},
                 {"7-responsive.txt", "7-responsive.html"},
                 {"8-goldstar-invoice.txt", "8-goldstar-invoice.html"},
             }) {
            check(golden);
        }
    }
}
