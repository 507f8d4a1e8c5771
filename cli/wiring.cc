// Reads files; what they mean is policy/config, policy/law/packs and policy/evidence.
#include "cli/wiring.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "policy/config/config.h"
#include "policy/law/evidence.h"
#include "policy/law/packs.h"

namespace candor::cli {
namespace {

namespace fs = std::filesystem;
using policy::ConfigFault;

std::string relative_to(const fs::path& folder, const std::string& path) {
    if (path.empty() || fs::path{path}.is_absolute()) return path;
    return (folder / path).lexically_normal().string();
}

/// The name of a shipped pack, or where the file lies.
std::string pack_file(const fs::path& folder, const std::string& name) {
    return policy::shipped_pack_text(name) ? name : relative_to(folder, name);
}

/// The text of a shipped pack, or of a file when the name is a path.
Result<std::string> pack_text(const fs::path& folder, const std::string& name) {
    if (const auto shipped = policy::shipped_pack_text(name)) return std::string{*shipped};
    if (name.find('/') == std::string::npos && !name.ends_with(".toml")) {
        return fail(Fault::Missing, fmt::format("no pack `{}`; shipped are {}", name,
                                                fmt::join(policy::shipped_packs(), ", ")));
    }
    return read_file(pack_file(folder, name));
}

policy::Evidence read_evidence(const policy::Config& config, std::vector<ConfigFault>& faults) {
    const std::string& directory = config.policy.evidence_dir;
    policy::Evidence evidence;
    if (directory.empty()) return evidence;
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator{directory, error}) {
        if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
    }
    if (error) {
        faults.push_back({config.file, config.policy.evidence_dir_line,
                          fmt::format("`policy.evidence_dir` {} cannot be read: {}", directory,
                                      error.message())});
        return evidence;
    }
    std::ranges::sort(files);
    for (const std::string& file : files) {
        const auto text = read_file(file);
        if (!text) {
            faults.push_back(unreadable(file, text.error()));
            continue;
        }
        std::ranges::move(policy::parse_evidence(*text, file, evidence),
                          std::back_inserter(faults));
    }
    return evidence;
}

/// The lists that `rewriter.filter_lists` names.
void read_filter_lists(const fs::path& folder, milter::Rules& rules,
                       std::vector<ConfigFault>& faults) {
    if (rules.config.rewriter.filter_lists.empty()) return;
    auto lists = std::make_shared<rewriter::FilterLists>();
    for (std::string& file : rules.config.rewriter.filter_lists) {
        file = relative_to(folder, file);
        const auto text = read_file(file);
        if (!text) {
            faults.push_back(unreadable(file, text.error()));
            continue;
        }
        const auto report = lists->add(*text);
        if (!report) {
            faults.push_back({file, report.error().line, report.error().message});
        } else if (report->not_understood > 0) {
            rules.notices.push_back(
                fmt::format("{}:{}: notice: {} rules taken, {} not understood and left out", file,
                            std::max<std::size_t>(report->first_unknown, 1), report->rules,
                            report->not_understood));
        }
    }
    rules.filter_lists = std::move(lists);
}

void check_evidence_controllers(const policy::Evidence& evidence, const policy::Config& config,
                                std::vector<ConfigFault>& faults) {
    const auto check = [&](const auto& records) {
        for (const auto& record : records) {
            if (config.controller(record.controller)) continue;
            faults.push_back(
                {record.file, record.controller_line,
                 fmt::format("controller `{}` is not in {}", record.controller, config.file)});
        }
    };
    check(evidence.lias);
    check(evidence.dpas);
    check(evidence.privacy_notices);
}

/// Each overlay that is on with who, when and why, said in the configuration or in a file of
/// evidence, but not in both.
void record_overlay_switches(policy::Config& config, const policy::Evidence& evidence,
                             milter::Rules& rules, std::vector<ConfigFault>& faults) {
    for (policy::OverlaySwitch& overlay : config.policy.overlays) {
        const auto record = std::ranges::find(evidence.overlay_switches, overlay.name,
                                              &policy::OverlaySwitch::name);
        const bool on_file = record != evidence.overlay_switches.end();
        if (overlay.recorded() == on_file) {
            faults.push_back(
                {config.file, overlay.line,
                 on_file ? fmt::format("overlay `{}`: who turned it on stands here and in {}",
                                       overlay.name, record->file)
                         : fmt::format("overlay `{}`: nothing says who turned it on, when and why; "
                                       "say it here or in a file of evidence",
                                       overlay.name)});
        }
        if (!on_file) continue;
        const int line = overlay.line;
        overlay = *record;
        overlay.line = line;
    }
    for (const policy::OverlaySwitch& record : evidence.overlay_switches) {
        const auto& on = config.policy.overlays;
        if (std::ranges::find(on, record.name, &policy::OverlaySwitch::name) != on.end()) continue;
        rules.notices.push_back(fmt::format("{}:1: notice: the overlay `{}` is not turned on in {}",
                                            record.file, record.name, config.file));
    }
}

policy::PolicySources sources_of(const policy::Config& config, const policy::Evidence& evidence,
                                 const fs::path& folder, std::vector<ConfigFault>& faults) {
    const policy::PolicySettings& settings = config.policy;
    policy::PolicySources sources;
    sources.pack_name = pack_file(folder, settings.pack);
    if (auto text = pack_text(folder, settings.pack)) {
        sources.pack_text = *std::move(text);
    } else {
        faults.push_back({config.file, settings.pack_line, text.error().message});
    }
    for (const policy::OverlaySwitch& overlay : settings.overlays) {
        if (auto text = pack_text(folder, overlay.name)) {
            sources.overlays.emplace_back(pack_file(folder, overlay.name), *std::move(text));
        } else {
            faults.push_back({config.file, overlay.line, text.error().message});
        }
    }
    sources.overrides = settings.overrides;
    sources.settings_digest_input =
        fmt::format("default_jurisdiction={};consumer_requires_consent={};consent_valid_days={}",
                    settings.default_jurisdiction, settings.consumer_requires_consent,
                    settings.consent_valid_days);
    for (const auto& [segment, treatment] : settings.segments) {
        sources.settings_digest_input +=
            fmt::format(";{}={}", segment, policy::to_string(treatment));
    }
    sources.settings_digest_input += ";" + policy::digest_input(evidence);
    return sources;
}

void build_policies(policy::PolicySources sources, const std::string& config_file,
                    policy::Policy& policy, std::vector<ConfigFault>& faults) {
    const auto build = [&]() -> std::optional<policy::EffectivePolicy> {
        auto built = policy::build_policy(sources, config_file);
        if (built) return *std::move(built);
        std::ranges::move(built.error(), std::back_inserter(faults));
        return std::nullopt;
    };
    auto built = build();
    if (!built) return;
    policy.effective = *std::move(built);
    if (sources.overlays.empty()) return;
    sources.overlays.clear();
    policy.without_overlays = build();
}

}  // namespace

ConfigFault unreadable(const std::string& file, const Error& error) {
    const std::string named = file + ": ";
    const bool twice = error.message.starts_with(named);
    return {file, 0, twice ? error.message.substr(named.size()) : error.message};
}

Reading read_rules(const std::string& config_file) {
    auto rules = std::make_shared<milter::Rules>();
    Reading reading{rules, {}};
    std::vector<ConfigFault>& faults = reading.faults;
    rules->config.file = config_file;
    const auto text = read_file(config_file);
    if (!text) {
        faults.push_back(unreadable(config_file, text.error()));
        return reading;
    }
    rules->config = policy::read_config(*text, config_file, faults);
    const bool config_is_whole = faults.empty();

    const fs::path folder = fs::path{config_file}.parent_path();
    rules->config.state_dir = relative_to(folder, rules->config.state_dir);
    rules->config.policy.evidence_dir = relative_to(folder, rules->config.policy.evidence_dir);
    policy::TrackerSettings& tracker = rules->config.tracker;
    tracker.theme_dir = relative_to(folder, tracker.theme_dir);
    tracker.scanner_networks = relative_to(folder, tracker.scanner_networks);
    rules->policy.evidence = read_evidence(rules->config, faults);
    // Of a faulty configuration nobody knows whom and what it left out.
    if (config_is_whole) {
        check_evidence_controllers(rules->policy.evidence, rules->config, faults);
        record_overlay_switches(rules->config, rules->policy.evidence, *rules, faults);
    }
    read_filter_lists(folder, *rules, faults);
    const std::size_t faults_so_far = faults.size();
    auto sources = sources_of(rules->config, rules->policy.evidence, folder, faults);
    const bool packs_are_there = faults.size() == faults_so_far;
    if (!config_is_whole) sources.overrides.clear();  // their faults are said already
    if (packs_are_there) {
        build_policies(std::move(sources), config_file, rules->policy, faults);
    }
    rules->policy.settings = rules->config.policy;
    return reading;
}

tl::expected<std::shared_ptr<const milter::Rules>, std::vector<ConfigFault>> load_rules(
    const std::string& config_file) {
    Reading reading = read_rules(config_file);
    if (!reading.faults.empty()) return tl::unexpected(std::move(reading.faults));
    return reading.rules;
}

int exit_code(Fault fault) {
    switch (fault) {
        case Fault::Malformed: return EX_DATAERR;
        case Fault::Missing: return EX_NOINPUT;
        case Fault::OverLimit: return EX_DATAERR;
        case Fault::Unavailable: return EX_TEMPFAIL;
        case Fault::Damaged: return EX_CONFIG;
        case Fault::Broken: return EX_SOFTWARE;
    }
    return EX_SOFTWARE;  // a value outside the enum
}

int report(const Error& error) {
    fmt::print(stderr, "candor: {}\n", error.message);
    return exit_code(error.fault);
}

int report(const std::vector<ConfigFault>& faults) {
    for (const ConfigFault& fault : faults) fmt::print(stderr, "{}\n", policy::to_line(fault));
    return EX_CONFIG;
}

policy::Instant SystemClock::now() const {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace candor::cli
