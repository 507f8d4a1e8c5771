// Text of one charset as UTF-8, by iconv, and what its tables lack.
#pragma once

#include <string>
#include <string_view>

namespace candor::rewriter {

/// Appends what `bytes` say in the charset that iconv calls `name`, with U+FFFD for what cannot be
/// read; false when iconv does not know it, then `out` is as it was. Linear.
[[nodiscard]] bool read_charset(std::string_view bytes, const std::string& name, std::string& out);

}  // namespace candor::rewriter
