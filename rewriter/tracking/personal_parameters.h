// Query parameters that name a person or a campaign (data/tracking-parameters.tsv), cut out of a
// URL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rewriter/plan.h"

namespace candor::rewriter {

/// In an attribute `&` may be written as a character reference; what stays is not rewritten.
enum class UrlForm : std::uint8_t { Plain, Attribute };

/// Which parameters go besides those that name a person. Borrowed.
struct ParameterRules {
    std::span<const std::string> more{};
    bool campaigns = false;
    const FilterLists* lists = nullptr;
    bool addresses = false;  ///< any whose value is a mail address
};
[[nodiscard]] ParameterRules parameter_rules(const RewritePlan& plan);

struct CutParameters {
    std::string url;  ///< byte-identical when `count` is 0
    std::size_t count = 0;
};

[[nodiscard]] CutParameters cut_parameters(std::string_view url, const ParameterRules& rules,
                                           UrlForm form);

/// `url`, as a client reads it, without such parameters (`mc_eid`, `_hsenc`, ...); byte-identical
/// when it has none.
[[nodiscard]] std::string without_parameters(std::string_view url, const ParameterRules& rules);

}  // namespace candor::rewriter
