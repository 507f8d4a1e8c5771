#include "rewriter/html/character_references.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace candor::rewriter;

TEST_SUITE("rewriter/character_references") {
    TEST_CASE(
        "references are undone once, and in attributes only where a link cannot mean otherwise") {
        struct Row {
            std::string_view raw;
            std::string_view in_attribute;
            std::string_view in_text;
        };
        const std::vector<Row> rows{
            {"a=1&amp;b=2", "a=1&b=2", "a=1&b=2"},
            {"&amp;amp;", "&amp;", "&amp;"},
            {"&#38;&#x26;&#X26;", "&&&", "&&&"},
            {"?a=1&copy=2", "?a=1&copy=2", "?a=1\xC2\xA9=2"},
            {"?a=1&copy2", "?a=1&copy2",
             "?a=1\xC2\xA9"
             "2"},
            {"&copy", "\xC2\xA9", "\xC2\xA9"},
            {"&copy;", "\xC2\xA9", "\xC2\xA9"},
            {"&notit;", "&notit;", "\xC2\xACit;"},
            {"&notin;", "\xE2\x88\x89", "\xE2\x88\x89"},
            {"&NotEqualTilde;", "\xE2\x89\x82\xCC\xB8", "\xE2\x89\x82\xCC\xB8"},
            {"&#128;", "\xE2\x82\xAC", "\xE2\x82\xAC"},
            {"&#0;&#xD800;&#x110000;&#99999999999;",
             "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
             "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
            {"&#;&#x;&;&", "&#;&#x;&;&", "&#;&#x;&;&"},
            {"&unknown;", "&unknown;", "&unknown;"},
            {"a\r\nb\rc", "a\nb\nc", "a\nb\nc"},
            {"\xE4&auml;", "\xE4\xC3\xA4", "\xE4\xC3\xA4"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.raw);
            CHECK(decode_character_references(row.raw, ReferencePlace::Attribute) ==
                  row.in_attribute);
            CHECK(decode_character_references(row.raw, ReferencePlace::Text) == row.in_text);
        }
    }
}
