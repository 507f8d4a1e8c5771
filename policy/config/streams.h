// Match rules: which class of mail is this, and whose. First match wins.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/people/recipient_id.h"
#include "policy/store.h"
#include "policy/treatment.h"

namespace candor::policy {

enum class StreamKind : std::uint8_t { Marketing, Transactional, Internal };
enum class ListUnsubscribe : std::uint8_t { Add, Replace, Keep };
enum class Footer : std::uint8_t { Off, Append };
enum class SuppressAction : std::uint8_t {
    Reject,
    Discard
};  ///< 550 at RCPT, or taken out silently
/// What a transaction with several recipients is taken for.
enum class MultiRecipient : std::uint8_t {
    Share,  ///< one body for all: the strictest of their treatments, no personal link
    Split   ///< the MTA was to hand over one at a time: the same, and a warning that it does not
};
enum class CampaignSource : std::uint8_t { Header, FeedbackId, ListId, Fixed };
inline constexpr std::array usual_campaign_sources{
    CampaignSource::Header, CampaignSource::FeedbackId, CampaignSource::ListId};

/// Glob (`*`, `?`), compared without case.
struct HeaderMatch {
    std::string name;
    std::string value_glob = "*";
};

/// All lists that are not empty must match (and); within a list one entry is enough (or).
struct StreamMatch {
    std::vector<std::string> sasl_user;  ///< globs
    std::vector<std::string>
        sender;                     ///< globs over the envelope sender, e.g. "*@news.acme.example"
    std::vector<std::string> from;  ///< globs over the address in the From field
    std::vector<std::string> client_address;  ///< addresses or CIDR networks, IPv4 and IPv6
    std::vector<std::string> daemon_name;     ///< globs over {daemon_name}
    std::vector<HeaderMatch> header;
};

struct Stream {
    std::string name;
    int line = 0;  ///< in the config, for messages
    std::string controller = "default";
    StreamKind kind = StreamKind::Marketing;
    StreamMatch match;
    Treatment ceiling = Treatment::Individual;
    RecipientClass default_class =
        RecipientClass::Unknown;        ///< for recipients without one on record
    std::vector<std::string> segments;  ///< every recipient of the stream has them
    std::vector<CampaignSource> campaign_from{usual_campaign_sources.begin(),
                                              usual_campaign_sources.end()};
    std::string campaign;  ///< with CampaignSource::Fixed
    ListUnsubscribe list_unsubscribe = ListUnsubscribe::Add;
    std::string
        opt_out_feed;  ///< with Keep: the import that brings the application's opt-outs here
    Footer footer = Footer::Off;
    bool open_pixel = false;  ///< tell of openings too, where the decision allows it
    bool honeypot = false;    ///< a link that nobody sees, beside links that are tracked
    MultiRecipient multi_recipient = MultiRecipient::Share;
    std::optional<SuppressAction> suppress;  ///< else the milter's
    bool clean = false;                      ///< transactional/internal: treat as `untracked`
};

/// What is known of a message. `headers` is empty optional before the end of headers.
struct StreamQuery {
    std::string_view sasl_user;
    std::string_view
        sender;  ///< normalised (policy/people/recipient_id.h), empty for the null sender
    std::string_view client_address;
    std::string_view daemon_name;
    struct HeaderView {
        std::string_view name, value;
    };
    std::optional<std::span<const HeaderView>> headers;
    /// With `headers`: the address in From, normalised; empty = unreadable.
    std::string_view from = {};
};

struct StreamAnswer {
    enum class Kind : std::uint8_t { Matched, None, NeedsHeaders } kind = Kind::None;
    const Stream* stream = nullptr;  ///< borrowed from `streams`; only with Matched
};

/// First match wins; NeedsHeaders as soon as a rule could match that asks for headers not yet
/// known.
[[nodiscard]] StreamAnswer find_stream(std::span<const Stream> streams, const StreamQuery& query);

/// The stream that ends every configuration unless `policy.bulk_unlisted = false`:
/// List-Unsubscribe, List-Id, Feedback-ID or Precedence: bulk -> marketing, so that no application
/// slips by unnamed.
[[nodiscard]] std::vector<Stream> bulk_unlisted_streams(std::string_view controller);

[[nodiscard]] std::string_view to_string(StreamKind kind);
/// `*` any run, `?` one byte, ASCII case ignored. Linear in text times pattern.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace candor::policy
