#include "milter/opt_out_headers.h"

#include <doctest/doctest.h>

#include "rewriter/mime/header_fields.h"
#include "tests/milter/world.h"

namespace candor::tests {
namespace {

using policy::ListUnsubscribe;
const std::string mine = "https://go.acme.example/u/MINE";
const std::vector<std::string> hosts{"go.acme.example", "go.beta.example"};

/// The two fields after the edits: "value|post value", `-` where there is none or more than one.
std::string after(ListUnsubscribe mode, const std::vector<rewriter::Header>& headers) {
    rewriter::Edits edits;
    edits.headers = milter::opt_out_header_edits(mode, headers, mine, hosts);
    const auto applied = rewriter::apply({headers, "\r\n"}, edits).headers;
    const auto field = [&](const char* name) {
        return rewriter::count_fields(applied, name) == 1 ? *rewriter::field_value(applied, name)
                                                          : "-";
    };
    return field("List-Unsubscribe") + "|" + field("List-Unsubscribe-Post");
}

}  // namespace

TEST_SUITE("milter/opt_out_headers") {
    const std::string ours = "<" + mine + ">|List-Unsubscribe=One-Click";

    TEST_CASE("add writes both fields where there is none and leaves the application's alone") {
        CHECK(after(ListUnsubscribe::Add, {{"Subject", " s"}}) == ours);
        CHECK(after(ListUnsubscribe::Add, {{"List-Unsubscribe", " <mailto:a@b.example>"}}) ==
              "<mailto:a@b.example>|-");
    }
    TEST_CASE("replace leaves each field once, however often it came") {
        CHECK(after(ListUnsubscribe::Replace, {{"List-Unsubscribe", " <https://a.example/>"},
                                               {"list-unsubscribe", " <https://b.example/>"},
                                               {"List-Unsubscribe-Post", " x"}}) == ours);
    }
    TEST_CASE(
        "one of ours that names somebody else is replaced, even where the application's is kept") {
        CHECK(after(ListUnsubscribe::Keep,
                    {{"List-Unsubscribe", " <https://go.acme.example/u/THEIRS>"}}) == ours);
        CHECK(after(ListUnsubscribe::Keep,
                    {{"List-Unsubscribe", " <https://go.beta.example/u/THEIRS>"}}) == ours);
    }
    TEST_CASE("a placeholder stands for ours, whatever the stream wants") {
        const std::vector<rewriter::Header> placed{
            {"List-Unsubscribe", " <Candor:unsubscribe>, <mailto:a@b.example>"}};
        for (const auto mode :
             {ListUnsubscribe::Add, ListUnsubscribe::Replace, ListUnsubscribe::Keep}) {
            CHECK(after(mode, placed) == ours);
        }
        CHECK(milter::remove_own_opt_out_headers(placed, hosts).size() == 1);
    }
    TEST_CASE("twice is once") {
        const std::vector<rewriter::Header> done{
            {"List-Unsubscribe", " <" + mine + ">"},
            {"List-Unsubscribe-Post", " List-Unsubscribe=One-Click"}};
        CHECK(milter::opt_out_header_edits(ListUnsubscribe::Add, done, mine, hosts).empty());
        CHECK(milter::opt_out_header_edits(ListUnsubscribe::Replace, done, mine, hosts).empty());
    }
}

}  // namespace candor::tests
