// The pages recipients see: plain HTML that needs no script, no image and no other file.
// Pages say what can be chosen and never anything about a person: a link is a bearer secret that
// travels with every forwarded mail. The words are those of tracker/languages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/store.h"
#include "policy/tokens/token.h"
#include "tracker/http_response.h"
#include "tracker/languages.h"
#include "tracker/theme.h"

namespace candor::tracker {

/// Borrowed for the time of one page.
struct Look {
    const Texts& texts;
    const Theme& theme;
};

/// Whose mail it was. Text as configured; it is escaped here.
struct Sender {
    std::string name;  ///< empty = not said
    std::string privacy_notice_url;
    int retention_days = 0;   ///< 0 = no click is kept with its person
    int decision_months = 0;  ///< 0 = no decision is kept
};

/// A visit of a choice page: what is done from there can be taken back as this visit's. Not 0.
using VisitNumber = std::uint64_t;

/// The two choices as a form; `page` says which is preselected. Privacy adds what is kept, and the
/// buttons of an access and an erasure request.
[[nodiscard]] Response choice_page(const Look& look, const Sender& sender, policy::OptOutPage page,
                                   VisitNumber visit);
/// 400: the form came without a choice.
[[nodiscard]] Response choice_missing_page(const Look& look, const Sender& sender,
                                           policy::OptOutPage page, VisitNumber visit);
/// With a button that sends `undo_token` back; an empty one leaves it out.
[[nodiscard]] Response confirmation_page(const Look& look, const Sender& sender,
                                         policy::OptOutScope scope, std::string_view undo_token);
/// Says nothing of what else is on record: true whether or not anything was taken back.
[[nodiscard]] Response undone_page(const Look& look, const Sender& sender);
[[nodiscard]] Response undo_late_page(const Look& look, const Sender& sender);
/// An access or erasure request is registered.
[[nodiscard]] Response asked_page(const Look& look, const Sender& sender);
/// 503: nothing was saved; a mail provider tries again by itself, a person is asked to.
[[nodiscard]] Response try_again_page(const Look& look);
/// 200 and neutral: the opt-out link is not one of ours, or damaged.
[[nodiscard]] Response unknown_opt_out_page(const Look& look);
/// 404, never a redirect.
[[nodiscard]] Response unknown_link_page(const Look& look);
[[nodiscard]] Response not_found_page(const Look& look);
/// 405; `allowed` is the value of Allow.
[[nodiscard]] Response wrong_method_page(const Look& look, std::string_view allowed);

}  // namespace candor::tracker
