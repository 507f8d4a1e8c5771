#include "rewriter/tracking/pixel_rules.h"

namespace candor::rewriter {

PixelRules pixel_rules(const RewritePlan& plan) {
    return {.trusted_image_hosts = plan.trusted_image_hosts,
            .strip_parameters = plan.strip_parameters,
            .own_hosts = plan.own_hosts,
            .keep_open_image = plan.keep_open_image,
            .images = plan.remove_tracking || plan.remove_tracking_images,
            .parameters = plan.remove_tracking,
            .remote_css = plan.remove_tracking && plan.remove_remote_css,
            .campaigns = plan.strip_campaign_parameters,
            .lists = plan.filter_lists};
}

ParameterRules parameter_rules(const PixelRules& rules) {
    return {.more = rules.strip_parameters,
            .campaigns = rules.campaigns,
            .lists = rules.lists,
            .addresses = true};
}

}  // namespace candor::rewriter
