// What a page shows is text, whatever it says.
#include "policy/html_text.h"

#include <doctest/doctest.h>

using candor::policy::escaped_html;

TEST_SUITE("policy/html_text") {
    TEST_CASE("no text opens a tag, ends a value or stands for another character") {
        CHECK(escaped_html("<b a=\"x\" c='y'>&amp;") ==
              "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;");
        CHECK(escaped_html("Grüße, 日本") == "Grüße, 日本");
        CHECK(escaped_html("").empty());
    }
}
