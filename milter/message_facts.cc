// Reads header fields and the survey; looks nothing up.
#include "milter/message_facts.h"

#include <algorithm>
#include <array>

#include "policy/destination.h"
#include "policy/streams.h"
#include "rewriter/header_fields.h"
#include "rewriter/links.h"

namespace candor::milter {
namespace {

using policy::CampaignSource;
using rewriter::Header;

constexpr std::size_t max_campaign_bytes = 255;

/// `a:b:c:sender` names the campaign in its first identifier (Gmail's Feedback-ID).
std::string first_feedback_identifier(const std::string& value) {
    return value.substr(0, value.find(':'));
}

/// The identifier in angle brackets (RFC 2919, section 3), else the whole value.
std::string list_identifier(const std::string& value) {
    const auto open = value.rfind('<');
    const auto close = value.rfind('>');
    if (open == std::string::npos || close == std::string::npos || close < open) return value;
    return value.substr(open + 1, close - open - 1);
}

std::optional<std::string> named_by(CampaignSource source, const policy::Stream& stream,
                                    std::span<const Header> headers) {
    switch (source) {
        case CampaignSource::Header: return rewriter::field_value(headers, "X-Candor-Campaign");
        case CampaignSource::FeedbackId: {
            const auto value = rewriter::field_value(headers, "Feedback-ID");
            if (!value) return std::nullopt;
            return first_feedback_identifier(*value);
        }
        case CampaignSource::ListId: {
            const auto value = rewriter::field_value(headers, "List-Id");
            if (!value) return std::nullopt;
            return list_identifier(*value);
        }
        case CampaignSource::Fixed: return stream.campaign;
    }
    return std::nullopt;
}

/// How other systems say "do not track this message" in a header field.
struct ForeignMark {
    std::string_view name, value_glob;
};
constexpr std::array<ForeignMark, 9> foreign_marks{{
    {"X-Mailgun-Track", "no"},
    {"X-Mailgun-Track", "false"},
    {"X-Mailgun-Track-Clicks", "no"},
    {"X-PM-TrackLinks", "none"},
    {"X-MSYS-API", "*\"click_tracking\"*:*false*"},
    {"X-SMTPAPI", "*\"clicktrack\"*\"enable\"*:*0*"},
    {"Mj-trackclick", "0"},
    {"X-No-Track", "*"},
    {"x-ee-tracking-enabled", "false"},
}};

}  // namespace

std::optional<std::string> campaign_name(const policy::Stream& stream,
                                         std::span<const Header> headers) {
    for (const CampaignSource source : stream.campaign_from) {
        auto name = named_by(source, stream, headers);
        if (!name || name->empty()) continue;
        if (name->size() > max_campaign_bytes) name->resize(max_campaign_bytes);
        return name;
    }
    return std::nullopt;
}

std::optional<Request> requested_treatment(std::span<const Header> headers) {
    if (const auto value = rewriter::field_value(headers, "X-Candor-Treatment")) {
        std::string word = *value;
        std::ranges::transform(word, word.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        // A word we do not know can only have meant less tracking.
        const auto treatment = policy::treatment_from(word);
        return Request{treatment.value_or(policy::Treatment::Untracked), "X-Candor-Treatment"};
    }
    for (const ForeignMark& mark : foreign_marks) {
        const auto value = rewriter::field_value(headers, mark.name);
        if (value && policy::glob_match(mark.value_glob, *value)) {
            return Request{policy::Treatment::Untracked, std::string{mark.name}};
        }
    }
    return std::nullopt;
}

policy::HeaderOptOut header_opt_out(const policy::Stream& stream, std::span<const Header> headers,
                                    std::string_view tracking_host, bool feed_is_fresh) {
    using policy::HeaderOptOut;
    const auto uris = rewriter::bracketed_uris(headers, "List-Unsubscribe");
    const bool is_ours = std::ranges::any_of(uris, [&](const std::string& uri) {
        return own_token(uri, tracking_host, 'u').has_value();
    });
    switch (stream.list_unsubscribe) {
        case policy::ListUnsubscribe::Replace: return HeaderOptOut::Ours;
        case policy::ListUnsubscribe::Add:
            if (uris.empty() || is_ours) return HeaderOptOut::Ours;
            break;
        case policy::ListUnsubscribe::Keep:
            if (is_ours) return HeaderOptOut::Ours;
            break;
    }
    const bool reaches_us = feed_is_fresh && !uris.empty();
    return reaches_us ? HeaderOptOut::ApplicationFed : HeaderOptOut::ApplicationUnfed;
}

bool visible_opt_out(const policy::Stream& stream, const rewriter::Survey& survey,
                     std::string_view tracking_host) {
    if (stream.footer == policy::Footer::Append) return true;
    return std::ranges::any_of(survey.links, [&](const rewriter::FoundLink& link) {
        const std::string url = rewriter::trim_url(link.url);
        return policy::glob_match("candor:unsubscribe*", url) ||
               policy::glob_match("candor:stop-tracking*", url) ||
               own_token(url, tracking_host, 'u').has_value();
    });
}

std::optional<std::string_view> own_token(std::string_view url, std::string_view tracking_host,
                                          char kind) {
    if (tracking_host.empty() || policy::host_of(url) != tracking_host) return std::nullopt;
    const auto slashes = url.find("//");
    if (slashes == std::string_view::npos) return std::nullopt;
    const auto slash = url.find('/', slashes + 2);
    if (slash == std::string_view::npos || url.size() < slash + 4) return std::nullopt;
    const std::string_view path = url.substr(slash);
    if (path[1] != kind || path[2] != '/') return std::nullopt;
    const std::string_view token = path.substr(3);
    return token.substr(0, token.find_first_of("/?#"));
}

bool is_control_field(std::string_view name) {
    constexpr std::string_view ours = "X-Candor-";
    return rewriter::same_field(name.substr(0, ours.size()), ours);
}

std::vector<rewriter::HeaderEdit> remove_control_headers(std::span<const Header> headers) {
    std::vector<rewriter::HeaderEdit> edits;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const std::string_view name = headers[i].name;
        if (!is_control_field(name)) continue;
        const int index = rewriter::count_fields(headers.first(i + 1), name);
        edits.push_back({rewriter::HeaderEdit::Kind::Remove, headers[i].name, index, {}});
    }
    return edits;
}

}  // namespace candor::milter
