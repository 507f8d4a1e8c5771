// Line ends are counted once; the header ends at the first empty line or the first line that is no
// field.
#include "rewriter/message_text.h"

#include <algorithm>

namespace candor::rewriter {
namespace {

LineEnds line_ends_of(std::string_view file) {
    std::size_t lf = 0;
    std::size_t crlf = 0;
    for (std::size_t i = 0; i < file.size(); ++i) {
        if (file[i] != '\n') continue;
        ++(i > 0 && file[i - 1] == '\r' ? crlf : lf);
    }
    if (lf == 0) return LineEnds::Crlf;
    return crlf == 0 ? LineEnds::Lf : LineEnds::Mixed;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
        out += text[i];
    }
    return out;
}

/// Printable ASCII but the colon (RFC 5322, section 3.6.8), at least one.
std::size_t field_name_length(std::string_view line) {
    const auto end =
        std::ranges::find_if(line, [](char c) { return c == ':' || c <= ' ' || c >= 0x7f; });
    const auto length = static_cast<std::size_t>(end - line.begin());
    return end != line.end() && *end == ':' ? length : 0;
}

std::string_view without_cr(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

SplitMessage split_message(std::string_view file) {
    SplitMessage message;
    message.line_ends = line_ends_of(file);
    message.has_separator = false;

    std::size_t at = 0;
    while (at < file.size()) {
        const std::size_t end = std::min(file.find('\n', at), file.size());
        const std::string_view line = without_cr(file.substr(at, end - at));
        const std::size_t next = std::min(end + 1, file.size());

        if (message.headers.empty() && (line.empty() || line.starts_with("From "))) {
            at = next;
            continue;
        }
        if (line.empty()) {
            message.has_separator = true;
            at = next;
            break;
        }
        const bool fold = line.front() == ' ' || line.front() == '\t';
        if (fold && !message.headers.empty()) {
            (message.headers.back().value += '\n') += line;
        } else if (const std::size_t name = field_name_length(line); name > 0) {
            message.headers.push_back(
                {std::string{line.substr(0, name)}, std::string{line.substr(name + 1)}});
        } else {
            break;  // the body starts here, without an empty line
        }
        at = next;
    }
    message.body = with_crlf(file.substr(at));
    return message;
}

std::string join_message(const std::vector<Header>& headers, std::string_view body,
                         LineEnds line_ends, bool has_separator) {
    std::string text;
    for (const Header& header : headers) {
        ((text += header.name) += ':') += with_crlf(header.value);
        text += "\r\n";
    }
    // A body that began without an empty line gets one, as every MTA does: else an added field
    // would run into it.
    if (has_separator || !body.empty()) text += "\r\n";
    text += body;
    if (line_ends != LineEnds::Lf) return text;

    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out += text[i];
    }
    return out;
}

}  // namespace candor::rewriter
