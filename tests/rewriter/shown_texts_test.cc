#include "rewriter/shown_texts.h"

#include <doctest/doctest.h>

#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

const std::string leave = "candor:unsubscribe";
const std::string opt_out = "<a href=\"" + leave + "\">Leave</a>";
const std::string pdf =
    "Content-Type: application/pdf\nContent-Disposition: attachment\n\nfootless\n";

std::string text(const std::string& content) {
    return "Content-Type: text/plain; charset=utf-8\n\n" + content + "\n";
}
std::string html(const std::string& content) {
    return "Content-Type: text/html; charset=utf-8\n\n<p>" + content + "</p>\n";
}
std::string amp(const std::string& content) {
    return "Content-Type: text/x-amp-html; charset=utf-8\n\n<html amp4email><p>" + content +
           "</p></html>\n";
}
std::string alternative(const std::vector<std::string>& parts) {
    return multipart("alternative", "A", parts);
}
std::string mixed(const std::vector<std::string>& parts) {
    return multipart("mixed", "M", parts);
}

RewritePlan footer_plan(bool plaintext) {
    RewritePlan plan;
    plan.plaintext_only = plaintext;
    plan.is_opt_out = [](std::string_view url) {
        return url == leave || url == "http://u.example/";
    };
    plan.replace_link = [](const FoundLink& found) -> std::optional<std::string> {
        if (found.url == leave) return "http://u.example/";
        return std::nullopt;
    };
    plan.footer_html = "<p>FOOT <a href=\"http://u.example/\">Leave</a></p>";
    plan.footer_text = "FOOT http://u.example/";
    return plan;
}

/// For each part of what leaves whether the footer stands in it: "F" or "-".
std::string footers(const std::string& file, bool plaintext = false) {
    const RewritePlan plan = footer_plan(plaintext);
    const Mail mail{file};
    const Mail after{apply(mail.raw(), *rewrite(mail.parsed(), plan))};
    CHECK(rewrite(after.parsed(), plan)->empty());
    std::string found;
    const Message message = after.parsed();
    for (const Part& part : message.parts()) {
        const auto content = message.source().substr(part.content.begin, part.content.size());
        const std::size_t at = content.find("FOOT");
        found += at == std::string_view::npos ? '-' : 'F';
        const bool once =
            at == std::string_view::npos || content.find("FOOT", at + 1) == std::string_view::npos;
        CHECK(once);
    }
    return found;
}

OptOut shown(const std::string& file) {
    return shown_texts(Mail{file}.parsed(), footer_plan(false).is_opt_out).opt_out;
}

}  // namespace

TEST_SUITE("rewriter/shown_texts") {
    TEST_CASE("the footer goes to each form of a mail that lacks an opt-out, and to no other") {
        struct Row {
            std::string mail, footers, as_text;
        };
        for (const Row& row : std::initializer_list<Row>{
                 {alternative({text("Hello"), html("Hello " + opt_out)}), "F-", "F"},
                 {alternative({text("Hello " + leave), html("Hello")}), "-F", "-"},
                 {alternative({text("Hello " + leave), html("Hello " + opt_out)}), "--", "-"},
                 {alternative({text("Hello"), html("Hello")}), "FF", "F"},
                 {alternative({text(leave), amp("Hello"), html(opt_out)}), "-F-", "-"},
                 {alternative({text("Hello"), amp(opt_out), html("Hello")}), "F-F", "F"},
                 {html(opt_out), "-", "-"},
                 {html("<!--[if mso]>" + opt_out + "<![endif]-->"), "F", "F"},
                 {html("<div style=\"display:none\">" + opt_out + "</div>"), "F", "F"},
                 {html("<div style=\"display:none\">" + opt_out + "</div>" + opt_out), "-", "-"},
                 {html("<p hidden><b>" + opt_out + "</b></p>"), "F", "F"},
                 {html("<a style=\"display:none\" href=\"" + leave + "\">x</a>"), "F", "F"},
                 {html("<form action=\"" + leave + "\"><input type=submit></form>"), "F", "F"},
             }) {
            CAPTURE(row.mail);
            CHECK(footers(row.mail) == row.footers);
            CHECK(footers(row.mail, true) == row.as_text);
        }
    }
    TEST_CASE("what is shown in one piece has the footer once, at its end") {
        struct Row {
            std::string mail, footers, as_text;
        };
        const std::string both = alternative({text("Hello"), html("Hello")});
        const std::string apple = mixed({html("One"), pdf, html("Two")});
        for (const Row& row : std::initializer_list<Row>{
                 {mixed({html("Hello"), text("list footer")}), "-F", "-F"},
                 {mixed({html(opt_out), text("list footer")}), "--", "--"},
                 {mixed({both, text("list footer")}), "--F", "-F"},
                 {mixed({both, pdf}), "FF-", "F-"},
                 {apple, "--F", "--F"},
                 {mixed({html("One"), pdf, html(opt_out)}), "---", "---"},
                 {alternative({text("Hello"), apple}), "F--F", "F-"},
                 {mixed({text("Hello"), text("")}), "F-", "F-"},
                 {mixed({text(""), text("")}), "F-", "F-"},
                 {alternative({text(""), text("Hello"), html("")}), "-FF", "F"},
                 {alternative({text(""), text("")}), "FF", "FF"},
                 {multipart("related", "R", {html("One"), html("Two")}), "F-", "F"},
             }) {
            CAPTURE(row.mail);
            CHECK(footers(row.mail) == row.footers);
            CHECK(footers(row.mail, true) == row.as_text);
        }
    }
    TEST_CASE("an opt-out is shown when no reader misses it") {
        CHECK(shown(alternative({text(leave), html(opt_out)})) == OptOut::Shown);
        CHECK(shown(alternative({text(""), html(opt_out)})) == OptOut::Shown);
        CHECK(shown(alternative({text("Hello"), html(opt_out)})) == OptOut::Missing);
        CHECK(shown(mixed({text("Hello"), html(opt_out)})) == OptOut::Shown);
        CHECK(shown(pdf) == OptOut::Silent);
    }
}
