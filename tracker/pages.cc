// Markup of the pages; see pages.h.
#include "tracker/pages.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace candor::tracker {
namespace {

using policy::OptOutPage;
using policy::OptOutScope;

constexpr std::string_view style =
    ":root{color-scheme:light dark}"
    "body{margin:0;background:#fff;color:#1b1b1b;font:1.0625rem/1.55 system-ui,sans-serif}"
    "main{max-width:38rem;margin:0 auto;padding:2rem 1.25rem}"
    "h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem}"
    "fieldset{border:1px solid #767676;border-radius:.4rem;padding:1rem}"
    "legend{padding:0 .4rem}.choice{display:flex;gap:.6rem;margin:.7rem 0}"
    "input{width:1.25rem;height:1.25rem;flex:none;margin-top:.2rem}small{display:block}"
    "button{font:inherit;padding:.65rem 1.3rem;border:2px solid #0b4a8f;border-radius:.4rem;"
    "background:#0b4a8f;color:#fff;cursor:pointer}a{color:#0b4a8f}"
    ":focus-visible{outline:3px solid #b35900;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{background:#161616;color:#ededed}a{color:#9cc6ff}"
    "button{background:#9cc6ff;border-color:#9cc6ff;color:#10243d}"
    ":focus-visible{outline-color:#ffb866}}";

/// The style is allowed by its digest, so that no other style could be slipped in.
std::string content_security_policy() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    std::array<unsigned char, std::size_t{2} * EVP_MAX_MD_SIZE> encoded{};
    const int done =
        EVP_Digest(style.data(), style.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::string style_source = "'unsafe-inline'";
    if (done == 1) {
        const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
        style_source = "'sha256-" + std::string(encoded.begin(), encoded.begin() + size) + "'";
    }
    return fmt::format(
        "default-src 'none'; style-src {}; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'",
        style_source);
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;  // every other byte stands for itself
        }
    }
    return out;
}

Response page(const Texts& texts, int status, std::string_view title, std::string_view content) {
    static const std::string policy = content_security_policy();
    return {status,
            {{"Content-Type", "text/html; charset=utf-8"},
             {"Content-Language", texts.tag},
             {"Vary", "Accept-Language"},
             {"Content-Security-Policy", policy},
             {"X-Content-Type-Options", "nosniff"},
             {"Referrer-Policy", "no-referrer"},
             {"Cache-Control", "no-store"},
             {"X-Robots-Tag", "noindex"}},
            fmt::format("<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n"
                        "<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n"
                        "<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n{}</main>\n"
                        "</body>\n</html>\n",
                        texts.tag, texts.direction, title, style, title, content)};
}

std::string paragraph(std::string_view content) {
    return fmt::format("<p>{}</p>\n", content);
}

/// The name stands alone behind a label, as in a form: no sentence has to bend around it.
std::string sender_line(const Texts& texts, const Sender& sender) {
    if (sender.name.empty()) return {};
    return fmt::format(
        "<p class=\"sender\">{}</p>\n",
        fmt::format(fmt::runtime(texts.sender),
                    fmt::arg("sender", "<strong>" + escaped(sender.name) + "</strong>")));
}

std::string notice_link(const Texts& texts, const Sender& sender) {
    // Configuration says https; anything else (javascript:) must not become a link.
    if (!sender.privacy_notice_url.starts_with("https://")) return {};
    return fmt::format("<p><a href=\"{}\" rel=\"noreferrer\">{}</a></p>\n",
                       escaped(sender.privacy_notice_url), texts.notice);
}

std::string radio(std::string_view value, std::string_view label, std::string_view hint,
                  bool checked) {
    return fmt::format(
        "<div class=\"choice\"><input type=\"radio\" name=\"choice\" id=\"{0}\" value=\"{0}\" "
        "aria-describedby=\"{0}-hint\" required{1}><div><label for=\"{0}\">{2}</label>"
        "<small id=\"{0}-hint\">{3}</small></div></div>\n",
        value, checked ? " checked" : "", label, hint);
}

/// Without an `action` the form posts to the page's own address, so the token is not repeated.
std::string choice_form(const Texts& texts, OptOutPage page) {
    return fmt::format(
        "<form method=\"post\">\n<fieldset>\n<legend>{}</legend>\n{}{}</fieldset>\n"
        "<p>{}</p>\n<p><button type=\"submit\">{}</button></p>\n</form>\n",
        texts.choice_legend,
        radio("all", texts.all, texts.all_hint, page == OptOutPage::Unsubscribe),
        radio("tracking", texts.tracking, texts.tracking_hint, page == OptOutPage::StopTracking),
        texts.nothing_yet, texts.save);
}

std::string what_is_kept(const Texts& texts, const Sender& sender) {
    std::string items;
    const auto add = [&items](std::string_view text) {
        items += fmt::format("<li>{}</li>\n", text);
    };
    add(texts.kept_contact);
    if (sender.decision_months > 0) {
        add(fmt::format(fmt::runtime(texts.kept_mail), fmt::arg("months", sender.decision_months)));
    }
    if (sender.retention_days > 0) {
        add(texts.kept_clicks);
        add(fmt::format(fmt::runtime(texts.kept_days), fmt::arg("days", sender.retention_days)));
    }
    add(texts.kept_choice);
    return fmt::format("<h2>{}</h2>\n<ul>\n{}</ul>\n<p>{}</p>\n", texts.kept_title, items,
                       texts.not_kept);
}

Response choices(const Texts& texts, int status, const Sender& sender, OptOutPage kind,
                 std::string_view before) {
    const bool privacy = kind == OptOutPage::Privacy;
    std::string content = sender_line(texts, sender) + std::string(before);
    if (privacy) {
        content += what_is_kept(texts, sender) + fmt::format("<h2>{}</h2>\n", texts.choice_title);
    }
    content +=
        paragraph(texts.choice_intro) + choice_form(texts, kind) + notice_link(texts, sender);
    return page(texts, status, privacy ? texts.privacy_title : texts.choice_title, content);
}

}  // namespace

Response choice_page(const Texts& texts, const Sender& sender, OptOutPage page) {
    return choices(texts, 200, sender, page, {});
}

Response choice_missing_page(const Texts& texts, const Sender& sender, OptOutPage page) {
    return choices(
        texts, 400, sender, page,
        fmt::format("<p role=\"alert\"><strong>{}</strong></p>\n", texts.choice_missing));
}

Response confirmation_page(const Texts& texts, const Sender& sender, OptOutScope scope) {
    return page(texts, 200, texts.done_title,
                sender_line(texts, sender) +
                    paragraph(scope == OptOutScope::All ? texts.done_all : texts.done_tracking) +
                    paragraph(texts.done_close) + notice_link(texts, sender));
}

Response try_again_page(const Texts& texts) {
    Response response = page(texts, 503, texts.later_title, paragraph(texts.later_text));
    response.headers.push_back({"Retry-After", "60"});
    return response;
}

Response unknown_opt_out_page(const Texts& texts) {
    return page(texts, 200, texts.bad_opt_out_title, paragraph(texts.bad_opt_out_text));
}

Response unknown_link_page(const Texts& texts) {
    return page(texts, 404, texts.bad_link_title, paragraph(texts.bad_link_text));
}

Response not_found_page(const Texts& texts) {
    return page(texts, 404, texts.no_page_title, paragraph(texts.no_page_text));
}

Response wrong_method_page(const Texts& texts, std::string_view allowed) {
    Response response = page(texts, 405, texts.method_title, paragraph(texts.method_text));
    response.headers.push_back({"Allow", std::string(allowed)});
    return response;
}

}  // namespace candor::tracker
