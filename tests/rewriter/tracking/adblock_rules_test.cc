#include "rewriter/tracking/adblock_rules.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace candor::rewriter;

namespace {

AdblockRules rules_of(const std::vector<std::string_view>& lines) {
    AdblockRules rules;
    for (const std::string_view line : lines) rules.add(line);
    return rules;
}

}  // namespace

TEST_SUITE("rewriter/adblock_rules") {
    TEST_CASE("a rule blocks what it says and nothing else") {
        struct Row {
            std::string_view rule;
            std::vector<std::string_view> blocked;
            std::vector<std::string_view> left;
        };
        const std::vector<Row> rows{
            {"||t.example^",
             {"https://t.example/", "http://x.t.example/a", "//t.example", "https://T.EXAMPLE:80/"},
             {"https://at.example/", "https://t.example.net/", "https://a/?t.example"}},
            {"||t.example/open", {"https://t.example/open?x"}, {"https://t.example/a/open"}},
            {"||example^*/px^", {"https://a.example/b/px?c"}, {"https://a.example/b/pxs"}},
            {"|https://a.example/o",
             {"https://a.example/open"},
             {"https://b/?https://a.example/o"}},
            {"/wf/open?", {"https://x/wf/open?u=1"}, {"https://x/wf/open/"}},
            {".gif?u=|", {"https://x/a.gif?u="}, {"https://x/a.gif?u=1"}},
            {"/o^", {"https://x/o", "https://x/o/1"}, {"https://x/open"}},
            {"*/beacon/*.gif", {"https://x/beacon/1.gif"}, {"https://x/beacon.gif"}},
            {"-open-pixel.", {"https://x/my-open-pixel.png"}, {"https://x/open-pixel.png"}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.rule);
            const AdblockRules rules = rules_of({row.rule});
            CHECK(rules.size() == 1);
            for (const std::string_view url : row.blocked) {
                CAPTURE(url);
                CHECK(rules.blocks(url, FetchKind::Image));
            }
            for (const std::string_view url : row.left) {
                CAPTURE(url);
                CHECK_FALSE(rules.blocks(url, FetchKind::Image));
            }
        }
    }

    TEST_CASE("options restrict a rule to what is fetched, exceptions undo it") {
        const AdblockRules rules = rules_of(
            {"||a.example^$image,third-party", "||b.example^$~image",
             "||c.example^$domain=~shop.example", "||d.example^", "@@||d.example/logo^$image"});
        CHECK(rules.blocks("https://a.example/", FetchKind::Image));
        CHECK_FALSE(rules.blocks("https://a.example/", FetchKind::Font));
        CHECK_FALSE(rules.blocks("https://b.example/", FetchKind::Image));
        CHECK(rules.blocks("https://b.example/", FetchKind::StyleSheet));
        CHECK(rules.blocks("https://c.example/", FetchKind::Image));
        CHECK(rules.blocks("https://d.example/px", FetchKind::Image));
        CHECK_FALSE(rules.blocks("https://d.example/logo", FetchKind::Image));
        CHECK(rules.blocks("https://d.example/logo", FetchKind::Font));
    }

    TEST_CASE("what does not concern mail is skipped, what is not understood is said") {
        using Line = AdblockRules::Line;
        struct Row {
            std::string_view line;
            Line wanted;
        };
        const std::vector<Row> rows{
            {"! Title: x", Line::Irrelevant},
            {"[Adblock Plus 2.0]", Line::Irrelevant},
            {"", Line::Irrelevant},
            {"shop.example##.ad", Line::Irrelevant},
            {"||a.example^$script", Line::Irrelevant},
            {"||a.example^$domain=shop.example", Line::Irrelevant},
            {"||a.example^$~third-party", Line::Irrelevant},
            {"||a.example^$redirect=1x1.gif", Line::Unknown},
            {"/^https:\\/\\/[a-z]+/", Line::Unknown},
            {"0.0.0.0 a.example", Line::Unknown},
            {"*", Line::Unknown},
            {"||a.example/$money", Line::Unknown},
            {"/pixel/", Line::Rule},
            {"$removeparam=mc_eid", Line::Rule},
            {"||a.example^$removeparam=x", Line::Unknown},
        };
        for (const Row& row : rows) {
            CAPTURE(row.line);
            AdblockRules rules;
            CHECK(rules.add(row.line) == row.wanted);
            CHECK((rules.size() == 1) == (row.wanted == Line::Rule));
        }
    }
}
