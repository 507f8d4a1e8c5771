// Text parts that say nothing: "your client does not support HTML" in the words senders use.
#include <algorithm>
#include <array>

#include "rewriter/bytes/ascii.h"
#include "rewriter/text/plaintext.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t longest_stub_bytes = 600;
constexpr std::size_t longer = 2;
constexpr std::size_t much_longer = 4;

/// Said of the mail itself, these make a short text a stub.
constexpr std::array<std::string_view, 22> excuses{
    "support html",    "supports html", "view html",    "display html", "read html",
    "html version",    "html format",   "html-enabled", "html enabled", "html capable",
    "html email",      "html e-mail",   "html message", "html mail",    "format html",
    "version html",    "html-mail",     "html-version", "html-format",  "html anzeigen",
    "html compatible", "formato html"};
constexpr std::array<std::string_view, 8> browser_hints{
    "in your browser", "in a browser",          "im browser",      "view online",
    "online version",  "dans votre navigateur", "en su navegador", "nel browser"};

template <std::size_t size>
bool holds_one_of(std::string_view text, const std::array<std::string_view, size>& phrases) {
    return std::ranges::any_of(
        phrases, [&](std::string_view phrase) { return text.find(phrase) != text.npos; });
}

}  // namespace

bool is_stub_text(std::string_view text, std::string_view html) {
    const std::string_view said = trim_blanks(text);
    if (said.empty()) return true;
    if (said.size() > longest_stub_bytes) return false;
    const std::string lower = ascii_lowered(said);
    // A short mail may speak of HTML or a browser itself; then its HTML says no more than it does.
    if (holds_one_of(lower, excuses)) return html_to_text(html).size() >= said.size() * longer;
    if (!holds_one_of(lower, browser_hints)) return false;
    return html_to_text(html).size() >= said.size() * much_longer;
}

}  // namespace candor::rewriter
