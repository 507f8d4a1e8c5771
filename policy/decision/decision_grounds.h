// The part of a decision that recipients share who were decided alike, as a text that is kept once
// for all of them. One `key value` a line; frozen, because an auditor reads it years later.
#pragma once

#include <string>
#include <string_view>

#include "policy/decision/decide.h"

namespace candor::policy {

/// `decision` without its evidence, and `obeyed`: the treatment that the body really got (one body
/// for several recipients obeys the strictest), or a word of the pipeline for less than that.
[[nodiscard]] std::string to_grounds(const Decision& decision, std::string_view obeyed);

struct Grounds {
    Decision decision;
    std::string obeyed;
};
/// What can be read of it: a line of a later program is skipped.
[[nodiscard]] Grounds from_grounds(std::string_view text);

}  // namespace candor::policy
