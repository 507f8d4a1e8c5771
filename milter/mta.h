// Port: the few things we ask of the MTA at the end of a message.
#pragma once

#include <cstddef>
#include <string_view>

#include "policy/result.h"
#include "rewriter/plan.h"

namespace candor::milter {

/// What fits into one packet of the milter protocol (MILTER_CHUNK_SIZE).
constexpr std::size_t max_body_piece = 65535;

/// Errors of every call: Unavailable (the MTA hung up or refused the request).
class Mta {
  public:
    virtual ~Mta() = default;
    [[nodiscard]] virtual Result<void> edit_header(const rewriter::HeaderEdit& edit) = 0;
    /// `raw` is the recipient as the client typed it.
    [[nodiscard]] virtual Result<void> delete_recipient(std::string_view raw) = 0;
    /// The next piece of the new body, at most `max_body_piece` octets; no other request may come
    /// between the pieces.
    [[nodiscard]] virtual Result<void> replace_body(std::string_view piece) = 0;
    /// Puts the message on hold (quarantine); `reason` goes to the MTA's log.
    [[nodiscard]] virtual Result<void> hold(std::string_view reason) = 0;
};

}  // namespace candor::milter
