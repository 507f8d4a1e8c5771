// Inline styles only: mail clients drop the rest. No image, no link but ours.
#include "milter/footer.h"

#include <fmt/format.h>

#include <array>

#include "rewriter/links/links.h"

namespace candor::milter {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += c;
        }
    }
    return out;
}

struct Labelled {
    std::string_view label, url;
};
std::array<Labelled, 3> labelled(const FooterLinks& links) {
    return {{{"Unsubscribe", links.unsubscribe},
             {"Stop tracking only", links.stop_tracking},
             {"Privacy notice", links.privacy}}};
}

}  // namespace

std::string footer_html(const policy::Controller& controller, const FooterLinks& links) {
    std::string html = R"(<div style="margin:24px 0 0;padding:12px 0;border-top:1px solid #ccc;)"
                       R"(font:12px/1.5 sans-serif;color:#666;text-align:center">)";
    std::string_view between;
    for (const Labelled& link : labelled(links)) {
        if (link.url.empty()) continue;
        html += fmt::format(R"({}<a href="{}" style="color:inherit">{}</a>)", between,
                            rewriter::escape_attribute(link.url, '"'), link.label);
        between = " &middot; ";
    }
    if (!controller.postal_address.empty()) html += "<br>" + escaped(controller.postal_address);
    return html + "</div>\r\n";
}

std::string footer_text(const policy::Controller& controller, const FooterLinks& links) {
    std::string text = "-- \r\n";
    for (const Labelled& link : labelled(links)) {
        if (!link.url.empty()) text += fmt::format("{}: {}\r\n", link.label, link.url);
    }
    if (!controller.postal_address.empty()) text += controller.postal_address + "\r\n";
    return text;
}

}  // namespace candor::milter
