// Journal on spdlog: every log line of the program is written in spdlog_journal.cc.
#pragma once

#include <memory>

#include "policy/config/config.h"
#include "policy/journal.h"
#include "policy/result.h"

namespace candor::cli {

/// What a daemon says besides, of its own reload.
class DaemonJournal : public policy::Journal {
  public:
    /// `settings` are the names of those that have changed and are read at the start alone.
    virtual void reload_needs_restart(std::string_view settings) = 0;
    /// A log file that was moved away is left for a new one at its path. Where that cannot be, the
    /// old one goes on, and a line there says why.
    virtual void reopen() = 0;
};

/// `settings.to`: `stderr`, `syslog` or a file (appended). `daemon`: who speaks, for lines that
/// both daemons write. Errors: Unavailable (the file).
[[nodiscard]] Result<std::unique_ptr<DaemonJournal>> open_journal(
    const policy::LogSettings& settings, std::string_view daemon);

/// `text` with everything but printable ASCII escaped, blanks as `_` outside quotes: one word of a
/// log line that nobody can break out of.
[[nodiscard]] std::string journal_value(std::string_view text);

}  // namespace candor::cli
