// candor check: everything that can be wrong, at once, with file and line.
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>

#include "cli/check_keys.h"
#include "cli/check_mta.h"
#include "cli/check_rules.h"
#include "cli/check_state.h"
#include "cli/command.h"
#include "cli/key_files.h"
#include "cli/live_check.h"
#include "cli/state.h"
#include "cli/tracker_files.h"

namespace candor::cli {
namespace {

struct CheckOptions {
    std::string postfix, opendkim;
};

/// What the option names, or where Debian puts it if it is there.
std::optional<std::filesystem::path> file_or_default(const std::string& named,
                                                     const char* usual_place) {
    if (!named.empty()) return named;
    std::error_code ignored;
    if (std::filesystem::exists(usual_place, ignored)) return usual_place;
    return std::nullopt;
}

void take(CheckFindings found, CheckFindings& all) {
    std::ranges::move(found.notes, std::back_inserter(all.notes));
    std::ranges::move(found.faults, std::back_inserter(all.faults));
}

/// Whether the configuration's own file is whole. What lies beside it may still be faulty.
bool is_whole(const policy::Config& config, const std::vector<policy::ConfigFault>& faults) {
    return std::ranges::find(faults, config.file, &policy::ConfigFault::file) == faults.end();
}

/// Where the configuration leads: of a faulty one nobody knows.
void check_what_it_names(const Command& command, const CheckOptions& options,
                         const std::shared_ptr<const milter::Rules>& rules, CheckFindings& all) {
    const policy::Config& config = rules->config;
    const policy::Instant now = SystemClock{}.now();
    policy::Config in_use = config;
    if (!command.state_dir.empty()) in_use.state_dir = command.state_dir;
    const bool daemons_would_start = all.faults.empty();
    std::ranges::copy(rules->notices, std::back_inserter(all.notes));
    if (daemons_would_start) {
        std::ranges::move(warnings_of(*rules, now), std::back_inserter(all.notes));
    }
    std::ranges::move(neglected_duties(in_use, now), std::back_inserter(all.notes));
    std::ranges::move(keys_left_behind(in_use), std::back_inserter(all.notes));
    CheckFindings state = check_state(in_use.state_dir);
    // That there are no keys yet says nothing before the daemons can start.
    if (!daemons_would_start) state.notes.clear();
    take(std::move(state), all);
    if (auto files = load_tracker_files({rules, &config}); !files) {
        std::ranges::move(files.error(), std::back_inserter(all.faults));
    }
    take(check_mta({file_or_default(options.postfix, "/etc/postfix/main.cf"),
                    file_or_default(options.opendkim, "/etc/opendkim.conf")},
                   config.milter.socket),
         all);
}

int check(const Command& command, const CheckOptions& options) {
    Reading reading = read_rules(command.config_file);
    const policy::Config& config = reading.rules->config;
    const policy::Policy& policy = reading.rules->policy;
    CheckFindings all{std::move(reading.faults), {}};
    if (is_whole(config, all.faults)) check_what_it_names(command, options, reading.rules, all);
    for (const std::string& note : all.notes) fmt::print(stderr, "{}\n", note);
    if (!all.faults.empty()) return report(all.faults);
    // The one for bulk mail that no stream names is not theirs.
    const auto streams = std::ranges::count_if(
        config.streams, [](const policy::Stream& stream) { return stream.line > 0; });
    fmt::print("{}: streams {}, controllers {}, assessments {}, policy {} {:.12}\n", config.file,
               streams, config.controllers.size(), policy.evidence.lias.size(),
               policy.effective.pack_name(), policy.effective.digest());
    return EX_OK;
}

struct LiveWords {
    bool wanted = false;
    std::string ca_file;
    std::vector<std::string> via;
};

int check_tracking_hosts(const Command& command, const LiveWords& words) {
    const Reading reading = read_rules(command.config_file);
    if (!reading.faults.empty()) return EX_CONFIG;  // check() has said them
    const policy::Config& config = reading.rules->config;
    LiveOptions options{words.ca_file, {}};
    for (const std::string& word : words.via) {
        auto place = host_and_port(word);
        if (!place) {
            fmt::print(stderr, "candor: --via: not HOST:PORT\n");
            return EX_USAGE;
        }
        options.via.push_back(*std::move(place));
    }
    const std::filesystem::path state_dir{command.state_dir.empty() ? config.state_dir
                                                                    : command.state_dir};
    std::vector<policy::ControllerNumber> numbers;
    for (const auto& controller : config.controllers) numbers.push_back(controller.number);
    const auto files = KeyFiles::open(state_dir / "keys", numbers, KeyMode::Read);
    const auto ring = files ? files->ring() : Result<policy::KeyRing>{fail(files.error())};
    if (!ring) return report(ring.error());
    const LiveFindings findings = check_live(config, *ring, options, SystemClock{}.now());
    for (const std::string& note : findings.notes) fmt::print("{}\n", note);
    for (const std::string& warning : findings.warnings) fmt::print(stderr, "{}\n", warning);
    if (findings.faults.empty()) return EX_OK;
    static_cast<void>(report(findings.faults));
    return EX_UNAVAILABLE;
}

}  // namespace

void add_check_command(CLI::App& app, Command& command) {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* check_command = app.add_subcommand("check",
                                                 "configuration, policy, evidence, keys, store, "
                                                 "theme, TLS and mail server: every fault at once, "
                                                 "with file and line");
    check_command->add_option("--postfix", options->postfix,
                              "main.cf or its directory; /etc/postfix/main.cf where it is there");
    check_command->add_option("--opendkim", options->opendkim,
                              "the signer's file; /etc/opendkim.conf where it is there");
    auto live = std::make_shared<LiveWords>();
    check_command->add_flag("--live", live->wanted,
                            "ask each tracking host, too: name, certificate, keys");
    check_command->add_option("--ca", live->ca_file,
                              "with --live: certificates to trust instead of the system's");
    check_command
        ->add_option("--via", live->via,
                     "with --live: HOST:PORT to connect to instead of the name; may be repeated")
        ->allow_extra_args(false);
    check_command->callback([&command, options, live] {
        command.run = [&command, options, live] {
            const int code = check(command, *options);
            if (!live->wanted) return code;
            const int live_code = check_tracking_hosts(command, *live);
            return code == EX_OK ? live_code : code;
        };
    });
}

}  // namespace candor::cli
