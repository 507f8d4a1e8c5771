// What `/u/<token>` answers: the pages on which people choose, and the mail provider's one click.
// GET shows and never changes anything; POST acts, and is durable before its 200.
#pragma once

#include <string>
#include <string_view>

#include "policy/tokens/token.h"
#include "tracker/http_request.h"
#include "tracker/http_response.h"
#include "tracker/pages.h"
#include "tracker/ports.h"

namespace candor::tracker {

/// Safe to call from any thread.
class OptOutRoutes {
  public:
    explicit OptOutRoutes(const Ports& ports) : ports_(ports) {}

    [[nodiscard]] Response answer(const Request& request, std::string_view token,
                                  const Settings& settings);

  private:
    struct Visit;
    [[nodiscard]] Response act(const Visit& visit, const Request& request);
    [[nodiscard]] Response record(const Visit& visit, policy::OptOutScope scope,
                                  policy::OptOutSource source, VisitNumber page);
    [[nodiscard]] std::string undo_token(const Visit& visit, const policy::OptOut& made,
                                         const policy::OptOut& standing);
    [[nodiscard]] bool said_before(const policy::OptOut& opt_out);
    [[nodiscard]] bool undone_too_often(const policy::OptOut& opt_out);
    [[nodiscard]] Response undo(const Visit& visit, std::string_view undo_token);
    [[nodiscard]] Response ask(const Visit& visit, policy::RequestKind kind);

    Ports ports_;
    RareWarning key_warning_;
};

}  // namespace candor::tracker
