// Markup of the pages; see pages.h.
#include "tracker/pages.h"

#include <fmt/format.h>

#include "policy/html_text.h"

namespace candor::tracker {
namespace {

using policy::OptOutPage;
using policy::OptOutScope;

Response page(const Look& look, int status, std::string_view title, std::string_view content) {
    return {status,
            {{"Content-Type", "text/html; charset=utf-8"},
             {"Content-Language", look.texts.tag},
             {"Vary", "Accept-Language"},
             {"Content-Security-Policy", look.theme.content_security_policy()},
             {"X-Content-Type-Options", "nosniff"},
             {"X-Frame-Options", "DENY"},
             {"Referrer-Policy", "no-referrer"},
             {"Cache-Control", "no-store"},
             {"X-Robots-Tag", "noindex"}},
            look.theme.document(look.texts, title, content)};
}

std::string paragraph(std::string_view content) {
    return fmt::format("<p>{}</p>\n", content);
}

/// The name stands alone behind a label, as in a form: no sentence has to bend around it.
std::string sender_line(const Texts& texts, const Sender& sender) {
    if (sender.name.empty()) return {};
    return fmt::format(
        "<p class=\"sender\">{}</p>\n",
        fmt::format(
            fmt::runtime(texts.sender),
            fmt::arg("sender", "<strong>" + policy::escaped_html(sender.name) + "</strong>")));
}

std::string notice_link(const Texts& texts, const Sender& sender) {
    // Configuration says https; anything else (javascript:) must not become a link.
    if (!sender.privacy_notice_url.starts_with("https://")) return {};
    return fmt::format("<p class=\"notice\"><a href=\"{}\" rel=\"noreferrer\">{}</a></p>\n",
                       policy::escaped_html(sender.privacy_notice_url), texts.notice);
}

std::string radio(std::string_view value, std::string_view label, std::string_view hint,
                  bool checked) {
    return fmt::format(
        "<label class=\"choice\"><input type=\"radio\" name=\"choice\" value=\"{0}\" "
        "aria-labelledby=\"{0}\" aria-describedby=\"{0}-hint\" required{1}><span>"
        "<b id=\"{0}\">{2}</b> <small id=\"{0}-hint\">{3}</small></span></label>\n",
        value, checked ? " checked" : "", label, hint);
}

/// Without an `action` a form posts to the page's own address, so the token is not repeated.
std::string form(std::string_view content) {
    return fmt::format("<form method=\"post\">\n{}</form>\n", content);
}

std::string hidden(std::string_view name, std::string_view value) {
    return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name, value);
}

std::string buttons(std::string_view content) {
    return fmt::format("<p class=\"buttons\">{}</p>\n", content);
}

std::string choice_form(const Texts& texts, OptOutPage page, VisitNumber visit) {
    return form(fmt::format(
        "{}<fieldset>\n<legend>{}</legend>\n{}{}</fieldset>\n<p class=\"quiet\">{}</p>\n{}",
        hidden("page", fmt::format("{:016x}", visit)), texts.choice_legend,
        radio("all", texts.all, texts.all_hint, page == OptOutPage::Unsubscribe),
        radio("tracking", texts.tracking, texts.tracking_hint, page == OptOutPage::StopTracking),
        texts.nothing_yet,
        buttons(fmt::format("<button type=\"submit\">{}</button>", texts.save))));
}

std::string request_form(const Texts& texts) {
    const auto button = [](std::string_view kind, std::string_view label) {
        return fmt::format(
            "<button type=\"submit\" class=\"second\" name=\"request\" value=\"{}\">{}</button>\n",
            kind, label);
    };
    return form(buttons(button("access", texts.ask_access) + button("erasure", texts.ask_erasure)));
}

std::string undo_form(const Texts& texts, std::string_view undo_token) {
    if (undo_token.empty()) return {};
    return form(
        hidden("undo", undo_token) + paragraph(texts.undo_intro) +
        buttons(fmt::format("<button type=\"submit\" class=\"second\">{}</button>", texts.undo)));
}

std::string heading(std::string_view text) {
    return fmt::format("<h2>{}</h2>\n", text);
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
    return fmt::format("{}<ul>\n{}</ul>\n{}", heading(texts.kept_title), items,
                       paragraph(texts.not_kept));
}

Response choices(const Look& look, int status, const Sender& sender, OptOutPage kind,
                 VisitNumber visit, std::string_view before) {
    const bool privacy = kind == OptOutPage::Privacy;
    const Texts& texts = look.texts;
    std::string content = sender_line(texts, sender) + std::string(before);
    if (privacy) {
        content += what_is_kept(texts, sender) + heading(texts.data_title) +
                   paragraph(texts.data_intro) + request_form(texts) + heading(texts.choice_title);
    }
    content += paragraph(texts.choice_intro) + choice_form(texts, kind, visit) +
               notice_link(texts, sender);
    return page(look, status, privacy ? texts.privacy_title : texts.choice_title, content);
}

/// What was done, in a sentence or two.
Response answer(const Look& look, const Sender& sender, std::string_view title,
                std::string_view text, std::string_view more = {}) {
    return page(look, 200, title,
                sender_line(look.texts, sender) + paragraph(text) +
                    paragraph(look.texts.done_close) + std::string(more) +
                    notice_link(look.texts, sender));
}

}  // namespace

Response choice_page(const Look& look, const Sender& sender, OptOutPage page, VisitNumber visit) {
    return choices(look, 200, sender, page, visit, {});
}

Response choice_missing_page(const Look& look, const Sender& sender, OptOutPage page,
                             VisitNumber visit) {
    return choices(
        look, 400, sender, page, visit,
        fmt::format("<p class=\"alert\" role=\"alert\">{}</p>\n", look.texts.choice_missing));
}

Response confirmation_page(const Look& look, const Sender& sender, OptOutScope scope,
                           std::string_view undo_token) {
    const Texts& texts = look.texts;
    return answer(look, sender, texts.done_title,
                  scope == OptOutScope::All ? texts.done_all : texts.done_tracking,
                  undo_form(texts, undo_token));
}

Response undone_page(const Look& look, const Sender& sender) {
    return answer(look, sender, look.texts.undone_title, look.texts.undone_text);
}

Response undo_late_page(const Look& look, const Sender& sender) {
    return answer(look, sender, look.texts.undo_late_title, look.texts.undo_late_text);
}

Response asked_page(const Look& look, const Sender& sender) {
    return answer(look, sender, look.texts.asked_title, look.texts.asked_text);
}

Response try_again_page(const Look& look) {
    Response response = page(look, 503, look.texts.later_title, paragraph(look.texts.later_text));
    response.headers.push_back({"Retry-After", "60"});
    return response;
}

Response unknown_opt_out_page(const Look& look) {
    return page(look, 200, look.texts.bad_opt_out_title, paragraph(look.texts.bad_opt_out_text));
}

Response unknown_link_page(const Look& look) {
    return page(look, 404, look.texts.bad_link_title, paragraph(look.texts.bad_link_text));
}

Response not_found_page(const Look& look) {
    return page(look, 404, look.texts.no_page_title, paragraph(look.texts.no_page_text));
}

Response wrong_method_page(const Look& look, std::string_view allowed) {
    Response response = page(look, 405, look.texts.method_title, paragraph(look.texts.method_text));
    response.headers.push_back({"Allow", std::string(allowed)});
    return response;
}

}  // namespace candor::tracker
