#include "rewriter/mime/iso2022.h"

#include <doctest/doctest.h>

using namespace candor::rewriter;

TEST_SUITE("rewriter/iso2022") {
    TEST_CASE("only ASCII characters are left to be seen") {
        struct Row {
            std::string_view bytes, shadow;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {"plain <a href=\"x\">\r\n", "plain <a href=\"x\">\r\n"},
                 // Two-byte characters made of `"` and `<`.
                 {"<b>\x1B$B\"<\"=\x1B(B</b>", "<b>\x1B\x80\x80\x80\x80\x80\x80\x1B\x80\x80</b>"},
                 {"\x1B(J<p>\x1B(B", "\x1B\x80\x80<p>\x1B\x80\x80"},
                 {"\x1B(I<<\x1B(B<", "\x1B\x80\x80\x80\x80\x1B\x80\x80<"},
                 {"\x1B$(D\"<\x1B(B", "\x1B\x80\x80\x80\x80\x80\x1B\x80\x80"},
                 // Nothing between two switches, where no markup is.
                 {"a\x1B(B & <b>b\x1B$B\x1B(B", "a\x1B\x80\x80 & <b>b\x1B\x80\x80\x1B\x80\x80"},
                 {"<a \x1B$B\"<\x1B(Bb>",
                  "<a \x1B\x80\x80\x80\x80\x1B\x80\x80"
                  "b>"},
                 // Korean: a designation once, then SO and SI.
                 {"\x1B$)C<\x0E\"<\x0F>\r\n", "\x1B\x80\x80\x80<\x0E\x80\x80\x0F>\r\n"},
             }) {
            CAPTURE(row.bytes);
            CHECK(iso2022_shadow(row.bytes) == row.shadow);
        }
    }
    TEST_CASE("text that readers may read differently has no shadow") {
        for (const std::string_view bytes : {
                 "<\x1B(Ba href=x>",          // nothing between two switches
                 "<a \x1B$B\x1B(Bhref=x>",    //
                 "<a \x1B$)Chref=x>",         //
                 "<a \x0E\x0Fhref=x>",        //
                 "<a href=x>&\x1B(Bcopy;",    //
                 "\x1B$B\"<",                 // the end between two switches
                 "\x1B$B\"<\r\n<b>\x1B(B",    // a line end between two switches
                 "\x1B[31m<b>",               // an unknown switch
                 "\x1B",                      //
                 "\x0E\"<\r\n\x0F",           //
                 "\x1B$B\x0E\"<\x0F\x1B(B",   // SO between two escape sequences
                 "\x1B$)C\x0E\"\x1B(B<\x0F",  // an escape sequence between SO and SI
             }) {
            CAPTURE(bytes);
            CHECK(iso2022_shadow(bytes) == std::nullopt);
        }
    }
}
