// What holds for any message under a plan that replaces links, on mail of the corpus and on mail
// made at random: nothing but the links changes, and every new link leads back to the old one.
// CANDOR_FULL=1 takes the whole corpus and more rounds; else a sample, of another part each run.
#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <random>

#include "rewriter/contents.h"
#include "rewriter/links/links.h"
#include "rewriter/part_edits.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

constexpr std::string_view prefix = "https://go.acme.example/c/";

bool full_run() {
    return std::getenv("CANDOR_FULL") != nullptr;  // NOLINT: no other thread
}

std::string hex_of(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string text_of_hex(std::string_view hex) {
    std::string out;
    for (std::size_t at = 0; at + 2 <= hex.size(); at += 2) {
        out += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
    }
    return out;
}

/// Every web link leads to a URL that holds the old one, readable.
std::optional<std::string> reversible(const FoundLink& link) {
    const std::string url = trim_url(link.url);
    const std::string scheme = scheme_of(url);
    if ((scheme != "http" && scheme != "https") || url.starts_with(prefix)) return std::nullopt;
    return std::string(prefix) + hex_of(link.url);
}

RewritePlan reversible_plan() {
    RewritePlan plan;
    plan.replace_link = reversible;
    return plan;
}

/// Where a line end may stand for a blank, since a line would have been too long.
std::string without_line_ends(std::string text) {
    for (std::size_t at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at))
        text.replace(at, 2, " ");
    return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// The encoded lines of quoted-printable that no edit comes near leave as they came, in order.
void check_other_lines(std::string_view before, std::string_view after,
                       const std::vector<Replacement>& edits) {
    const auto left = lines_of(after);
    std::size_t next = 0;
    std::size_t decoded = 0;
    std::size_t kept = 0;
    for (const std::string_view line : lines_of(before)) {
        const std::size_t begin = decoded;
        decoded += decode(line, TransferEncoding::QuotedPrintable).size();
        const bool near = std::ranges::any_of(edits, [&](const Replacement& edit) {
            return edit.where.begin <= decoded && begin <= edit.where.end;
        });
        if (near) continue;
        while (next < left.size() && left[next] != line) ++next;
        REQUIRE(next < left.size());
        ++next;
        ++kept;
    }
    if (edits.empty()) CHECK(kept == left.size());
}

/// Of each part: decode(out) == splice(decode(in)).
void check_parts(const Message& before, const Message& after, const RewritePlan& plan) {
    REQUIRE(after.contents().parts.size() == before.contents().parts.size());
    for (std::size_t i = 0; i < before.contents().parts.size(); ++i) {
        const PartContent& content = before.contents().parts[i];
        const Part& part = before.parts()[content.part];
        Edits counts;
        std::vector<Replacement> edits;
        if (!part.untouchable) {
            edits = part.kind == PartKind::Html ? *html_edits(content, plan, counts)
                                                : *text_edits(content, plan, counts);
        }
        const std::string expected = splice(content.bytes, edits);
        const std::string& got = after.contents().parts[i].bytes;
        const Part& new_part = after.parts()[after.contents().parts[i].part];
        if (new_part.encoding == TransferEncoding::QuotedPrintable) {
            const auto encoded = [](const Message& message, const Part& one) {
                return message.source().substr(one.content.begin, one.content.size());
            };
            const auto longest = [&](const Message& message, const Part& one) {
                return longest_line(encoded(message, one));
            };
            const bool was = part.encoding == TransferEncoding::QuotedPrintable;
            if (was) check_other_lines(encoded(before, part), encoded(after, new_part), edits);
            CHECK(longest(after, new_part) <=
                  std::max<std::size_t>(76, was ? longest(before, part) : 0));
        }
        const bool lines_may_break = part.encoding != TransferEncoding::QuotedPrintable &&
                                     part.encoding != TransferEncoding::Base64;
        if (lines_may_break && got != expected) {
            CHECK(without_line_ends(got) == without_line_ends(expected));
        } else {
            CHECK(got == expected);
        }
    }
}

/// The links of the result, read back, are those of the original.
void check_links(const Message& before, const Message& after) {
    const Survey old = survey(before);
    const Survey now = survey(after);
    REQUIRE(now.links.size() == old.links.size());
    for (std::size_t i = 0; i < now.links.size(); ++i) {
        const FoundLink& link = old.links[i];
        const bool replaced = !link.untouchable && reversible(link).has_value();
        CHECK(now.links[i].ordinal == link.ordinal);
        if (!replaced) {
            CHECK(now.links[i].url == link.url);
        } else {
            REQUIRE(now.links[i].url.starts_with(prefix));
            CHECK(text_of_hex(now.links[i].url.substr(prefix.size())) == link.url);
        }
    }
}

/// Says how many links were replaced.
std::size_t check_message(const Mail& mail) {
    const RewritePlan plan = reversible_plan();
    const Message before = mail.parsed();
    REQUIRE(rewrite(before, {})->empty());
    const auto edits = rewrite(before, plan);
    REQUIRE(edits.has_value());
    const Mail changed{apply(mail.raw(), *edits)};
    const Message after = changed.parsed();
    CHECK(longest_line(changed.split.body) <=
          std::max<std::size_t>(998, longest_line(mail.split.body)));
    check_parts(before, after, plan);
    check_links(before, after);
    CHECK(rewrite(after, plan)->empty());
    return edits->links_rewritten;
}

/// HTML or text with links between things that have hurt somebody.
std::string odd_body(std::mt19937& random, bool html) {
    static constexpr std::string_view in_html[] = {
        "<a href=\"http://x.example/?a=1&amp;b=2\">x</a>",
        "<a class=q href='https://x.example/caf%C3%A9'>y</a>",
        "<A HREF = https://x.example/unquoted >z</A>",
        "<area href=\"\thttp://x.example/\r\n  folded\">",
        "<!--[if mso]><v:roundrect href=\"https://x.example/v\" "
        "style=\"a\"></v:roundrect><![endif]-->",
        "<!-- <a href=\"http://no.example/\"> -->",
        "<style>a{b:c}</style>",
        "<a href=\"mailto:a@x.example\">m</a>",
        "<p>text text text text</p>",
        "=3D",
        "=",
        "--b1",
        "\r\n",
        "\r\n.\r\n",
        "\r\nFrom me\r\n",
        " ",
    };
    static constexpr std::string_view in_text[] = {
        "http://x.example/?a=1&b=2 ",
        "see <https://x.example/in-brackets>, ",
        "(https://x.example/a_(b)). ",
        "mailto:a@x.example ",
        "text text text ",
        "=3D ",
        "= ",
        "\r\n",
        "\r\n> quoted ",
        "https://x.example/\r\n",
        "-- \r\n",
    };
    std::string body;
    const std::size_t size = random() % 1500;
    while (body.size() < size) {
        body +=
            html ? in_html[random() % std::size(in_html)] : in_text[random() % std::size(in_text)];
        if (random() % 8 == 0) body += std::string(random() % 700, 'w') + " ";
    }
    return body;
}

Mail odd_mail(std::mt19937& random) {
    static constexpr std::pair<std::string_view, TransferEncoding> encodings[] = {
        {"7bit", TransferEncoding::Binary},  // as it comes, long lines and all
        {"8bit", TransferEncoding::Binary},
        {"binary", TransferEncoding::Binary},
        {"quoted-printable", TransferEncoding::QuotedPrintable},
        {"base64", TransferEncoding::Base64},
    };
    std::string body;
    for (const bool html : {false, true}) {
        const auto& [name, encoding] = encodings[random() % std::size(encodings)];
        body += "--B\r\nContent-Type: text/" + std::string(html ? "html" : "plain") +
                "; charset=utf-8\r\nContent-Transfer-Encoding: " + std::string(name) + "\r\n\r\n" +
                *encode(odd_body(random, html), encoding) + "\r\n";
    }
    Mail mail{"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=B\n\n"};
    mail.split.body = body + "--B--\r\n";
    return mail;
}

}  // namespace

TEST_SUITE("rewriter/rewrite_properties") {
    TEST_CASE("on mail of the corpus") {
        const auto files = corpus();
        if (files.empty()) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        const std::size_t step = full_run() ? 1 : 8;
        const std::size_t first = std::random_device{}() % step;
        std::size_t replaced = 0;
        for (std::size_t i = first; i < files.size(); i += step) {
            const std::string name = files[i].filename().string();
            CAPTURE(name);
            replaced += check_message(Mail{slurp(files[i])});
        }
        CHECK(replaced > 100);
    }
    TEST_CASE("on mail made at random") {
        const unsigned seed = std::random_device{}();
        std::mt19937 random(seed);
        CAPTURE(seed);
        std::size_t replaced = 0;
        for (int round = 0; round < (full_run() ? 20000 : 400); ++round) {
            CAPTURE(round);
            replaced += check_message(odd_mail(random));
        }
        CHECK(replaced > 1000);
    }
}
