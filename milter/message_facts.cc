// Reads header fields; looks nothing up.
#include "milter/message_facts.h"

#include <algorithm>
#include <utility>

#include "milter/opt_out_headers.h"
#include "policy/config/streams.h"
#include "policy/json_member.h"
#include "policy/links/destination.h"
#include "policy/people/address_in_text.h"
#include "rewriter/links/do_not_track_marks.h"
#include "rewriter/mime/header_fields.h"

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

void tighten(Request& request, policy::Treatment treatment, std::string_view header) {
    if (request.treatment && policy::stricter_of(*request.treatment, treatment) != treatment)
        return;
    if (request.treatment == treatment) return;
    request.treatment = treatment;
    request.header = header;
}

/// A word we do not know can only have meant less tracking.
policy::Treatment treatment_named(std::string word) {
    std::ranges::transform(word, word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return policy::treatment_from(word).value_or(policy::Treatment::Untracked);
}

void apply_mark(Request& request, const rewriter::MessageMark& mark) {
    if (mark.refuses == "all" || mark.refuses == "links") {
        tighten(request, policy::Treatment::Untracked, mark.field);
    }
    request.keep_html_links |= mark.refuses == "html-links";
    request.keep_text_links |= mark.refuses == "text-links";
    request.no_open_pixel |= mark.refuses == "opens" || mark.refuses == "all";
}

bool says_so(const rewriter::MessageMark& mark, const std::string& value) {
    if (mark.json_path.empty()) return mark.says_so(value);
    const auto member = policy::json_member(value, mark.json_path);
    return member && mark.says_so(*member);
}

}  // namespace

std::optional<std::string> campaign_name(const policy::Stream& stream,
                                         std::span<const Header> headers) {
    for (const CampaignSource source : stream.campaign_from) {
        auto name = named_by(source, stream, headers);
        if (!name || name->empty()) continue;
        // A cut could hide that the name holds an address.
        if (policy::may_hold_address(*name)) return name;
        if (name->size() > max_campaign_bytes) name->resize(max_campaign_bytes);
        return name;
    }
    return std::nullopt;
}

Request requested(std::span<const Header> headers) {
    constexpr std::string_view own = "X-Candor-Treatment";
    Request request;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const std::string& name = headers[i].name;
        const auto value = [&] {
            return rewriter::field_value(headers.subspan(i, 1), name).value_or("");
        };
        if (rewriter::same_field(name, own)) tighten(request, treatment_named(value()), own);
        for (const rewriter::MessageMark& mark : rewriter::message_marks()) {
            if (rewriter::same_field(name, mark.field) && says_so(mark, value())) {
                apply_mark(request, mark);
            }
        }
    }
    return request;
}

policy::HeaderOptOut header_opt_out(const policy::Stream& stream, std::span<const Header> headers,
                                    std::span<const std::string> tracking_hosts,
                                    bool feed_is_fresh) {
    using policy::HeaderOptOut;
    const auto uris = rewriter::bracketed_uris(headers, "List-Unsubscribe");
    const bool is_ours = names_us(uris, tracking_hosts);
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

std::optional<std::string_view> own_token(std::string_view url, std::string_view tracking_host,
                                          char kind) {
    if (tracking_host.empty()) return std::nullopt;
    const auto slashes = url.find("//");
    if (slashes == std::string_view::npos) return std::nullopt;
    const auto slash = url.find('/', slashes + 2);
    if (slash == std::string_view::npos || url.size() < slash + 4) return std::nullopt;
    const std::string_view path = url.substr(slash);
    if (path[1] != kind || path[2] != '/') return std::nullopt;
    // Last, since it costs most and every link of a message is asked about.
    if (policy::host_of(url) != tracking_host) return std::nullopt;
    const std::string_view token = path.substr(3);
    return token.substr(0, token.find_first_of("/?#"));
}

std::optional<std::string_view> own_token(std::string_view url,
                                          std::span<const std::string> tracking_hosts, char kind) {
    for (const std::string& host : tracking_hosts) {
        if (const auto token = own_token(url, host, kind)) return token;
    }
    return std::nullopt;
}

std::vector<std::string> tracking_hosts(const policy::Config& config) {
    std::vector<std::string> hosts;
    for (const policy::Controller& controller : config.controllers) {
        if (!controller.tracking_host.empty()) hosts.push_back(controller.tracking_host);
    }
    return hosts;
}

bool is_control_field(std::string_view name) {
    constexpr std::string_view ours = "X-Candor-";
    return rewriter::same_field(name.substr(0, ours.size()), ours);
}

bool too_many_control_fields(std::span<const Header> headers) {
    return std::cmp_greater(std::ranges::count_if(headers, is_control_field, &Header::name),
                            max_control_fields);
}

std::vector<rewriter::HeaderEdit> remove_control_headers(std::span<const Header> headers) {
    return rewriter::removed_fields(headers, is_control_field);
}

}  // namespace candor::milter
