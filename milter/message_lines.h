// What the log and the totals say of one message that was decided about. In observe mode nothing
// happened to it, so the lines say what would have.
#pragma once

#include <chrono>
#include <string_view>

#include "milter/pipeline.h"
#include "milter/totals.h"
#include "policy/journal.h"

namespace candor::milter {

/// Borrowed for the time of one call.
struct MessageLines {
    policy::Journal& journal;
    Totals& totals;
    std::string_view queue_id;
    std::string_view stream;
    std::chrono::milliseconds took{0};
    bool observing = false;
    /// While observing: who opted out would have been refused before there was a message.
    bool refuses_at_rcpt = false;
};

void write_lines(const MessageLines& lines, const Outcome& outcome);

}  // namespace candor::milter
