// Text and markup of the pages; see pages.h.
#include "tracker/pages.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace candor::tracker {
namespace {

using policy::OptOutPage;
using policy::OptOutScope;

/// Every sentence of one language. `{}` stands for the sender.
struct Texts {
    std::string_view language;
    std::string_view the_sender;
    std::string_view choice_title, choice_intro, choice_legend, choice_missing;
    std::string_view all, all_hint, tracking, tracking_hint, save, nothing_yet;
    std::string_view privacy_title, kept_title, kept_mail, kept_clicks, kept_days, kept_choice,
        not_kept, access, notice;
    std::string_view done_title, done_all, done_tracking, done_close;
    std::string_view later_title, later_text;
    std::string_view unknown_opt_out_title, unknown_opt_out_text;
    std::string_view unknown_link_title, unknown_link_text;
    std::string_view not_found_title, not_found_text;
    std::string_view method_title, method_text;
};

constexpr Texts english{
    .language = "en",
    .the_sender = "the sender",
    .choice_title = "Your choice about these e-mails",
    .choice_intro =
        "Choose what {} may do from now on. You need no account, and you can close "
        "this page if you want to leave everything as it is.",
    .choice_legend = "From now on",
    .choice_missing = "Please select one of the two choices first.",
    .all = "Stop all marketing e-mails",
    .all_hint = "You get no more marketing e-mails, and nothing is measured about you.",
    .tracking = "Keep the e-mails, but stop tracking",
    .tracking_hint =
        "E-mails go on as before. Clicks are no longer linked to you, and this "
        "includes e-mails you already have.",
    .save = "Save my choice",
    .nothing_yet = "Nothing changes before you press the button.",
    .privacy_title = "Privacy and your choices",
    .kept_title = "What is kept about these e-mails",
    .kept_mail = "The rule under which an e-mail was sent, with a coded form of the address.",
    .kept_clicks = "Where the law allows it: which link was clicked in which e-mail, and when.",
    .kept_days = "Clicks that can be linked to a person are forgotten after {} days at the latest.",
    .kept_choice = "Your choice on this page, in coded form, so that it is respected for good.",
    .not_kept = "Not kept: your internet address, your browser, your location.",
    .access =
        "To see or erase what is kept about you, write to {} from the mailbox that "
        "got the e-mail. The answer goes to that mailbox only.",
    .notice = "Privacy notice of {}",
    .done_title = "Your choice is saved",
    .done_all =
        "You will get no more marketing e-mails from {}. E-mails that are on their way at "
        "this moment may still arrive.",
    .done_tracking =
        "Clicks in e-mails from {} are no longer linked to you, in new e-mails and in "
        "those you already have.",
    .done_close = "You can close this page now.",
    .later_title = "Not saved yet",
    .later_text = "Your choice could not be saved just now. Please try again in a minute.",
    .unknown_opt_out_title = "This link is not complete",
    .unknown_opt_out_text =
        "Nothing was changed, because part of the link seems to be missing. Please open it from "
        "the e-mail once more, or answer the e-mail and ask to be taken off the list.",
    .unknown_link_title = "This link does not work",
    .unknown_link_text =
        "It may have been cut short on the way. Please open it from the e-mail once more, or ask "
        "the sender of the e-mail for the address of the page.",
    .not_found_title = "There is no page here",
    .not_found_text = "This address only serves links in e-mails.",
    .method_title = "This cannot be done here",
    .method_text = "Please open the link in a browser.",
};

/// One row so far; a second one is to be chosen by Accept-Language.
const Texts& texts() {
    return english;
}

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

/// `text` with its `{}` replaced; `name` is escaped already.
std::string about(std::string_view text, std::string_view name) {
    return fmt::format(fmt::runtime(text), name);
}

std::string name_of(const Sender& sender) {
    return sender.name.empty() ? std::string(texts().the_sender) : escaped(sender.name);
}

Response page(int status, std::string_view title, std::string_view content) {
    static const std::string policy = content_security_policy();
    return {status,
            {{"Content-Type", "text/html; charset=utf-8"},
             {"Content-Language", std::string(texts().language)},
             {"Content-Security-Policy", policy},
             {"X-Content-Type-Options", "nosniff"},
             {"Referrer-Policy", "no-referrer"},
             {"Cache-Control", "no-store"},
             {"X-Robots-Tag", "noindex"}},
            fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n"
                        "<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n{}</main>\n"
                        "</body>\n</html>\n",
                        texts().language, title, style, title, content)};
}

std::string paragraph(std::string_view content) {
    return fmt::format("<p>{}</p>\n", content);
}

std::string notice_link(const Sender& sender) {
    // Configuration says https; anything else (javascript:) must not become a link.
    if (!sender.privacy_notice_url.starts_with("https://")) return {};
    return fmt::format("<p><a href=\"{}\" rel=\"noreferrer\">{}</a></p>\n",
                       escaped(sender.privacy_notice_url), about(texts().notice, name_of(sender)));
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
std::string choice_form(OptOutPage page) {
    return fmt::format(
        "<form method=\"post\">\n<fieldset>\n<legend>{}</legend>\n{}{}</fieldset>\n"
        "<p>{}</p>\n<p><button type=\"submit\">{}</button></p>\n</form>\n",
        texts().choice_legend,
        radio("all", texts().all, texts().all_hint, page == OptOutPage::Unsubscribe),
        radio("tracking", texts().tracking, texts().tracking_hint,
              page == OptOutPage::StopTracking),
        texts().nothing_yet, texts().save);
}

std::string what_is_kept(const Sender& sender) {
    std::string items;
    auto add = [&items](std::string_view text) { items += fmt::format("<li>{}</li>\n", text); };
    add(texts().kept_mail);
    add(texts().kept_clicks);
    if (sender.retention_days > 0) {
        add(about(texts().kept_days, fmt::to_string(sender.retention_days)));
    }
    add(texts().kept_choice);
    return fmt::format("<h2>{}</h2>\n<ul>\n{}</ul>\n<p>{}</p>\n<p>{}</p>\n", texts().kept_title,
                       items, texts().not_kept, about(texts().access, name_of(sender)));
}

Response choices(int status, const Sender& sender, OptOutPage kind, std::string_view before) {
    const bool privacy = kind == OptOutPage::Privacy;
    std::string content(before);
    if (privacy)
        content += what_is_kept(sender) + fmt::format("<h2>{}</h2>\n", texts().choice_title);
    content += paragraph(about(texts().choice_intro, name_of(sender)));
    content += choice_form(kind) + notice_link(sender);
    return page(status, privacy ? texts().privacy_title : texts().choice_title, content);
}

}  // namespace

Response choice_page(const Sender& sender, OptOutPage page) {
    return choices(200, sender, page, {});
}

Response choice_missing_page(const Sender& sender, OptOutPage page) {
    return choices(
        400, sender, page,
        fmt::format("<p role=\"alert\"><strong>{}</strong></p>\n", texts().choice_missing));
}

Response confirmation_page(const Sender& sender, OptOutScope scope) {
    const std::string_view text =
        scope == OptOutScope::All ? texts().done_all : texts().done_tracking;
    return page(200, texts().done_title,
                paragraph(about(text, name_of(sender))) + paragraph(texts().done_close) +
                    notice_link(sender));
}

Response try_again_page() {
    Response response = page(503, texts().later_title, paragraph(texts().later_text));
    response.headers.push_back({"Retry-After", "60"});
    return response;
}

Response unknown_opt_out_page() {
    return page(200, texts().unknown_opt_out_title, paragraph(texts().unknown_opt_out_text));
}

Response unknown_link_page() {
    return page(404, texts().unknown_link_title, paragraph(texts().unknown_link_text));
}

Response not_found_page() {
    return page(404, texts().not_found_title, paragraph(texts().not_found_text));
}

Response wrong_method_page(std::string_view allowed) {
    Response response = page(405, texts().method_title, paragraph(texts().method_text));
    response.headers.push_back({"Allow", std::string(allowed)});
    return response;
}

}  // namespace candor::tracker
