// All that a decision may look at: values, looked up beforehand. decide() sees nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/clock.h"
#include "policy/config/config.h"
#include "policy/config/streams.h"
#include "policy/law/evidence.h"
#include "policy/law/packs.h"
#include "policy/store.h"
#include "policy/treatment.h"

namespace candor::policy {

/// How this message can be opted out of (RFC 8058 header; design: opt-out in the mail).
enum class HeaderOptOut : std::uint8_t {
    Ours,             ///< list_unsubscribe = add/replace: Candor's /u/ link will stand there
    ApplicationFed,   ///< the application's, and its opt-outs are brought here (feed ran within 24
                      ///< h)
    ApplicationUnfed  ///< the application's, unknown to us: reason `foreign_optout`
};

struct MessageFacts {
    std::optional<Treatment>
        requested;             ///< X-Candor-Treatment or a peer's "do not track": restricts
    std::string requested_by;  ///< the header that asked
    bool has_campaign = false;
    std::string from_domain;  ///< RFC5322.From, A-labels; empty when unreadable
    HeaderOptOut header_opt_out = HeaderOptOut::Ours;
    /// A visible opt-out will stand in the body: a candor: placeholder, the footer, or a /u/ of
    /// ours.
    bool visible_opt_out = false;
    bool daily_key = true;          ///< a key for today and the row's retention class is at hand
    bool tracking_aligned = false;  ///< tracking_aligned() of the controller and `from_domain`
    bool opt_out_tested = false;    ///< the opt-out page passed its test within a day
    bool purge_on_time = false;     ///< what has to be forgotten was, within two days
    /// One of the two above is assumed, since no daemon ever ran here (a message tried offline).
    bool duties_assumed = false;
    std::string ad_network;  ///< an advertising network that the mail itself calls; empty = none
};

/// Whether links of `controller` lie in the organisational domain of the From address (RFC 7489,
/// section 3.1, relaxed). Both as A-labels.
[[nodiscard]] bool tracking_aligned(const Controller& controller, std::string_view from_domain);

/// One recipient of one message.
struct Facts {
    Person person;
    std::string recipient_domain;  ///< A-labels
    MessageFacts message;
    /// Borrowed for the call.
    const Stream* stream = nullptr;
    const Controller* controller = nullptr;
};

/// The rules in force: immutable, shared by all sessions until a reload.
struct Policy {
    EffectivePolicy effective;
    PolicySettings settings;
    Evidence evidence;
    /// What applies before an overlay is turned on and once the record of it is past its review;
    /// nothing where no overlay is on.
    std::optional<EffectivePolicy> without_overlays;
    [[nodiscard]] const EffectivePolicy& in_force(Instant now) const;
};

}  // namespace candor::policy
