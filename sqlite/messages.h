// What the writer of a file does with a line from its control socket, and the line that goes back.
// `requests` makes the lines; sockets are left to `control`.
#pragma once

#include <string>
#include <string_view>

#include "policy/store.h"

namespace candor::sqlite {

/// Does what `line` asks and says how it went, as a line without its break. Never throws for what
/// a peer may send.
[[nodiscard]] std::string answer(policy::Store& store, std::string_view line);

/// What the writer answered: a campaign's id, how many decisions were erased, or 0 for the other
/// requests.
/// Errors: those of the request; Broken (not an answer).
[[nodiscard]] Result<policy::CampaignId> read_answer(std::string_view line);

}  // namespace candor::sqlite
