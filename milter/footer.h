// The small footer that `footer = "append"` adds where the author placed no visible opt-out.
#pragma once

#include <string>

#include "policy/config/config.h"

namespace candor::milter {

/// What is empty is left out.
struct FooterLinks {
    std::string unsubscribe, stop_tracking, privacy;
};

[[nodiscard]] std::string footer_html(const policy::Controller& controller,
                                      const FooterLinks& links);
[[nodiscard]] std::string footer_text(const policy::Controller& controller,
                                      const FooterLinks& links);

}  // namespace candor::milter
