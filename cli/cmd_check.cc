// candor check: everything that can be wrong, at once, with file and line.
#include <fmt/format.h>
#include <sysexits.h>

#include <charconv>

#include "cli/check_state.h"
#include "cli/command.h"
#include "cli/state.h"
#include "policy/domains.h"

namespace candor::cli {
namespace {

constexpr int facts_grow_old_days = 365;

std::optional<policy::Day> day_from(std::string_view date) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (date.size() < 10) return std::nullopt;
    std::from_chars(date.data(), date.data() + 4, year);
    std::from_chars(date.data() + 5, date.data() + 7, month);
    std::from_chars(date.data() + 8, date.data() + 10, day);
    const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{month},
                                          std::chrono::day{day}};
    if (!ymd.ok()) return std::nullopt;
    return policy::day_of(std::chrono::sys_days{ymd});
}

/// What is not wrong but will not do what its author hopes.
std::vector<std::string> warnings_of(const milter::Rules& rules, policy::Instant now) {
    std::vector<std::string> warnings;
    const policy::Config& config = rules.config;
    for (const policy::Controller& controller : config.controllers) {
        const auto say = [&](std::string_view text) {
            warnings.push_back(fmt::format("{}:{}: warning: controller `{}` {}", config.file,
                                           controller.line, controller.name, text));
        };
        if (controller.tracking_host.empty())
            say("has no tracking_host: nothing of it is tracked, and no mail gets an opt-out link");
        if (controller.privacy_notice_url.empty())
            say("has no privacy_notice_url: nothing above `untracked`");
        if (controller.retention_days == 0) say("has no retention_days: nothing above `untracked`");
        for (const std::string& domain : controller.domains) {
            if (!controller.tracking_host.empty() &&
                !policy::aligned(controller.tracking_host, domain)) {
                say(
                    fmt::format("tracks on {}, which is not aligned with its domain {}: mail from "
                                "there stays untracked",
                                controller.tracking_host, domain));
            }
        }
    }
    for (const policy::Lia& lia : rules.policy.evidence.lias) {
        if (lia.review_by && *lia.review_by <= now) {
            warnings.push_back(fmt::format(
                "{}:1: warning: the assessment `{}` is past its review date and does not count",
                lia.file, lia.id));
        }
    }
    for (const policy::Dpa& dpa : rules.policy.evidence.dpas) {
        if (dpa.review_by && *dpa.review_by <= now) {
            warnings.push_back(fmt::format(
                "{}:1: warning: the processing agreement is past its review date and does not "
                "count",
                dpa.file));
        }
    }
    const auto facts = day_from(rules.policy.effective.facts_date());
    if (facts && policy::day_of(now) - *facts > facts_grow_old_days) {
        warnings.push_back(fmt::format(
            "{}: warning: the legal facts of {} are of {}, older than 12 months", config.file,
            rules.policy.effective.pack_name(), rules.policy.effective.facts_date()));
    }
    return warnings;
}

int check(const Command& command) {
    const Loaded loaded = load_for(command);
    if (!loaded.rules) return loaded.exit_code;
    for (const std::string& notice : loaded.rules->notices) fmt::print(stderr, "{}\n", notice);
    for (const std::string& warning : warnings_of(*loaded.rules, SystemClock{}.now())) {
        fmt::print(stderr, "{}\n", warning);
    }
    for (const std::string& line : neglected_duties(loaded.rules->config, SystemClock{}.now())) {
        fmt::print(stderr, "{}\n", line);
    }
    const StateFindings findings = check_state(loaded.rules->config.state_dir);
    for (const std::string& note : findings.notes) fmt::print(stderr, "{}\n", note);
    if (!findings.faults.empty()) return report(findings.faults);
    fmt::print("{}: {} streams, {} controllers, {} assessments, policy {} {:.12}\n",
               loaded.rules->config.file, loaded.rules->config.streams.size(),
               loaded.rules->config.controllers.size(), loaded.rules->policy.evidence.lias.size(),
               loaded.rules->policy.effective.pack_name(), loaded.rules->policy.effective.digest());
    return EX_OK;
}

}  // namespace

void add_check_command(CLI::App& app, Command& command) {
    app.add_subcommand("check",
                       "configuration, policy, evidence, keys and store: every fault at once, with "
                       "file and line")
        ->callback([&command] { command.run = [&command] { return check(command); }; });
}

}  // namespace candor::cli
