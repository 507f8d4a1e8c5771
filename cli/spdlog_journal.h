// Journal on spdlog: every log line of the program is written in spdlog_journal.cc.
#pragma once

#include <memory>

#include "policy/config/config.h"
#include "policy/journal.h"
#include "policy/result.h"

namespace candor::cli {

/// `settings.to`: `stderr`, `syslog` or a file (appended). Errors: Unavailable (the file).
[[nodiscard]] Result<std::unique_ptr<policy::Journal>> open_journal(
    const policy::LogSettings& settings);

/// `text` with everything but printable ASCII escaped, blanks as `_` outside quotes: one word of a
/// log line that nobody can break out of.
[[nodiscard]] std::string journal_value(std::string_view text);

}  // namespace candor::cli
