// Reads form bodies of a few hundred bytes; see forms.h.
#include "tracker/forms.h"

#include <algorithm>

#include "policy/ascii.h"

namespace candor::tracker {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string decode_urlencoded(std::string_view text) {
    std::string blanks(text);
    std::ranges::replace(blanks, '+', ' ');
    return policy::percent_decoded(blanks);
}

std::vector<FormField> urlencoded_fields(std::string_view body) {
    std::vector<FormField> fields;
    body = trimmed(body);
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view pair = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const bool bare = equals == std::string_view::npos;
        fields.push_back({decode_urlencoded(pair.substr(0, equals)),
                          bare ? std::string{}
                               : std::string(trimmed(decode_urlencoded(pair.substr(equals + 1))))});
    }
    return fields;
}

/// `name` of `text` such as `form-data; name="x"; filename=y`; empty when there is none.
/// A quoted string is taken up to its closing quote; escapes inside it do not occur in our forms.
std::string_view parameter(std::string_view text, std::string_view name) {
    std::size_t at = text.find(';');
    while (at != std::string_view::npos) {
        text = trimmed(text.substr(at + 1));
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) return {};
        const bool wanted = equal_ignoring_case(trimmed(text.substr(0, equals)), name);
        std::string_view value = text.substr(equals + 1);
        if (!value.empty() && value.front() == '"') {
            const std::size_t quote = value.find('"', 1);
            if (quote == std::string_view::npos) return {};
            if (wanted) return value.substr(1, quote - 1);
            text = value.substr(quote + 1);
        } else {
            if (wanted) return trimmed(value.substr(0, value.find(';')));
            text = value;
        }
        at = text.find(';');
    }
    return {};
}

/// Takes the next line off `text`: without its end, CR LF or LF alone.
std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The value of Content-Disposition, unfolded; takes the header lines off `part` with the empty
/// line behind them.
std::string take_disposition(std::string_view& part) {
    std::string disposition;
    bool is_wanted = false;
    for (std::string_view line = next_line(part); !line.empty(); line = next_line(part)) {
        const bool is_folded = line.front() == ' ' || line.front() == '\t';
        if (!is_folded) {
            const std::size_t colon = std::min(line.find(':'), line.size());
            is_wanted = equal_ignoring_case(trimmed(line.substr(0, colon)), "Content-Disposition");
            line.remove_prefix(std::min(colon + 1, line.size()));
        }
        if (is_wanted) disposition.append(line);
    }
    return disposition;
}

/// Mail providers rarely try again (RFC 8058, section 3.2): what is not as RFC 7578 wants it is
/// read all the same where its meaning is plain, such as a last part without closing delimiter.
std::vector<FormField> multipart_fields(std::string_view boundary, std::string_view body) {
    const std::string delimiter = "--" + std::string(boundary);
    std::vector<FormField> fields;
    std::size_t at = body.find(delimiter);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + delimiter.size();
        at = body.find(delimiter, begin);
        std::string_view part = body.substr(begin, std::min(at, body.size()) - begin);
        if (next_line(part).starts_with("--")) break;  // the closing delimiter
        const std::string disposition = take_disposition(part);
        const std::string_view name = parameter(disposition, "name");
        if (!name.empty()) fields.push_back({std::string(name), std::string(trimmed(part))});
    }
    return fields;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, policy::ascii_lower, policy::ascii_lower);
}

std::vector<FormField> form_fields(std::string_view content_type, std::string_view body) {
    const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
    std::vector<FormField> fields;
    if (equal_ignoring_case(type, "multipart/form-data")) {
        const std::string_view boundary = parameter(content_type, "boundary");
        // RFC 2046, section 5.1.1: 1 to 70 characters.
        if (!boundary.empty() && boundary.size() <= 70) fields = multipart_fields(boundary, body);
    }
    return fields.empty() ? urlencoded_fields(body) : fields;
}

std::optional<std::string_view> value_of(const std::vector<FormField>& fields,
                                         std::string_view name) {
    const auto found = std::ranges::find_if(
        fields, [name](const FormField& field) { return equal_ignoring_case(field.name, name); });
    if (found == fields.end()) return std::nullopt;
    return found->value;
}

}  // namespace candor::tracker
