// The pages recipients see: plain HTML that needs no script, no image and no other file.
// Pages say what can be chosen and never anything about a person: a link is a bearer secret that
// travels with every forwarded mail. All text stands in one table, one row per language.
#pragma once

#include <string>

#include "policy/store.h"
#include "policy/token.h"
#include "tracker/http.h"

namespace candor::tracker {

/// Whose mail it was. Text as configured; it is escaped here.
struct Sender {
    std::string name;  ///< empty = "the sender"
    std::string privacy_notice_url;
    int retention_days = 0;  ///< 0 = not stated
};

/// The two choices as a form; `page` says which is preselected, Privacy adds what is kept.
[[nodiscard]] Response choice_page(const Sender& sender, policy::OptOutPage page);
/// 400: the form came without a choice.
[[nodiscard]] Response choice_missing_page(const Sender& sender, policy::OptOutPage page);
[[nodiscard]] Response confirmation_page(const Sender& sender, policy::OptOutScope scope);
/// 503: nothing was saved; a mail provider tries again by itself, a person is asked to.
[[nodiscard]] Response try_again_page();
/// 200 and neutral: the opt-out link is not one of ours, or damaged.
[[nodiscard]] Response unknown_opt_out_page();
/// 404, never a redirect.
[[nodiscard]] Response unknown_link_page();
[[nodiscard]] Response not_found_page();
/// 405; `allowed` is the value of Allow.
[[nodiscard]] Response wrong_method_page(std::string_view allowed);

}  // namespace candor::tracker
