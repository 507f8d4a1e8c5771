#include "policy/json_member.h"

#include <doctest/doctest.h>

using candor::policy::json_member;

TEST_SUITE("policy/json_member") {
    TEST_CASE("a member is read by its path, as text") {
        const std::string_view json = R"({"a":{"b":false,"c":"x","d":1,"e":[0],"f":null},"g":0})";
        CHECK(json_member(json, "a.b") == "false");
        CHECK(json_member(json, "a.c") == "x");
        CHECK(json_member(json, "a.d") == "1");
        CHECK(json_member(json, "g") == "0");
    }

    TEST_CASE("what is not there, no value or no JSON is nothing") {
        for (const char* path : {"a.e", "a.f", "a", "b", "a.b.c", "g.a"}) {
            CAPTURE(path);
            CHECK(!json_member(R"({"a":{"b":false,"e":[0],"f":null},"g":0})", path));
        }
        CHECK(!json_member("", "a"));
        CHECK(!json_member("{\"a\":", "a"));
        CHECK(!json_member("[1]", "a"));
        CHECK(!json_member(std::string(100000, '['), "a"));
    }
}
