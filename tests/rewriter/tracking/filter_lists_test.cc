#include "rewriter/tracking/filter_lists.h"

#include <doctest/doctest.h>

using namespace candor::rewriter;

TEST_SUITE("rewriter/filter_lists") {
    TEST_CASE("what was not understood is counted, with the first line of it") {
        FilterLists lists;
        const auto report = lists.add(
            "[Adblock Plus 2.0]\r\n! Title: t\r\n||a.example^\r\n/[a-z]+\\.gif/\r\n"
            "##.ad\r\n0.0.0.0 b.example\r\n/px?$image\r\n$removeparam=who");
        REQUIRE(report);
        CHECK(report->rules == 3);
        CHECK(report->not_understood == 2);
        CHECK(report->first_unknown == 4);
        CHECK(lists.blocks("https://a.example/", FetchKind::Font));
        CHECK(lists.blocks("https://c.example/px?1", FetchKind::Image));
        CHECK(lists.strips({}, "who"));
    }

    TEST_CASE("lists of both kinds work together") {
        FilterLists lists;
        REQUIRE(lists.add("||a.example^"));
        REQUIRE(lists.add(R"({"providers": {"b": {"urlPattern": "b\\.example",
                              "completeProvider": true, "rules": ["u"]}}})"));
        CHECK(lists.blocks("https://a.example/", FetchKind::Image));
        CHECK(lists.blocks("https://b.example/", FetchKind::Image));
        CHECK(lists.strips(lists.providers_of("https://b.example/?u=1"), "u"));
    }

    TEST_CASE("a page or a picture in the place of a list is a fault") {
        FilterLists lists;
        CHECK(lists.add("\n<!DOCTYPE html>").error().message ==
              "is no filter list: it looks like HTML");
        CHECK(lists.add(std::string_view("||a^\n\0", 6)).error().line == 2);
    }
}
