// What of a page nobody sees, and so is not in its text; and what is, though it looks like that.
#include "tests/rewriter/text/page_texts.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

TEST_SUITE("rewriter/hidden_text") {
    TEST_CASE("content that a style sheet hides on wide screens is not there") {
        check({
            {"<style>.pre{display:none}</style><p class='x PRE'>hidden</p>seen", "seen\n"},
            {"<style>#top{display:none}</style><p id=top>hidden</p>seen", "seen\n"},
            {"<style>td.m{display:none}</style><p class=m>seen</p><table><tr><td class=m>x</table>",
             "seen\n"},
            {"<style>@media (max-width:600px){.d{display:none}}</style><p class=d>seen", "seen\n"},
            {"<style>@media screen and (min-width:480px){.m{display:none}}</style><p "
             "class=m>x</p>y",
             "y\n"},
            {"<style media='print'>p{display:none}</style><p>seen", "seen\n"},
            {"<style>.m{display:none}</style><p class=m style='display:block'>seen", "seen\n"},
            {"<style>.m{display:none!important}</style><p class=m style='display:block'>x</p>y",
             "y\n"},
            {"<style><!-- /* a{ */ .m , .n:hover , .o > p {display:none} --></style>"
             "<p class=n>seen<p class=m>not",
             "seen\n"},
            {"<style>.ie .m{display:none}</style><p class=m>seen", "seen\n"},
            {"<style>.p{width:1px;height:1px}</style><img class=p alt='Two shoes'>seen", "seen\n"},
        });
    }
    TEST_CASE("each way in which senders hide a preheader hides it") {
        for (const std::string_view style : {
                 "display:none",
                 "DISPLAY : NONE !important",
                 "visibility:hidden",
                 "opacity:0",
                 "opacity:0.0",
                 "max-height:0;overflow:hidden",
                 "overflow:hidden;max-height:0px",
                 "height:0;overflow:hidden",
                 "max-width:0px;overflow:hidden",
                 "font-size:0",
                 "font-size:1px;line-height:1px",
                 "color:transparent",
             }) {
            CAPTURE(style);
            const std::string html = "<div style=\"" + std::string(style) + "\">hidden</div>seen";
            CHECK(html_to_text(html) == "seen\n");
        }
    }
    TEST_CASE("a preheader in the colour of its background is not there, white words are") {
        check({
            {"<body bgcolor='#fff'><div style='color:#ffffff'>preheader</div>Hello", "Hello\n"},
            {"<div style='color:#fff;background:#fff'>trick</div>", ""},
            // Behind other words it is a heading that its background shines through.
            {"<p>Hello<p style='color:transparent'>Gold", "Hello\n\nGold\n"},
            {"<p style='color:transparent;background:linear-gradient(red,gold)'>Gold", "Gold\n"},
            {"<table bgcolor=transparent><tr><td style='color:#fff'>preheader</table>Hello",
             "Hello\n"},
            {"<p>Hello<p style='background:url(x.png)'><span style='color:#fff'>white</span>",
             "Hello\n\nwhite\n"},
            {"<table><tr><td bgcolor=#000000><p style='color:#fff'>white on black</table>",
             "white on black\n"},
        });
    }
    TEST_CASE("white words stay where their ground may be another than white") {
        for (const std::string_view html : {
                 "<table bgcolor=navy><tr><td><font color=white>",
                 "<table><tr><td bgcolor=red style='color:#ffffff'>",
                 "<table bgcolor=003366><tr><td><p style='color:#FFFFFF'>",
                 "<table bgcolor=chucknorris><tr><td><p style='color:#fff'>",
                 "<body bgcolor=navy><table><tr><td style='color:#fff'>",
                 "<table><tbody style='background:#333'><tr><td style='color:#fff'>",
                 "<table><tr><td>&nbsp;<tbody bgcolor=black><tr><td style='color:#fff'>",
                 "<html style='background:#000'><p style='color:#fff'>",
                 "<style>html{background:#000}</style><body><p style='color:#fff'>",
                 "<style>body{background:#000}</style><p style='color:#fff'>",
                 "<style>html body{background:#000}</style><body><p style='color:#fff'>",
                 "<style>*{background:#000;color:#fff}</style><body><p>",
                 "<style>.footer .content{background:#111}</style><div class=footer>"
                 "<div class=content><p style='color:#fff'>",
                 "<style>div.a > p{background:#123}</style><div class=a><p style='color:white'>",
                 "<style>table.dark td{background:#333} td{color:#fff}</style>"
                 "<table class=dark><tr><td>",
                 "<style>.a p:first-child,.b[title='x y']{background:#333}</style>"
                 "<div class=a><p style='color:#fff'>",
                 "<style>p[title='x y']{background:#333}</style><p title='x y' style='color:#fff'>",
                 "<style>.a p{color:#000}</style><div class=a style='color:#fff'><p>",
                 "<style>@media screen{.h{background:#111}}</style><p class=h style='color:#fff'>",
                 "<style>.w{background:#fff}</style><body bgcolor=#000><p class=w "
                 "style='background:none;color:#fff'>",
                 "<div style='color:#fff'><p style='color:hsl(0,0%,0%)'>",
                 "<!--[if mso]><v:rect fillcolor='#000'><v:textbox><![endif]-->"
                 "<div style='color:#fff'>",
             }) {
            CAPTURE(html);
            CHECK(html_to_text(std::string{html} + "seen") == "seen\n");
        }
    }
    TEST_CASE("what rules say of other elements and other states brings no preheader back") {
        for (const std::string_view html : {
                 "<style>.footer .content{background:#111}</style>",
                 "<style>p:hover{background:#111}</style>",
                 "<style>html,body{background:#fff}</style>",
                 "<style>@media (max-width:600px){p{background:#111}}</style>",
                 "<!--[if mso]><v:rect><v:textbox>Buy</v:textbox></v:rect><![endif]-->",
             }) {
            CAPTURE(html);
            CHECK(html_to_text(std::string{html} + "<p style='color:#fff'>pre</p>x") == "x\n");
        }
    }
}
