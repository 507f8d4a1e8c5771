// Fills the placeholders of a page, and makes the policy that allows its style.
#include "tracker/theme.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "embedded/theme.h"
#include "policy/tokens/digest.h"
#include "tracker/theme_check.h"

namespace candor::tracker {
namespace {

std::string_view shipped_file(std::string_view name) {
    for (const auto& [file, text] : embedded::theme) {
        if (file == name) return text;
    }
    throw std::logic_error("a file of the theme was not compiled in");
}

/// As a browser reads it (HTML, section 13.2.3.5): the digest is taken of what it sees.
std::string with_line_feeds(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out += text[i] == '\r' ? '\n' : text[i];
    }
    return out;
}

std::string base64(const policy::Sha256& digest) {
    std::array<unsigned char, 48> encoded{};
    const int size =
        EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
    return {encoded.begin(), encoded.begin() + size};
}

}  // namespace

Theme::Theme(std::string style, std::string page)
    : style_(std::move(style)),
      page_(std::move(page)),
      // Pictures and fonts only from the page itself: a request to anywhere would tell who looks.
      policy_(fmt::format("default-src 'none'; style-src 'sha256-{}'; img-src data:; font-src "
                          "data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
                          base64(policy::sha256(style_)))) {}

std::shared_ptr<const Theme> Theme::shipped() {
    static const std::shared_ptr<const Theme> theme{
        new Theme(std::string(shipped_file("style.css")), std::string(shipped_file("page.html")))};
    return theme;
}

tl::expected<std::shared_ptr<const Theme>, std::vector<policy::ConfigFault>> Theme::parse(
    const ThemeFile& style, const ThemeFile* page) {
    std::string css = with_line_feeds(style.text);
    std::string html =
        page == nullptr ? std::string(shipped_file("page.html")) : with_line_feeds(page->text);
    auto faults = faults_of_style(css, style.name);
    if (page != nullptr) {
        for (auto& fault : faults_of_page(html, page->name)) faults.push_back(std::move(fault));
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return std::shared_ptr<const Theme>(new Theme(std::move(css), std::move(html)));
}

std::string Theme::document(const Texts& texts, std::string_view title,
                            std::string_view content) const {
    const std::array<std::pair<std::string_view, std::string_view>, 5> values{
        {{"{{language}}", texts.tag},
         {"{{direction}}", texts.direction},
         {"{{title}}", title},
         {"{{style}}", style_},
         {"{{content}}", content}}};
    std::string out;
    out.reserve(page_.size() + style_.size() + content.size() + 256);
    std::string_view rest = page_;
    while (!rest.empty()) {
        const std::size_t at = std::min(rest.find("{{"), rest.size());
        out += rest.substr(0, at);
        rest.remove_prefix(at);
        std::size_t taken = std::min<std::size_t>(rest.size(), 2);
        std::string_view value = rest.substr(0, taken);
        for (const auto& [placeholder, its_value] : values) {
            if (!rest.starts_with(placeholder)) continue;
            taken = placeholder.size();
            value = its_value;
        }
        out += value;
        rest.remove_prefix(taken);
    }
    return out;
}

}  // namespace candor::tracker
