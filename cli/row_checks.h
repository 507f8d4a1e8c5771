// The cells of an import, one at a time: what they may hold, and the fault when they hold something
// else. No fault repeats a cell: a shifted column is full of addresses.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/config.h"
#include "policy/config/config_fault.h"
#include "policy/store.h"

namespace candor::cli {

/// Collects the faults of one import; a line with a fault is not imported, nor is any other then.
class RowFaults {
  public:
    /// So many are kept to be shown; the others are counted.
    static constexpr std::size_t max_shown = 100;

    explicit RowFaults(std::string file) : file_(std::move(file)) {}
    void add(int line, std::string message);
    [[nodiscard]] bool none() const { return lines_ == 0; }
    [[nodiscard]] const std::vector<policy::ConfigFault>& shown() const { return faults_; }
    /// How many lines have a fault; lines come in order.
    [[nodiscard]] std::size_t lines() const { return lines_; }

  private:
    std::string file_;
    std::vector<policy::ConfigFault> faults_;
    std::size_t lines_ = 0;
    int last_line_ = 0;
};

/// Says them on stderr. Faulty rows are the data's fault, not the configuration's: EX_DATAERR.
int reported_rows(const RowFaults& faults);

/// Free text that is kept unsealed: it may name where something is known from, no mailbox.
[[nodiscard]] std::string checked_text(std::string_view text, std::string_view column, int line,
                                       RowFaults& faults);

/// Empty, or a code we know the form of, in its one spelling.
[[nodiscard]] std::string checked_jurisdiction(std::string_view code, int line, RowFaults& faults);
/// The same of two columns, as many a CRM exports them: `US` and `CA`, or `US` and `US-CA`.
[[nodiscard]] std::string checked_jurisdiction(std::string_view code, std::string_view subdivision,
                                               int line, RowFaults& faults);
/// b2b, b2c, unknown or empty.
[[nodiscard]] policy::RecipientClass checked_class(std::string_view word, int line,
                                                   RowFaults& faults);
/// yes, true, 1, y, no, false, 0, n or empty (no), in any case. An opt-out that is misread as no
/// would be lost, so nothing else passes.
[[nodiscard]] bool checked_yes_no(std::string_view word, std::string_view column, int line,
                                  RowFaults& faults);
/// Separated by blanks, `;` or `,`.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
/// Words that the configuration knows. One it does not know would never protect anybody.
[[nodiscard]] std::vector<std::string> checked_segments(std::string_view text,
                                                        const std::set<std::string>& known,
                                                        int line, RowFaults& faults);
/// What [policy.segments] treats and what streams give to their recipients.
[[nodiscard]] std::set<std::string> known_segments(const policy::Config& config);

/// YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with an optional Z; empty is nothing.
[[nodiscard]] std::optional<policy::Instant> checked_instant(std::string_view text,
                                                             std::string_view column, int line,
                                                             RowFaults& faults);
/// The same, and not later than `now`: nobody has said anything tomorrow.
[[nodiscard]] std::optional<policy::Instant> checked_past_instant(std::string_view text,
                                                                  std::string_view column,
                                                                  policy::Instant now, int line,
                                                                  RowFaults& faults);

}  // namespace candor::cli
