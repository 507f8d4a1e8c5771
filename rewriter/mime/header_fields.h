// Reads single fields of a message's header: unfolded values, addresses, campaign names.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/plan.h"

namespace candor::rewriter {

/// Field names are compared without case (RFC 5322, section 1.2.2).
[[nodiscard]] bool same_field(std::string_view one, std::string_view other);

/// The value of the first field of that name, unfolded and trimmed; nullopt when there is none.
[[nodiscard]] std::optional<std::string> field_value(std::span<const Header> headers,
                                                     std::string_view name);
/// Edits that remove every field whose name `goes` says so of. Linear in the number of fields.
[[nodiscard]] std::vector<HeaderEdit> removed_fields(
    std::span<const Header> headers, const std::function<bool(std::string_view name)>& goes);
[[nodiscard]] int count_fields(std::span<const Header> headers, std::string_view name);

/// The first mailbox in From, as written; empty when there is none to be read.
[[nodiscard]] std::string from_address(std::span<const Header> headers);
/// Its domain.
[[nodiscard]] std::string from_domain(std::span<const Header> headers);

/// The URIs in angle brackets of every field of that name (RFC 2369, section 2).
[[nodiscard]] std::vector<std::string> bracketed_uris(std::span<const Header> headers,
                                                      std::string_view name);

}  // namespace candor::rewriter
