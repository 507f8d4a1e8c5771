// What the writer of a file does with a line from its control socket, and the line that goes back.
// `requests` makes the lines; sockets are left to `control`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/store.h"

namespace candor::sqlite {

/// What is answered besides that it went well: a campaign's id, or how many decisions or events
/// were erased; 0 where there is nothing to add.
using AnswerNumber = std::uint32_t;

/// Does what `line` asks and says how it went, as a line without its break. Never throws for what
/// a peer may send.
[[nodiscard]] std::string answer(policy::Store& store, std::string_view line);

/// What the writer answered. Errors: those of the request; Broken (not an answer).
[[nodiscard]] Result<AnswerNumber> read_answer(std::string_view line);

}  // namespace candor::sqlite
