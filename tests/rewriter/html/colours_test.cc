#include "rewriter/html/colours.h"

#include <doctest/doctest.h>

using namespace candor::rewriter;

TEST_SUITE("rewriter/colours") {
    TEST_CASE("colours of CSS are read, and what is not read for certain is none") {
        struct Row {
            std::string_view value;
            std::optional<std::uint32_t> colour;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"#fff", 0xFFFFFF},
                 {"#003366", 0x003366},
                 {"#003366 !important", 0x003366},
                 {"rgb(0, 51, 102)", 0x003366},
                 {"white", 0xFFFFFF},
                 {"navy", 0x000080},
                 {"aliceblue", 0xF0F8FF},
                 {"yellowgreen", 0x9ACD32},
                 {"transparent", see_through},
                 {"", std::nullopt},
                 {"navyblue", std::nullopt},
                 {"#ffff", std::nullopt},
                 {"003366", std::nullopt},
                 {"rgba(0,0,0,.5)", std::nullopt},
                 {"hsl(0,0%,0%)", std::nullopt},
                 {"var(--dark)", std::nullopt},
             }) {
            CAPTURE(row.value);
            CHECK(colour_of(row.value) == row.colour);
        }
    }
    TEST_CASE("an attribute needs no # before six digits") {
        CHECK(attribute_colour("003366") == 0x003366);
        CHECK(attribute_colour("#003366") == 0x003366);
        CHECK(attribute_colour("navy") == 0x000080);
        CHECK(attribute_colour("fff") == std::nullopt);  // browsers: 0x0F0F0F; some clients: white
        CHECK(attribute_colour("chucknorris") == std::nullopt);
    }
}
