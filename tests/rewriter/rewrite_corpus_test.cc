// The rules that hold for every message, checked on the shared corpus under every plan.
#include <doctest/doctest.h>

#include <map>

#include "rewriter/links/links.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

constexpr std::string_view own = "https://go.acme.example/";

/// As a treatment would: web links and placeholders get our own URL, ours stay.
std::optional<std::string> to_own_host(const FoundLink& link) {
    const std::string url = trim_url(link.url);
    const std::string scheme = scheme_of(url);
    if (url.starts_with(own)) return std::nullopt;
    if (scheme != "http" && scheme != "https" && scheme != "candor") return std::nullopt;
    return std::string(own) + "c/" + std::string(60, 'T') + std::to_string(link.ordinal % 10);
}

struct NamedPlan {
    std::string name;
    RewritePlan plan;
};

std::vector<NamedPlan> all_plans() {
    std::vector<NamedPlan> plans(4);
    RewritePlan links;
    links.replace_link = to_own_host;
    links.footer_html =
        "<p>Opt out \xE2\x80\x93 caf\xC3\xA9: <a href=\"https://go.acme.example/u/x\">here</a></p>";
    links.footer_text = "Opt out \xE2\x80\x93 caf\xC3\xA9: https://go.acme.example/u/x";
    plans[0] = {"links+footer", links};
    plans[1] = {"untracked", {}};
    plans[1].plan.remove_tracking = true;
    plans[2] = {"plaintext", {}};
    plans[2].plan.plaintext_only = true;
    plans[3] = {"plaintext+links+footer", links};
    plans[3].plan.plaintext_only = true;
    plans[3].plan.remove_tracking = true;
    return plans;
}

/// Attachments, to be the same before and after; of which images that HTML shows go with it.
std::multimap<std::string, std::string> attachments(const Message& message, bool without_html) {
    std::multimap<std::string, std::string> found;
    for (const Part& part : message.parts()) {
        if (!part.attachment || part.mime_type.starts_with("multipart/")) continue;
        const Span whole{part.header.begin, part.content.end};
        if (part.path.empty() || (without_html && shown_by_html(message, part))) continue;
        found.emplace(part.mime_type, message.source().substr(whole.begin, whole.size()));
    }
    return found;
}

void check_plan(const NamedPlan& named, const Mail& before) {
    const Message message = before.parsed();
    const auto edits = rewrite(message, named.plan);
    REQUIRE(edits.has_value());
    if (edits->empty()) {
        if (named.plan.plaintext_only && !message.untouchable())
            CHECK_FALSE(survey(message).has_html);
        return;
    }
    const Mail after{apply(before.raw(), *edits)};
    if (!edits->body.empty()) {
        CHECK(longest_line(after.split.body) <=
              std::max<std::size_t>(998, longest_line(before.split.body)));
    }
    const Message result = after.parsed();
    CHECK(result.opaque() == message.opaque());
    const bool without_html = named.plan.plaintext_only;
    CHECK(attachments(result, without_html) == attachments(message, without_html));
    if (named.plan.plaintext_only && !message.untouchable()) CHECK_FALSE(survey(result).has_html);

    const auto again = rewrite(result, named.plan);
    REQUIRE(again.has_value());
    CHECK(again->body.empty());
    CHECK(again->headers.empty());
}

}  // namespace

TEST_SUITE("rewriter/corpus") {
    TEST_CASE("every corpus message keeps every rule under every plan") {
        const auto files = corpus();
        if (files.empty()) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        const std::vector<NamedPlan> plans = all_plans();
        for (const auto& file : files) {
            const Mail mail{slurp(file)};
            const std::string name = file.filename().string();
            CAPTURE(name);
            const Message message = mail.parsed();
            CHECK(message.source().substr(message.body_begin()) == mail.split.body);
            const auto nothing = rewrite(message, {});
            REQUIRE(nothing.has_value());
            CHECK(nothing->empty());
            for (const NamedPlan& named : plans) {
                CAPTURE(named.name);
                check_plan(named, mail);
            }
        }
    }
}
