// Works on the bytes as written: a kept parameter keeps its escapes and its separator's spelling.
#include "rewriter/tracking/personal_parameters.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/character_references.h"
#include "rewriter/shipped_lists.h"
#include "rewriter/tracking/filter_lists.h"

namespace candor::rewriter {
namespace {

constexpr std::array<std::string_view, 4> ampersand_references{"&amp;", "&#38;", "&#x26;", "&amp"};

struct ShippedNames {
    std::vector<std::string_view> persons;
    std::vector<std::string_view> campaigns;
};

const ShippedNames& shipped_names() {
    static const ShippedNames names = [] {
        ShippedNames found;
        for (const ListRow& row : shipped_list("tracking-parameters.tsv")) {
            (row[1] == "person" ? found.persons : found.campaigns).push_back(row[0]);
        }
        return found;
    }();
    return names;
}

/// `a@b.c`, its `@` perhaps escaped; but `icon@2x.png` is a file.
bool is_mail_address(std::string_view value) {
    std::size_t at = value.find('@');
    std::size_t behind = at + 1;
    if (at == std::string_view::npos) {
        at = value.find("%40");
        behind = at + 3;
    }
    if (at == std::string_view::npos || at == 0) return false;
    constexpr std::array<std::string_view, 6> files{".png", ".jpg", ".gif", "jpeg", "webp", ".svg"};
    const std::string_view last =
        value.substr(value.size() - std::min<std::size_t>(value.size(), 4));
    if (std::ranges::any_of(files, [&](auto end) { return equals_ignoring_case(end, last); })) {
        return false;
    }
    const std::size_t dot = value.find('.', behind);
    return dot != std::string_view::npos && dot > behind && dot + 1 < value.size() &&
           value.find_first_of("/:") == std::string_view::npos;
}

/// What goes from one URL.
class Unwanted {
  public:
    Unwanted(std::string_view url, const ParameterRules& rules, UrlForm form) : rules_(rules) {
        if (rules.lists == nullptr) return;
        const bool written_otherwise =
            form == UrlForm::Attribute && url.find('&') != std::string_view::npos;
        providers_ = written_otherwise ? rules.lists->providers_of(decode_character_references(
                                             url, ReferencePlace::Attribute))
                                       : rules.lists->providers_of(url);
    }

    [[nodiscard]] bool has(std::string_view parameter) const {
        const std::string_view name =
            parameter.substr(0, std::min(parameter.find('='), parameter.size()));
        const auto same = [name](std::string_view known) {
            return equals_ignoring_case(known, name);
        };
        if (name.empty()) return false;
        const std::string_view value =
            parameter.substr(std::min(name.size() + 1, parameter.size()));
        if (rules_.addresses && is_mail_address(value)) return true;
        return std::ranges::any_of(shipped_names().persons, same) ||
               std::ranges::any_of(rules_.more, same) ||
               (rules_.campaigns && std::ranges::any_of(shipped_names().campaigns, same)) ||
               (rules_.lists != nullptr && rules_.lists->strips(providers_, name));
    }

  private:
    const ParameterRules& rules_;
    UrlProviders providers_;
};

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

ParameterRules parameter_rules(const RewritePlan& plan) {
    return {plan.strip_parameters, plan.strip_campaign_parameters, plan.filter_lists};
}

CutParameters cut_parameters(std::string_view url, const ParameterRules& rules, UrlForm form) {
    const std::size_t question = url.find('?');
    if (question == std::string_view::npos || query_end(url, 0, form) < question) {
        return {.url = std::string{url}};
    }
    const std::size_t end = query_end(url, question, form);
    const Unwanted unwanted{url, rules, form};
    CutParameters result{.url = std::string{url.substr(0, question)}};
    std::string_view separator = url.substr(question, 1);
    bool first = true;
    std::size_t at = question + 1;
    while (at <= end) {
        const std::size_t next = std::min(url.find('&', at), end);
        const std::string_view parameter = url.substr(at, next - at);
        if (unwanted.has(parameter)) {
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
    // `&?x=1#65;` must not become a reference.
    if (first && form == UrlForm::Attribute && result.url.ends_with('&')) result.url += '?';
    result.url += url.substr(end);
    return result;
}

std::string without_parameters(std::string_view url, const ParameterRules& rules) {
    std::string clean = cut_parameters(url, rules, UrlForm::Plain).url;
    if (rules.lists == nullptr) return clean;
    const UrlProviders providers = rules.lists->providers_of(clean);
    return rules.lists->without_raw(providers, std::move(clean));
}

}  // namespace candor::rewriter
