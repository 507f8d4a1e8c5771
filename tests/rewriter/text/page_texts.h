// Small pages and the texts that html_to_text() makes of them.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string_view>

#include "rewriter/text/plaintext.h"

namespace candor::rewriter::test {

struct PageText {
    std::string_view html;
    std::string_view text;
};

inline void check(std::initializer_list<PageText> rows) {
    for (const PageText& row : rows) {
        CAPTURE(row.html);
        CHECK(html_to_text(row.html) == row.text);
    }
}

}  // namespace candor::rewriter::test
