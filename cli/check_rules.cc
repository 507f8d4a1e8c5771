// Asks what the decision itself will ask (policy/decision/standing), now and when evidence ends.
#include "cli/check_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "policy/config/config_fault.h"
#include "policy/decision/standing.h"
#include "policy/law/page_text.h"
#include "policy/people/domains.h"

namespace candor::cli {
namespace {

using policy::Controller;
using policy::Instant;

constexpr std::chrono::days soon{30};

class Warnings {
  public:
    Warnings(const milter::Rules& rules, Instant now) : rules_(rules), now_(now) {}

    void about(const Controller& controller) {
        const auto shortfalls = policy::standing_shortfalls(controller, rules_.policy, now_);
        for (const policy::Shortfall& shortfall : shortfalls) {
            say(rules_.config.file, controller.line,
                fmt::format("nothing of controller `{}` is tracked: {}", controller.name,
                            shortfall.text));
        }
        about_domains(controller);
        for (const policy::PrivacyNotice& notice : rules_.policy.evidence.privacy_notices) {
            if (notice.url == controller.privacy_notice_url) {
                about_end(notice, "attestation of the privacy notice", controller, shortfalls);
            }
        }
        for (const policy::Dpa& dpa : rules_.policy.evidence.dpas) {
            const auto& processors = controller.processors;
            if (std::ranges::find(processors, dpa.processor) == processors.end()) continue;
            about_end(dpa, fmt::format("agreement with {}", dpa.processor), controller, shortfalls);
        }
    }

    void about(const policy::Lia& lia) {
        if (lia.status != "approved" || !ends_soon(lia)) return;
        const std::string then =
            "recipients without a consent get what their country's row says without one";
        const bool over = *lia.review_by <= now_;
        say(lia.file, lia.review_line,
            over ? fmt::format("the assessment `{}` is past its review date and does not count: {}",
                               lia.id, then)
                 : fmt::format("the assessment `{}` ends on {}: from then on {}", lia.id,
                               policy::date_of(*lia.review_by), then));
    }

    void about_evidence() {
        const policy::PolicySettings& settings = rules_.config.policy;
        if (!settings.evidence_dir.empty()) return;
        say(rules_.config.file, 0,
            "no policy.evidence_dir: no attestation, assessment or agreement is on file, and "
            "without an attested privacy notice nothing of any controller is tracked");
    }

    void about_facts() {
        const policy::EffectivePolicy& effective = rules_.policy.effective;
        if (!effective.facts_are_old(now_)) return;
        say(rules_.config.file, 0,
            fmt::format("the legal facts of {} are of {}, older than 12 months: have them "
                        "reviewed; past 24 months nothing is tracked by them",
                        effective.facts_of(), effective.facts_date()));
    }

    std::vector<std::string> taken() { return std::move(lines_); }

  private:
    void say(const std::string& file, int line, std::string_view text) {
        lines_.push_back(policy::to_line({file, line, fmt::format("warning: {}", text)}));
    }

    template <class Record>
    [[nodiscard]] bool ends_soon(const Record& record) const {
        return record.review_by && *record.review_by <= now_ + soon;
    }

    /// Of what is still counted alone: what is past its review stands among the shortfalls.
    template <class Record>
    void about_end(const Record& record, std::string_view name, const Controller& controller,
                   const std::vector<policy::Shortfall>& shortfalls_now) {
        if (record.controller != controller.name || !ends_soon(record)) return;
        if (*record.review_by <= now_) return;
        const auto then = policy::standing_shortfalls(controller, rules_.policy, *record.review_by);
        const bool another_goes_on = std::ranges::all_of(then, [&](const auto& shortfall) {
            return std::ranges::find(shortfalls_now, shortfall.word, &policy::Shortfall::word) !=
                   shortfalls_now.end();
        });
        if (another_goes_on) return;
        say(record.file, record.review_line,
            fmt::format("the {} ends on {}: from then on nothing of controller `{}` is tracked",
                        name, policy::date_of(*record.review_by), controller.name));
    }

    void about_domains(const Controller& controller) {
        if (controller.tracking_host.empty()) return;
        for (const std::string& domain : controller.domains) {
            if (policy::aligned(controller.tracking_host, domain)) continue;
            say(rules_.config.file, controller.line,
                fmt::format("controller `{}` tracks on {}, which is not aligned with its domain "
                            "{}: mail from there stays untracked",
                            controller.name, controller.tracking_host, domain));
        }
    }

    const milter::Rules& rules_;
    Instant now_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> warnings_of(const milter::Rules& rules, Instant now) {
    Warnings warnings(rules, now);
    warnings.about_evidence();
    for (const Controller& controller : rules.config.controllers) warnings.about(controller);
    for (const policy::Lia& lia : rules.policy.evidence.lias) warnings.about(lia);
    warnings.about_facts();
    return warnings.taken();
}

}  // namespace candor::cli
