// Inline styles only: mail clients drop the rest. No image, no link but ours.
#include "milter/footer.h"

#include <fmt/format.h>

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

std::string anchor(std::string_view url, std::string_view label) {
    if (url.empty()) return {};
    return fmt::format(R"(<a href="{}" style="color:inherit">{}</a>)",
                       rewriter::escape_attribute(url, '"'), label);
}

}  // namespace

std::string footer_html(const policy::Controller& controller, const FooterLinks& links) {
    std::string html = R"(<div style="margin:24px 0 0;padding:12px 0;border-top:1px solid #ccc;)"
                       R"(font:12px/1.5 sans-serif;color:#666;text-align:center">)";
    html += anchor(links.unsubscribe, "Unsubscribe");
    html += " &middot; " + anchor(links.stop_tracking, "Stop tracking only");
    if (!links.privacy.empty()) html += " &middot; " + anchor(links.privacy, "Privacy notice");
    if (!controller.postal_address.empty()) html += "<br>" + escaped(controller.postal_address);
    return html + "</div>\r\n";
}

std::string footer_text(const policy::Controller& controller, const FooterLinks& links) {
    std::string text = "\r\n-- \r\n";
    text += fmt::format("Unsubscribe: {}\r\n", links.unsubscribe);
    text += fmt::format("Stop tracking only: {}\r\n", links.stop_tracking);
    if (!links.privacy.empty()) text += fmt::format("Privacy notice: {}\r\n", links.privacy);
    if (!controller.postal_address.empty()) text += controller.postal_address + "\r\n";
    return text;
}

}  // namespace candor::milter
