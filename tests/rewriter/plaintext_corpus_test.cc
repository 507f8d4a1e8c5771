// The `plaintext` treatment of every mail of the shared corpus: no HTML and nothing remote is left,
// what was attached arrives as it was sent, and the result is a message as sound as the one before.
// A sample by default; with CANDOR_FULL=1 in the environment all of it.
#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include <cstdlib>
#include <map>
#include <set>

#include "rewriter/message_text.h"
#include "rewriter/mime/gmime_ptr.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

using Warnings = std::multiset<int>;

void note_warning(gint64 /*offset*/, GMimeParserWarning warning, const gchar* /*item*/,
                  gpointer warnings) {
    static_cast<Warnings*>(warnings)->insert(static_cast<int>(warning));
}

/// What GMime has to say of a message as it would lie in a file.
Warnings warnings_of(const Mail& mail) {
    std::string file;
    for (const Header& header : mail.split.headers) {
        file += header.name + ':' + header.value + '\n';
    }
    file += "\n" + mail.split.body;
    Warnings warnings;
    const GObjectPtr<GMimeStream> stream{
        g_mime_stream_mem_new_with_buffer(file.data(), file.size())};
    const GObjectPtr<GMimeParser> parser{g_mime_parser_new_with_stream(stream.get())};
    GMimeParserOptions* const options = g_mime_parser_options_new();
    g_mime_parser_options_set_warning_callback(options, note_warning, &warnings);
    const GObjectPtr<GMimeMessage> message{g_mime_parser_construct_message(parser.get(), options)};
    g_mime_parser_options_free(options);
    return warnings;
}

/// Attachments and forwarded messages with their headers, byte for byte; without the images of
/// HTML, which are no files.
std::multiset<std::string> kept_parts(const Message& message) {
    std::multiset<std::string> kept;
    for (const Part& part : message.parts()) {
        if (!part.attachment || part.path.empty()) continue;
        if (part.mime_type.starts_with("multipart/") || shown_by_html(message, part)) continue;
        kept.insert(std::string(
            message.source().substr(part.header.begin, part.content.end - part.header.begin)));
    }
    return kept;
}

/// HTML that is shown, and with it everything that a program fetches from elsewhere to show it.
bool shows_html(const Message& message) {
    return std::ranges::any_of(message.parts(), [](const Part& part) {
        return part.kind == PartKind::Html && !part.attachment;
    });
}

/// Files that `plaintext` cannot treat, and the word for it.
std::map<std::string, std::string> untreatable_listed() {
    std::map<std::string, std::string> listed;
    std::ifstream in(std::filesystem::path(CANDOR_SOURCE_DIR) / "tests" / "rewriter" /
                     "plaintext_untreatable.tsv");
    for (std::string line; std::getline(in, line);) {
        const std::size_t tab = line.find('\t');
        if (line.starts_with('#') || tab == line.npos) continue;
        const std::string rest = line.substr(tab + 1);
        listed.emplace(line.substr(0, tab), rest.substr(0, rest.find('\t')));
    }
    return listed;
}

struct Counts {
    int mails = 0, with_html = 0, untreatable = 0;
};

void check_mail(const std::filesystem::path& file, std::map<std::string, std::string>& untreatable,
                Counts& counts) {
    const std::string name =
        file.parent_path().filename().string() + '/' + file.filename().string();
    CAPTURE(name);
    const Mail before{slurp(file)};
    const Message message = before.parsed();
    const Survey found = survey(message);
    RewritePlan plan;
    plan.plaintext_only = true;
    plan.remove_tracking = true;
    const auto edits = rewrite(message, plan);
    ++counts.mails;
    if (found.has_html) ++counts.with_html;
    REQUIRE(edits.has_value());
    const Mail after{apply(before.raw(), *edits)};
    const Message result = after.parsed();
    // Whole or in part: signed, encrypted, or beyond reading.
    if (found.opaque || found.untouchable_html) {
        ++counts.untreatable;
        const std::string word = found.untouchable ? found.untouchable->word : "signed_part";
        const auto listed = untreatable.extract(name);
        const std::string why = listed.empty() ? "not listed" : listed.mapped();
        CHECK(why == word);
        return;
    }
    CHECK_FALSE(shows_html(result));
    CHECK(kept_parts(result) == kept_parts(message));
    for (const int warning : warnings_of(after)) {
        CAPTURE(warning);
        CHECK(warnings_of(before).contains(warning));
    }
    CHECK(longest_line(after.split.body) <=
          std::max<std::size_t>(998, longest_line(before.split.body)));
}

}  // namespace

TEST_SUITE("rewriter/plaintext_corpus") {
    TEST_CASE("plaintext leaves no HTML, keeps attachments and breaks no message") {
        const auto files = corpus();
        if (files.empty()) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        init_mime();
        const bool all = std::getenv("CANDOR_FULL") != nullptr;
        constexpr std::size_t sample = 5;
        std::map<std::string, std::string> untreatable = untreatable_listed();
        Counts counts;
        for (std::size_t i = 0; i < files.size(); i += all ? 1 : sample) {
            check_mail(files[i], untreatable, counts);
        }
        MESSAGE(counts.mails, " mails, ", counts.with_html, " with HTML, ", counts.untreatable,
                " untreatable");
        if (all) CHECK(untreatable.empty());
    }
}
