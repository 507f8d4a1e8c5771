#include "rewriter/text/stub_text.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace candor::rewriter;

namespace {

bool is_stub(std::string_view text, std::string_view html) {
    return is_stub_text(text, what_html_says(html));
}

/// As many letters as a page has, in words.
std::string page(std::size_t words = 400) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) text += "orchard ";
    return text;
}

std::string paragraph(std::string_view words) {
    return "<p>" + std::string{words} + "</p>";
}

std::string links(int count) {
    std::string html;
    for (int i = 0; i < count; ++i) {
        html += "<a href=https://a.example/" + std::to_string(i) + ">See number</a> ";
    }
    return html;
}

}  // namespace

TEST_SUITE("rewriter/stub_text") {
    TEST_CASE("a text part that says nothing or only excuses itself is a stub") {
        const std::string html = paragraph(page());
        for (const std::string_view stub : {
                 "",
                 " \r\n\t",
                 "\xE2\x80\x8C \xC2\xAD \xCD\x8F \xE2\x80\x8C\n",
                 "Your e-mail client does not support HTML messages.",
                 "To view this email in your browser, go to https://a.example/v",
                 "https://a.example/v",
             }) {
            CAPTURE(stub);
            CHECK(is_stub(stub, html));
        }
    }

    TEST_CASE("an excuse is one however short the mail, unless the mail itself says it") {
        CHECK(is_stub("Your program does not support HTML.", "<p>Thank you!</p>"));
        CHECK(!is_stub("We now support HTML mail.", "<p>We now support HTML mail.</p>"));
    }

    TEST_CASE("the addresses in an excuse do not make it a text") {
        const std::string address = "https://a.example/click?" + std::string(500, 'x');
        const std::string stub =
            "This program might not support HTML formatted email.\n\nOr open the following link in "
            "a browser:\n" +
            address + "\n\nTo leave the list, open this link:\n" + address + "\n";
        CHECK(is_stub(stub, paragraph(page(60))));
    }

    TEST_CASE("a text is kept when its HTML says no more") {
        for (const std::string_view text : {
                 "Yes, view online.",
                 "Hello Ann, your order has left our house.",
                 "See you at four. Bob",
                 "4711",
                 "\xF0\x9F\x91\x8D",
                 "https://a.example/v",
             }) {
            CAPTURE(text);
            CHECK(!is_stub(text, paragraph(text)));
        }
    }

    TEST_CASE("a short letter is kept beside the imprint and the links of its HTML") {
        const std::string imprint =
            "<p>Orchard Society, 12 Mill Lane, Ashford. Chair: A. Reed. This message is meant for "
            "the person it is addressed to and may be confidential.</p>" +
            links(2);
        CHECK(!is_stub("Dear Ann,\nthe saplings are here.\nBob",
                       paragraph("Dear Ann, the saplings are here. Bob") + imprint));
    }

    TEST_CASE("a first line of what the HTML says is a stub") {
        const std::string teaser = "Our spring list is here. Orchard Society, 12 Mill Lane";
        CHECK(is_stub(teaser, paragraph(page())));
        CHECK(is_stub("https://a.example/1\nhttps://a.example/2\n", paragraph("Three trees")));
        CHECK(is_stub("Logo https://a.example/1\nShop https://a.example/2\n",
                      paragraph("The orchard shop: three trees")));
        CHECK(!is_stub(page(200), paragraph(page())));
    }

    TEST_CASE("words without a link are a stub when the HTML has many") {
        const std::string words = page(40);
        CHECK(is_stub(words, paragraph(words) + links(3)));
        CHECK(!is_stub(words, paragraph(words) + links(2)));
        CHECK(!is_stub(words + "https://a.example/0", paragraph(words) + links(3)));
        CHECK(!is_stub(words + "Find us at www.a.example", paragraph(words) + links(3)));
        CHECK(!is_stub(words, paragraph(words) + "<a href=mailto:a@a.example>a</a>"
                                                 "<a href=mailto:b@a.example>b</a>"
                                                 "<a href=mailto:c@a.example>c</a>"));
    }

    TEST_CASE("the tags of HTML are no text, unless the HTML shows them too") {
        const std::string words = page(40);
        std::string soup;
        std::string padding;
        std::string empty;
        std::string shown;
        std::string addresses;
        for (int i = 0; i < 12; ++i) {
            soup += "<td class=\"c\">";
            padding += "&#847;&zwnj; ";
            empty += "[] ";
            shown += "&lt;td class=\"c\"> ";
            addresses += "[See it] <https://a.example/> <www.a.example/b> Ann <ann@a.example> ";
        }
        for (const std::string& stub : {soup, padding, empty}) {
            CHECK(is_stub(stub + words, paragraph(words)));
        }
        CHECK(!is_stub(words + soup, paragraph(words + shown)));
        CHECK(!is_stub(words + addresses, paragraph(words)));
        CHECK(!is_stub(words + "[ ] one\n[ ] two\n</quote>", paragraph(words)));
    }
}
