// What a message says that a decision may look at: campaign, opt-outs, what it asks for itself.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/config.h"
#include "policy/decision/facts.h"
#include "rewriter/plan.h"

namespace candor::milter {

/// The name of the campaign by the stream's sources in their order, at most 255 bytes unless it may
/// hold an address and must not be kept as it is; nullopt when none names one.
[[nodiscard]] std::optional<std::string> campaign_name(const policy::Stream& stream,
                                                       std::span<const rewriter::Header> headers);

/// What the message itself asks for: X-Candor-Treatment, or another system's "do not track"
/// (rewriter/data/do-not-track-marks.tsv). The strictest of all; it may only restrict.
struct Request {
    std::optional<policy::Treatment> treatment;
    std::string header;  ///< the field that asked for the treatment
    bool keep_html_links = false;
    bool keep_text_links = false;
    bool no_open_pixel = false;
};
[[nodiscard]] Request requested(std::span<const rewriter::Header> headers);

/// Who answers for the List-Unsubscribe that will stand in the message.
[[nodiscard]] policy::HeaderOptOut header_opt_out(const policy::Stream& stream,
                                                  std::span<const rewriter::Header> headers,
                                                  std::span<const std::string> tracking_hosts,
                                                  bool feed_is_fresh);

/// Whether `url` is a link of ours of that kind ("c", "u", "o"); gives its token.
[[nodiscard]] std::optional<std::string_view> own_token(std::string_view url,
                                                        std::string_view tracking_host, char kind);

/// The same of whichever of these hosts.
[[nodiscard]] std::optional<std::string_view> own_token(std::string_view url,
                                                        std::span<const std::string> tracking_hosts,
                                                        char kind);

/// Of every controller of the installation: a link that one of them made for somebody must not stay
/// in the mail of another.
[[nodiscard]] std::vector<std::string> tracking_hosts(const policy::Config& config);

/// Whether a field is one of ours, `X-Candor-*`.
[[nodiscard]] bool is_control_field(std::string_view name);

/// No message needs so many. They count apart from `max_header_lines`, for they must not leave even
/// where the other fields are too many to be looked at.
constexpr std::size_t max_control_fields = 100;
[[nodiscard]] bool too_many_control_fields(std::span<const rewriter::Header> headers);

/// Edits that remove every X-Candor-* field: they are for us and must not leave.
[[nodiscard]] std::vector<rewriter::HeaderEdit> remove_control_headers(
    std::span<const rewriter::Header> headers);

}  // namespace candor::milter
