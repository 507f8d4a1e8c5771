// The tokens that a message gets under its treatment, and which of those in it are the same
// already.
#include <utility>

#include "milter/link_plan.h"
#include "milter/message_facts.h"
#include "policy/links/destination.h"

namespace candor::milter {

using policy::Treatment;

std::string LinkPlan::own_url(std::string_view path, std::string_view token) const {
    constexpr std::string_view scheme = "https://";
    const std::string& host = in_.controller.tracking_host;
    std::string url;
    url.reserve(scheme.size() + host.size() + path.size() + token.size());
    return url.append(scheme).append(host).append(path).append(token);
}

Result<std::string> LinkPlan::sealed_image() const {
    if (in_.treatment == Treatment::Aggregate && in_.campaign != 0) {
        return policy::seal_image(
            in_.ring, policy::AggregateLink{in_.controller.number, in_.campaign, 0, {}});
    }
    if (in_.treatment == Treatment::Individual && in_.recipient && in_.retention != 0) {
        return policy::seal_image(in_.ring, individual_link(0, {}));
    }
    return fail(Fault::Missing, "nobody and no campaign that a picture could tell of");
}

std::optional<std::string> LinkPlan::open_image_url() const {
    const auto token = sealed_image();
    // Without a key for today the message goes on without a picture, as links do.
    if (!token) return std::nullopt;
    return own_url("/o/", *token);
}

bool LinkPlan::tells_the_same(std::string_view url) const {
    const auto token = own_token(url, in_.controller.tracking_host, 'o');
    if (!token) return false;
    const auto opened = policy::open_image(in_.ring, *token, in_.now);
    if (!opened) return false;
    if (const auto* link = std::get_if<policy::IndividualLink>(&*opened)) {
        return is_of_this_message(*link);
    }
    const auto* link = std::get_if<policy::AggregateLink>(&*opened);
    return link != nullptr && is_of_this_message(*link);
}

std::optional<std::string> LinkPlan::honeypot_url() const {
    const std::string& host = in_.controller.tracking_host;
    auto notice = policy::destination_of(in_.controller.privacy_notice_url);
    if (!tracks_html_ || has_honeypot_ || !notice || notice->host == host) return std::nullopt;
    const auto token = sealed(policy::honeypot_ordinal, std::move(notice->url));
    if (!token) return std::nullopt;
    return own_url("/c/", *token);
}

policy::IndividualLink LinkPlan::individual_link(std::uint16_t ordinal,
                                                 std::string destination) const {
    return {
        .controller = in_.controller.number,
        .campaign = in_.campaign,
        .recipient = in_.recipient->prefix(),
        .ordinal = ordinal,
        .sealed_at = in_.now,
        .retention = in_.retention,
        .destination = std::move(destination),
    };
}

Result<std::string> LinkPlan::sealed(std::uint16_t ordinal, std::string destination) const {
    if (in_.treatment == Treatment::Individual && in_.recipient) {
        return policy::seal(in_.ring, individual_link(ordinal, std::move(destination)));
    }
    return policy::seal(in_.ring, policy::AggregateLink{.controller = in_.controller.number,
                                                        .campaign = in_.campaign,
                                                        .ordinal = ordinal,
                                                        .destination = std::move(destination)});
}

}  // namespace candor::milter
