// All that a decision may look at: values, looked up beforehand. decide() sees nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/clock.h"
#include "policy/config.h"
#include "policy/evidence.h"
#include "policy/packs.h"
#include "policy/store.h"
#include "policy/streams.h"
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
    bool daily_key = true;  ///< a key for today and the row's retention class is at hand
};

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
};

}  // namespace candor::policy
