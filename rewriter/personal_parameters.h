// Query parameters that name a person (data/tracking-parameters.tsv), cut out of a URL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace candor::rewriter {

/// In an attribute `&` may be written as a character reference; what stays is not rewritten.
enum class UrlForm : std::uint8_t { Plain, Attribute };

struct CutParameters {
    std::string url;  ///< byte-identical when `count` is 0
    std::size_t count = 0;
};

[[nodiscard]] CutParameters cut_personal_parameters(std::string_view url,
                                                    std::span<const std::string> more,
                                                    UrlForm form);

}  // namespace candor::rewriter
