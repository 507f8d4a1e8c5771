// The five characters that mean something to an HTML parser.
#include "policy/html_text.h"

namespace candor::policy {

std::string escaped_html(std::string_view text) {
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

}  // namespace candor::policy
