#include "rewriter/text/list_numbers.h"

#include <doctest/doctest.h>

#include <initializer_list>

#include "rewriter/text/plaintext.h"

using namespace candor::rewriter;

TEST_SUITE("rewriter/list_numbers") {
    TEST_CASE("letters and Roman numerals count as people do, digits where they cannot") {
        struct Row {
            int number;
            std::string_view letters;
            std::string_view roman;
        };
        for (const Row& row : std::initializer_list<Row>{{1, "a", "i"},
                                                         {4, "d", "iv"},
                                                         {26, "z", "xxvi"},
                                                         {27, "aa", "xxvii"},
                                                         {702, "zz", "dccii"},
                                                         {703, "aaa", "dcciii"},
                                                         {1994, "bxr", "mcmxciv"},
                                                         {0, "0", "0"},
                                                         {-3, "-3", "-3"},
                                                         {4000, "ewv", "4000"}}) {
            CAPTURE(row.number);
            CHECK(item_number(row.number, Numbering::LowerLetters) == row.letters);
            CHECK(item_number(row.number, Numbering::LowerRoman) == row.roman);
        }
        CHECK(item_number(28, Numbering::UpperLetters) == "AB");
        CHECK(item_number(9, Numbering::UpperRoman) == "IX");
    }
    TEST_CASE("items have the numbers that their list gives them") {
        struct Row {
            std::string_view html;
            std::string_view text;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"<ol start=-1><li>a<li>b<li>c</ol>", "-1. a\n0. b\n1. c\n"},
                 {"<ol start=x><li>a</ol>", "1. a\n"},
                 {"<ol><li>a<li value=9>b<li>c</ol>", "1. a\n9. b\n10. c\n"},
                 {"<ol type=a start=3><li>a<li>b</ol>", "c. a\nd. b\n"},
                 {"<ol type=A><li>a</ol>", "A. a\n"},
                 {"<ol type=i><li>a<li>b</ol>", "i. a\nii. b\n"},
                 {"<ol type=I><li>a</ol>", "I. a\n"},
                 {"<ol type=square><li>a</ol>", "1. a\n"},
                 {"<ol reversed><li>a<li>b</ol>", "2. a\n1. b\n"},
                 {"<ol reversed start=10><li>a<li>b</ol>", "10. a\n9. b\n"},
                 {"<ol><li>a<li style='list-style:none'>b<li>c</ol>", "1. a\nb\n3. c\n"},
                 {"<ul><li value=4>a</ul>", "- a\n"},
             }) {
            CAPTURE(row.html);
            CHECK(html_to_text(row.html) == row.text);
        }
    }
}
