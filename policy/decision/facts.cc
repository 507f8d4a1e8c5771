#include "policy/decision/facts.h"

#include "policy/people/domains.h"

namespace candor::policy {

bool tracking_aligned(const Controller& controller, std::string_view from_domain) {
    return !controller.tracking_host.empty() && aligned(controller.tracking_host, from_domain);
}

const EffectivePolicy& Policy::in_force(Instant now) const {
    if (!without_overlays) return effective;
    for (const OverlaySwitch& overlay : settings.overlays) {
        const bool begun = overlay.enabled_at && *overlay.enabled_at <= now;
        const bool over = overlay.review_by && *overlay.review_by <= now;
        if (!begun || over) return *without_overlays;
    }
    return effective;
}

}  // namespace candor::policy
