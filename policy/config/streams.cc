// Finding the stream of a message, and the small language match rules are written in: globs.
// Reading them from the configuration is config_streams.cc.
#include "policy/config/streams.h"

#include <algorithm>

#include "policy/config/network.h"

namespace candor::policy {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool any_glob(std::span<const std::string> globs, std::string_view text) {
    return std::ranges::any_of(globs,
                               [&](const std::string& glob) { return glob_match(glob, text); });
}

/// For what may be absent: `*` means "any that is there", so nothing matches an absent one.
bool any_glob_of_present(std::span<const std::string> globs, std::string_view text) {
    return globs.empty() || (!text.empty() && any_glob(globs, text));
}

bool envelope_matches(const StreamMatch& match, const StreamQuery& query) {
    const auto client = IpAddress::parse(query.client_address);
    const auto contains_client = [&](const std::string& text) {
        const auto network = Network::parse(text);
        return client && network && network->contains(*client);
    };
    return any_glob_of_present(match.sasl_user, query.sasl_user) &&
           any_glob_of_present(match.daemon_name, query.daemon_name) &&
           (match.sender.empty() || any_glob(match.sender, query.sender)) &&
           (match.client_address.empty() ||
            std::ranges::any_of(match.client_address, contains_client));
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool needs_headers(const StreamMatch& match) {
    return !match.from.empty() || !match.header.empty();
}

/// `query.headers` are there.
bool headers_match(const StreamMatch& match, const StreamQuery& query) {
    if (!any_glob_of_present(match.from, query.from)) return false;
    if (match.header.empty()) return true;
    return std::ranges::any_of(*query.headers, [&](const StreamQuery::HeaderView& header) {
        return std::ranges::any_of(match.header, [&](const HeaderMatch& wanted) {
            return same_name(wanted.name, header.name) &&
                   glob_match(wanted.value_glob, trimmed(header.value));
        });
    });
}

}  // namespace

StreamAnswer find_stream(std::span<const Stream> streams, const StreamQuery& query) {
    for (const Stream& stream : streams) {
        if (!envelope_matches(stream.match, query)) continue;
        if (needs_headers(stream.match)) {
            // A later stream may match already, but the first match wins: wait for the headers.
            if (!query.headers) return {StreamAnswer::Kind::NeedsHeaders, nullptr};
            if (!headers_match(stream.match, query)) continue;
        }
        return {StreamAnswer::Kind::Matched, &stream};
    }
    return {StreamAnswer::Kind::None, nullptr};
}

std::vector<Stream> bulk_unlisted_streams(std::string_view controller) {
    Stream stream;
    stream.name = "bulk-unlisted";
    stream.controller = controller;
    stream.kind = StreamKind::Marketing;
    stream.match.header = {
        {"List-Unsubscribe", "*"}, {"List-Id", "*"}, {"Feedback-ID", "*"}, {"Precedence", "bulk"}};
    // Nobody has said what this mail is: the application's own opt-out stays in place, and without
    // a feed of its opt-outs nothing above `untracked` comes of it.
    stream.list_unsubscribe = ListUnsubscribe::Keep;
    return {stream};
}

std::string_view to_string(StreamKind kind) {
    switch (kind) {
        case StreamKind::Marketing: return "marketing";
        case StreamKind::Transactional: return "transactional";
        case StreamKind::Internal: return "internal";
    }
    return "marketing";  // a value outside the enum: the kind with the most rules
}

bool glob_match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;  // the last `*` seen
    std::size_t star_text = 0;                  // where its run ends in `text`
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() &&
                   (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            // Only the last star needs to grow: an earlier one could not reach more than it has.
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace candor::policy
