// Files that a command reads: the configuration, a message, rows.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "policy/result.h"

namespace candor::cli {

/// A file that cannot be opened, by errno: Missing where no second try helps, else Unavailable.
[[nodiscard]] tl::unexpected<Error> cannot_read(const std::string& name, int why);
/// Errors: Missing (may not be read, too), Unavailable; the message names the file.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// The same piece by piece; `-` is standard input.
[[nodiscard]] Result<void> read_pieces(const std::string& path,
                                       const std::function<void(std::string_view)>& take);

}  // namespace candor::cli
