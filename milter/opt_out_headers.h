// List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC 8058) of one message.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/streams.h"
#include "rewriter/plan.h"

namespace candor::milter {

/// Whether one of these is an opt-out of ours, or a placeholder, which stands for one.
[[nodiscard]] bool names_us(const std::vector<std::string>& uris,
                            std::span<const std::string> tracking_hosts);

/// The edits after which `url` (ours, of this recipient) stands where the stream wants it. `keep`
/// leaves the application's alone; one of ours that names somebody else is always
/// replaced, and so is a placeholder.
[[nodiscard]] std::vector<rewriter::HeaderEdit> opt_out_header_edits(
    policy::ListUnsubscribe mode, std::span<const rewriter::Header> headers, std::string_view url,
    std::span<const std::string> tracking_hosts);

/// The edits that take out one of ours where it may not stand: several recipients share the
/// message, or it is no marketing mail.
[[nodiscard]] std::vector<rewriter::HeaderEdit> remove_own_opt_out_headers(
    std::span<const rewriter::Header> headers, std::span<const std::string> tracking_hosts);

}  // namespace candor::milter
