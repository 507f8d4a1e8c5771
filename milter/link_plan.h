// What each link of one message becomes under its treatment.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "milter/context.h"
#include "milter/left_links.h"
#include "policy/people/personal_destination.h"
#include "policy/tokens/token.h"
#include "policy/treatment.h"
#include "rewriter/links/click_redirectors.h"
#include "rewriter/links/never_rewrite.h"
#include "rewriter/plan.h"

namespace candor::milter {

/// Everything is borrowed for the time of one message.
struct LinkPlanInput {
    policy::Treatment treatment = policy::Treatment::Untracked;
    const policy::Controller& controller;
    const policy::Config& config;
    const policy::KeyRing& ring;
    policy::Instant now;
    policy::RetentionClass retention = 0;
    policy::CampaignId campaign = 0;
    /// The message itself names its campaign: an older link of another one is a quotation, and is
    /// made anew. Else a link that is ours already is kept whatever its campaign (twice is once).
    bool campaign_is_named = false;
    /// The one recipient; empty when several share the body: then no personal token is made.
    std::optional<policy::RecipientId> recipient;
    /// Of every recipient of the message.
    std::span<const std::string> addresses;
    /// List-Unsubscribe, List-Help, Archived-At.
    std::vector<std::string> header_uris;
    /// The operator's own lists; null when there are none.
    const rewriter::FilterLists* filter_lists = nullptr;
    /// Only what must go goes: placeholders and opt-out links stay as they are.
    bool removal_only = false;
    /// The message itself asks that links of its HTML, of its text are not tracked.
    bool keep_html_links = false;
    bool keep_text_links = false;
    /// Whether the time for the message is up; empty = it never is.
    std::function<bool()> over_time = {};
};

class LinkPlan {
  public:
    explicit LinkPlan(const LinkPlanInput& input);

    /// The URL that replaces this link; nullopt leaves its bytes alone. Pure but for the counts,
    /// and until the time is up: then nothing is replaced any more, and the message must not be
    /// used.
    [[nodiscard]] std::optional<std::string> replacement(const rewriter::FoundLink& link);

    /// Whether a link that nobody can replace holds what has to go under the treatment.
    /// Placeholders are another matter: is_placeholder().
    [[nodiscard]] bool must_go(std::string_view url);

    /// `https://<host>/u/<token>` of this recipient, or what stands for it when several share the
    /// body.
    [[nodiscard]] std::string opt_out_url(policy::OptOutPage page) const;

    /// Whether `url` is already what opt_out_url(Unsubscribe) of this recipient would be, whatever
    /// the campaign.
    [[nodiscard]] bool unsubscribes_recipient(std::string_view url) const;

    /// `https://<host>/o/<token>`: of this recipient, or under `aggregate` the one of the campaign;
    /// nullopt where no such token may be made.
    [[nodiscard]] std::optional<std::string> open_image_url() const;
    /// Whether `url` is such a one already, of this recipient or this campaign.
    [[nodiscard]] bool tells_the_same(std::string_view url) const;

    /// `https://<host>/c/<token>` that nobody sees, which leads to the privacy notice; nullopt
    /// where no link of the HTML was tracked, the message has one already, or there is no notice.
    [[nodiscard]] std::optional<std::string> honeypot_url() const;

    /// Links that now lead through our tracker, those that did already not counted.
    [[nodiscard]] std::size_t tracked() const { return tracked_; }
    /// Links that stay as written, and why.
    [[nodiscard]] const LeftLinks& left() const { return left_; }
    /// Of these: the destination names a recipient.
    [[nodiscard]] std::size_t personal_left() const { return personal_left_; }
    /// Click trackers of others whose destination cannot be read.
    [[nodiscard]] std::size_t foreign_left() const { return foreign_left_; }
    /// `candor:` words that are none of ours and became the unsubscribe link: each once, a few.
    [[nodiscard]] const std::set<std::string>& unknown_placeholders() const { return unknown_; }
    /// A token that should have been made could not be (no key): the message goes on untracked.
    [[nodiscard]] bool failed_to_seal() const { return failed_to_seal_; }

  private:
    struct Opened {
        /// What the link leads to, without our or foreign wrapping; nullopt: where it says.
        std::optional<std::string> url = {};
        bool keep = false;                 // one of ours that already says the right thing
        std::optional<bool> foreign = {};  // a click tracker of others, where that was asked
    };
    [[nodiscard]] Opened unwrapped(std::string_view url);
    [[nodiscard]] std::optional<policy::OptOutLink> opened_opt_out(std::string_view token) const;
    [[nodiscard]] std::optional<Opened> opened_own(std::string_view url);
    [[nodiscard]] std::string without_person(std::string_view url) const;
    /// `why` is set when there is none.
    [[nodiscard]] std::optional<std::string> tracking_url(const rewriter::FoundLink& link,
                                                          std::string_view url,
                                                          std::optional<bool> foreign,
                                                          std::string_view& why);
    [[nodiscard]] std::string_view reason_to_keep(const rewriter::FoundLink& link,
                                                  std::string_view url,
                                                  std::optional<bool> foreign);
    [[nodiscard]] bool is_of_this_campaign(policy::CampaignId campaign) const;
    [[nodiscard]] policy::IndividualLink individual_link(std::uint16_t ordinal,
                                                         std::string destination) const;
    [[nodiscard]] bool is_of_this_message(const policy::IndividualLink& link) const;
    [[nodiscard]] bool is_of_this_message(const policy::AggregateLink& link) const;
    /// For an individual or an aggregate link.
    template <class Link>
    [[nodiscard]] Opened kept_or_opened(const Link& link);
    [[nodiscard]] std::string own_url(std::string_view path, std::string_view token) const;
    [[nodiscard]] Result<std::string> sealed_image() const;
    [[nodiscard]] Result<std::string> sealed(std::uint16_t ordinal, std::string destination) const;
    [[nodiscard]] bool names_a_recipient(std::string_view url);
    [[nodiscard]] bool out_of_time();

    const LinkPlanInput& in_;
    std::vector<std::string> tracking_hosts_;
    rewriter::NeverRules never_;
    rewriter::ForeignTrackers foreign_;
    std::vector<policy::AddressSpellings> spellings_;  // of `addresses`, once somebody asked
    std::size_t tracked_ = 0;
    bool tracks_html_ = false;
    bool has_honeypot_ = false;
    LeftLinks left_;
    std::size_t personal_left_ = 0;
    std::size_t foreign_left_ = 0;
    std::set<std::string> unknown_;  // placeholders
    bool failed_to_seal_ = false;
    std::size_t asked_ = 0;
    bool late_ = false;
};

}  // namespace candor::milter
