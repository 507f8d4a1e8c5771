#include "rewriter/tracking/clear_urls.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace candor::rewriter {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_compared_bytes = 2048;
constexpr std::size_t max_providers = 60000;

RE2::Options options() {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingLatin1);  // a URL is bytes
    return options;
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

std::vector<std::string> texts(const Json& provider, const char* key) {
    std::vector<std::string> found;
    const auto list = provider.find(key);
    if (list == provider.end() || !list->is_array()) return found;
    for (const Json& text : *list) {
        if (text.is_string()) found.push_back(text.get<std::string>());
    }
    return found;
}

/// The expressions as one; those that RE2 does not know are counted and left out.
std::unique_ptr<RE2> joined(const std::vector<std::string>& expressions, std::size_t& unknown) {
    std::string all;
    for (const std::string& expression : expressions) {
        if (!RE2{expression, options()}.ok()) {
            ++unknown;
            continue;
        }
        all += (all.empty() ? "(?:" : "|(?:") + expression + ")";
    }
    if (all.empty()) return nullptr;
    auto whole = std::make_unique<RE2>(all, options());
    if (whole->ok()) return whole;
    unknown += expressions.size();
    return nullptr;
}

int line_of(std::string_view text, std::size_t byte) {
    return 1 +
           static_cast<int>(std::ranges::count(text.substr(0, std::min(byte, text.size())), '\n'));
}

}  // namespace

struct ClearUrls::Provider {
    std::string url_pattern;
    bool complete = false;
    std::unique_ptr<RE2> exceptions;
    std::unique_ptr<RE2> parameters;
    std::unique_ptr<RE2> raw;
};

struct ClearUrls::Patterns {
    RE2::Set set{options(), RE2::UNANCHORED};
};

ClearUrls::ClearUrls() = default;
ClearUrls::~ClearUrls() = default;
ClearUrls::ClearUrls(ClearUrls&&) noexcept = default;
ClearUrls& ClearUrls::operator=(ClearUrls&&) noexcept = default;

tl::expected<std::size_t, FilterListFault> ClearUrls::add(std::string_view json) {
    Json root;
    try {
        root = Json::parse(json);
    } catch (const Json::parse_error& error) {
        return tl::unexpected(FilterListFault{line_of(json, error.byte), "is no JSON text"});
    } catch (const Json::exception&) {
        return tl::unexpected(FilterListFault{1, "is JSON with a number that fits nowhere"});
    }
    const auto providers = root.is_object() ? root.find("providers") : root.end();
    if (!root.is_object() || providers == root.end() || !providers->is_object()) {
        return tl::unexpected(FilterListFault{1, "is no list of ClearURLs: it has no `providers`"});
    }
    std::size_t unknown = 0;
    for (const Json& given : *providers) {
        if (!given.is_object() || providers_.size() >= max_providers) continue;
        Provider provider;
        const auto pattern = given.find("urlPattern");
        if (pattern != given.end() && pattern->is_string()) pattern->get_to(provider.url_pattern);
        if (provider.url_pattern.empty() || !RE2{provider.url_pattern, options()}.ok()) {
            ++unknown;
            continue;
        }
        const auto complete = given.find("completeProvider");
        provider.complete = complete != given.end() && *complete == true;
        provider.exceptions = joined(texts(given, "exceptions"), unknown);
        provider.parameters = joined(texts(given, "rules"), unknown);
        provider.raw = joined(texts(given, "rawRules"), unknown);
        providers_.push_back(std::move(provider));
    }
    auto patterns = std::make_unique<Patterns>();
    for (const Provider& provider : providers_) patterns->set.Add(provider.url_pattern, nullptr);
    if (!patterns->set.Compile()) {
        return tl::unexpected(FilterListFault{1, "has more expressions than fit into memory"});
    }
    patterns_ = std::move(patterns);
    return unknown;
}

UrlProviders ClearUrls::providers_of(std::string_view url) const {
    UrlProviders found;
    if (!patterns_) return found;
    url = url.substr(0, max_compared_bytes);
    std::vector<int> matching;
    patterns_->set.Match(piece(url), &matching);
    std::ranges::sort(matching);
    for (const int index : matching) {
        const Provider& provider = providers_[static_cast<std::size_t>(index)];
        if (provider.exceptions && RE2::PartialMatch(piece(url), *provider.exceptions)) continue;
        found.push_back(static_cast<std::uint16_t>(index));
    }
    return found;
}

bool ClearUrls::blocks(const UrlProviders& providers) const {
    return std::ranges::any_of(providers,
                               [this](std::uint16_t index) { return providers_[index].complete; });
}

bool ClearUrls::strips(const UrlProviders& providers, std::string_view parameter) const {
    return std::ranges::any_of(providers, [&](std::uint16_t index) {
        const auto& parameters = providers_[index].parameters;
        return parameters && RE2::FullMatch(piece(parameter), *parameters);
    });
}

std::string ClearUrls::without_raw(const UrlProviders& providers, std::string url) const {
    for (const std::uint16_t index : providers) {
        if (providers_[index].raw) RE2::GlobalReplace(&url, *providers_[index].raw, "");
    }
    return url;
}

std::size_t ClearUrls::size() const {
    return providers_.size();
}

}  // namespace candor::rewriter
