#include "tests/bench/whole_message.h"

#include <cstdio>
#include <cstdlib>

#include "policy/config/config.h"
#include "rewriter/rewrite.h"
#include "tests/fakes.h"

namespace candor::bench {

struct WholeMessage::Setting {
    tests::FixedKeys keys;
    std::shared_ptr<const policy::KeyRing> ring = keys.ring();
    policy::Config config;
    policy::Controller controller;
    policy::RecipientId recipient = tests::id_of("anna@kunde.example", 1);
    std::vector<std::string> addresses{"anna@kunde.example"};
};

WholeMessage::WholeMessage() : setting_(std::make_unique<Setting>()) {
    rewriter::init_mime();
    setting_->controller.number = 1;
    setting_->controller.tracking_host = "go.acme.example";
}

WholeMessage::~WholeMessage() = default;

milter::LinkPlanInput WholeMessage::input() const {
    return {.treatment = policy::Treatment::Individual,
            .controller = setting_->controller,
            .config = setting_->config,
            .ring = *setting_->ring,
            .now = tests::noon,
            .retention = 5,
            .campaign = 7,
            .recipient = setting_->recipient,
            .addresses = setting_->addresses,
            .header_uris = {}};
}

std::size_t WholeMessage::rewrite(const rewriter::Message& message) const {
    const milter::LinkPlanInput in = input();
    milter::LinkPlan links{in};
    rewriter::RewritePlan plan;
    plan.replace_link = [&links](const rewriter::FoundLink& link) {
        return links.replacement(link);
    };
    const auto edits = rewriter::rewrite(message, plan);
    if (links.failed_to_seal()) {
        std::fputs("a link cannot be sealed: nothing to measure\n", stderr);
        std::exit(70);
    }
    return edits ? links.tracked() : 0;
}

std::size_t WholeMessage::rewrite(const BenchMail& mail) const {
    const auto message = rewriter::Message::parse(mail.split.headers, mail.source, {});
    return message ? rewrite(*message) : 0;
}

std::size_t WholeMessage::survey_and_rewrite(const BenchMail& mail) const {
    const auto message = rewriter::Message::parse(mail.split.headers, mail.source, {});
    if (!message) return 0;
    const rewriter::Survey found = rewriter::survey(*message);
    return found.links.empty() ? 0 : rewrite(*message);
}

std::string WholeMessage::sealed_link(const std::string& destination) const {
    const milter::LinkPlanInput in = input();
    milter::LinkPlan links{in};
    rewriter::FoundLink link;
    link.url = destination;
    link.ordinal = 1;
    return links.replacement(link).value_or("");
}

}  // namespace candor::bench
