// Works on the bytes as written: a kept parameter keeps its escapes and its separator's spelling.
#include "rewriter/personal_parameters.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rewriter/ascii.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

constexpr std::array<std::string_view, 4> ampersand_references{"&amp;", "&#38;", "&#x26;", "&amp"};

const std::vector<std::string_view>& personal_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> found;
        for (const ListRow& row : shipped_list("tracking-parameters.tsv")) {
            if (row[1] == "person") found.push_back(row[0]);
        }
        return found;
    }();
    return names;
}

bool is_personal(std::string_view parameter, std::span<const std::string> more) {
    const std::string_view name =
        parameter.substr(0, std::min(parameter.find('='), parameter.size()));
    const auto same = [name](std::string_view known) { return equals_ignoring_case(known, name); };
    return !name.empty() &&
           (std::ranges::any_of(personal_names(), same) || std::ranges::any_of(more, same));
}

/// Bytes of the separator at `at`, which is a `&`.
std::size_t separator_size(std::string_view text, std::size_t at, UrlForm form) {
    if (form == UrlForm::Plain) return 1;
    for (const std::string_view reference : ampersand_references) {
        if (!starts_with_ignoring_case(text.substr(at), reference)) continue;
        const std::size_t behind = at + reference.size();
        // Without its `;` it is a reference only where the name ends (WHATWG, in attributes).
        const bool closed = reference.ends_with(';');
        if (closed || behind == text.size() ||
            (!is_ascii_alnum(text[behind]) && text[behind] != '=')) {
            return reference.size();
        }
    }
    return 1;
}

/// Where the fragment begins; the `#` of a numeric reference is none.
std::size_t query_end(std::string_view url, std::size_t from, UrlForm form) {
    std::size_t at = url.find('#', from);
    while (at != std::string_view::npos && form == UrlForm::Attribute && at > 0 &&
           url[at - 1] == '&') {
        at = url.find('#', at + 1);
    }
    return std::min(at, url.size());
}

}  // namespace

CutParameters cut_personal_parameters(std::string_view url, std::span<const std::string> more,
                                      UrlForm form) {
    const std::size_t question = url.find('?');
    if (question == std::string_view::npos || query_end(url, 0, form) < question) {
        return {.url = std::string{url}};
    }
    const std::size_t end = query_end(url, question, form);
    CutParameters result{.url = std::string{url.substr(0, question)}};
    std::string_view separator = url.substr(question, 1);
    bool first = true;
    std::size_t at = question + 1;
    while (at <= end) {
        const std::size_t next = std::min(url.find('&', at), end);
        const std::string_view parameter = url.substr(at, next - at);
        if (is_personal(parameter, more)) {
            ++result.count;
        } else {
            // What becomes first stands behind the `?`, whatever stood in front of it.
            result.url += first ? url.substr(question, 1) : separator;
            result.url += parameter;
            first = false;
        }
        if (next >= end) break;
        const std::size_t size = separator_size(url.substr(0, end), next, form);
        separator = url.substr(next, size);
        at = next + size;
    }
    if (result.count == 0) return {.url = std::string{url}};
    result.url += url.substr(end);
    return result;
}

}  // namespace candor::rewriter
