// candor keys list | rotate | shred. No byte of a key is ever printed.
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/clock_guard.h"
#include "cli/command.h"
#include "cli/key_files.h"
#include "cli/state.h"
#include "policy/law/page_text.h"
#include "policy/tokens/day_class_name.h"
#include "sqlite/store.h"

namespace candor::cli {
namespace {

using policy::DayClass;

std::string date_of(policy::Day day) {
    return policy::date_of(policy::start_of(day));
}

std::string plural(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// The keys of `--controller`, or of all. Makes none. On a fault reports it, with an exit code.
struct Opened {
    Loaded loaded;
    std::optional<KeyFiles> files;
    int exit_code = EX_OK;

    [[nodiscard]] const policy::Config& config() const { return loaded.rules->config; }
    [[nodiscard]] std::string name_of(policy::ControllerNumber number) const {
        const auto* controller = config().controller(number);
        return fmt::format("{} ({})", controller == nullptr ? "" : controller->name, number);
    }
};

Opened open_keys(const Command& command) {
    Opened opened{load_for(command), {}, EX_OK};
    opened.exit_code = opened.loaded.exit_code;
    if (!opened.loaded.rules) return opened;
    std::vector<policy::ControllerNumber> numbers;
    for (const auto& controller : opened.config().controllers) {
        if (command.controller.empty() || command.controller == controller.name) {
            numbers.push_back(controller.number);
        }
    }
    if (numbers.empty()) {
        opened.exit_code =
            report(Error{Fault::Missing, fmt::format("no controller `{}` in {}", command.controller,
                                                     opened.config().file)});
        return opened;
    }
    const auto directory = std::filesystem::path{opened.config().state_dir} / "keys";
    auto files = KeyFiles::open(directory, numbers, KeyMode::Read);
    if (files) {
        opened.files = *std::move(files);
    } else {
        opened.exit_code = report(files.error());
    }
    return opened;
}

std::string_view state_of(const DayClass& name, policy::Day today) {
    if (policy::last_day_of(name.day, name.retention) < today) return "overdue";
    return name.day > today ? "ahead" : "live";
}

void print_daily(const DayClass& name, std::string_view state) {
    const int days = name.retention < policy::retention_class_days.size()
                         ? policy::retention_class_days[name.retention]
                         : 0;
    fmt::print("  daily  {}  class {}  {:>3} days  until {}  {}\n", date_of(name.day),
               name.retention, days, date_of(policy::last_day_of(name.day, name.retention)), state);
}

Result<void> list_folder(const KeyFolder& folder, policy::Day today) {
    const auto links = folder.link_keys();
    if (!links) return fail(links.error());
    for (const std::uint8_t id : *links) {
        fmt::print("  link   {:03}  {}\n", id, id == links->back() ? "seals and opens" : "opens");
    }
    const auto daily = folder.daily_keys();
    if (!daily) return fail(daily.error());
    const auto shredded = folder.shredded();
    if (!shredded) return fail(shredded.error());
    std::vector<DayClass> all;
    std::ranges::set_union(*daily, *shredded, std::back_inserter(all));
    for (const DayClass& name : all) {
        const bool gone = std::ranges::binary_search(*shredded, name);
        print_daily(name, gone ? "shredded" : state_of(name, today));
    }
    return {};
}

int list_keys(const Command& command) {
    const Opened opened = open_keys(command);
    if (!opened.files) return opened.exit_code;
    for (const KeyFolder& folder : opened.files->folders()) {
        fmt::print("controller {}\n", opened.name_of(folder.controller()));
        const auto listed = list_folder(folder, policy::day_of(SystemClock{}.now()));
        if (!listed) return report(listed.error());
    }
    return EX_OK;
}

int rotate_keys(const Command& command) {
    const Opened opened = open_keys(command);
    if (!opened.files) return opened.exit_code;
    for (const KeyFolder& folder : opened.files->folders()) {
        const auto id = folder.rotate();
        if (!id) return report(id.error());
        fmt::print(
            "controller {}: link key {:03} made; daemons seal with it within a second, older "
            "keys go on opening. Back it up now: {}\n",
            opened.name_of(folder.controller()), *id, folder.directory().string());
    }
    return EX_OK;
}

struct ShredOptions {
    std::string day;
    int retention = 0;  ///< 0 = every class
    bool expired = false, forced = false;
};

/// YYYY-MM-DD, by the one reader of such names.
std::optional<policy::Day> day_from(std::string date) {
    if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
    std::erase(date, '-');
    const auto name = policy::day_class_from(date + "-1");
    return name ? std::optional{name->day} : std::nullopt;
}

int shred_expired(const Opened& opened, bool forced) {
    const std::filesystem::path state_dir{opened.config().state_dir};
    const policy::Instant now = SystemClock{}.now();
    if (!forced) {
        if (auto believed = believe_clock(state_dir, *opened.files, now); !believed)
            return report(believed.error());
    }
    const auto gone = opened.files->destroy_expired(policy::day_of(now));
    if (!gone) return report(gone.error());
    fmt::print("{} destroyed: past the last day of the class\n",
               plural(static_cast<std::size_t>(*gone), "daily key"));
    if (!forced) return EX_OK;
    if (auto confirmed = confirm_clock(state_dir, now); !confirmed)
        return report(confirmed.error());
    fmt::print("the clock counts as right: the daemons go on within a minute\n");
    return EX_OK;
}

/// A running tracker is the writer of the events: it follows the keys. Without one, done here.
int forget_events(const Opened& opened, const std::vector<policy::Epoch>& epochs) {
    constexpr int seconds = 10;
    auto store = sqlite::SqliteStore::open({opened.config().state_dir});
    if (!store) return report(store.error());
    const auto before = (*store)->event_rows_of(epochs);
    if (!before) return report(before.error());
    auto left = before;
    for (int tries = 0; left && *left > 0 && tries < seconds * 5; ++tries) {
        if (tries == 0 || tries % 10 == 9) {
            // Unavailable while the tracker has them, and then it is the tracker that does it.
            static_cast<void>((*store)->forget_events(epochs));
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds{200});
        }
        left = (*store)->event_rows_of(epochs);
    }
    if (!left) return report(left.error());
    if (*left > 0) {
        return report(Error{Fault::Unavailable,
                            fmt::format("{} of these days are still there: look at the log of the "
                                        "tracker, then run this again",
                                        plural(*left, "event"))});
    }
    fmt::print("{} of these days forgotten; totals stay\n", plural(*before, "event"));
    return EX_OK;
}

int shred_day(const Opened& opened, const ShredOptions& options) {
    const policy::Day today = policy::day_of(SystemClock{}.now());
    const auto day = day_from(options.day);
    if (!day || *day > today) {
        fmt::print(stderr, "candor: --day: not a day such as 2026-11-23, up to today\n");
        return EX_USAGE;
    }
    std::vector<policy::Epoch> epochs;
    for (const KeyFolder& folder : opened.files->folders()) {
        std::size_t destroyed = 0, gone_before = 0;
        for (std::size_t k = 1; k < policy::retention_class_days.size(); ++k) {
            const DayClass name{*day, static_cast<policy::RetentionClass>(k)};
            if (options.retention != 0 && options.retention != static_cast<int>(k)) continue;
            const bool ended = policy::last_day_of(name.day, name.retention) < today;
            const auto done = folder.shred(name, ended);
            if (!done) return report(done.error());
            ++(*done ? destroyed : gone_before);
            epochs.push_back({folder.controller(), name.day, name.retention});
        }
        fmt::print("controller {}: {} of {} destroyed, {} gone before\n",
                   opened.name_of(folder.controller()), plural(destroyed, "daily key"),
                   date_of(*day), gone_before);
    }
    return forget_events(opened, epochs);
}

int shred_keys(const Command& command, const ShredOptions& options) {
    if (options.expired == !options.day.empty()) {
        fmt::print(stderr, "candor: keys shred: either --day or --expired\n");
        return EX_USAGE;
    }
    const Opened opened = open_keys(command);
    if (!opened.files) return opened.exit_code;
    return options.expired ? shred_expired(opened, options.forced) : shred_day(opened, options);
}

}  // namespace

void add_key_commands(CLI::App& app, Command& command) {
    CLI::App* group = app.add_subcommand("keys", "link keys and daily keys");
    group->require_subcommand(1);
    group->fallthrough();
    group->add_option("--controller", command.controller, "whose keys; all without it");
    group->add_subcommand("list", "which there are and until when; no byte of them")
        ->callback([&command] { command.run = [&command] { return list_keys(command); }; });
    group->add_subcommand("rotate", "a new link key, which seals from now on; old ones still open")
        ->callback([&command] { command.run = [&command] { return rotate_keys(command); }; });

    CLI::App* shred = group->add_subcommand(
        "shred", "destroy daily keys: links of that day lead on and forget whom they were for");
    auto options = std::make_shared<ShredOptions>();
    shred->add_option("--day", options->day, "YYYY-MM-DD (UTC): before its time, with its events");
    shred->add_option("--class", options->retention, "only this retention class")
        ->check(CLI::Range(1, static_cast<int>(policy::retention_class_days.size()) - 1));
    shred->add_flag("--expired", options->expired, "those past the last day of their class");
    shred->add_flag(
        "--force", options->forced,
        "with --expired: the clock is right, though nothing is on record of the last days");
    shred->callback([&command, options] {
        command.run = [&command, options] { return shred_keys(command, *options); };
    });
}

}  // namespace candor::cli
