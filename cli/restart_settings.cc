// One line for each such setting; see restart_settings.h.
#include "cli/restart_settings.h"

#include <string_view>

namespace candor::cli {
namespace {

/// Adds the names of those members that differ.
template <class Settings>
class Comparison {
  public:
    Comparison(std::string& names, std::string_view table, const Settings& was, const Settings& is)
        : names_(names), table_(table), was_(was), is_(is) {}

    template <class Member>
    Comparison& of(std::string_view name, Member member) {
        if (was_.*member == is_.*member) return *this;
        if (!names_.empty()) names_ += ", ";
        names_.append(table_).append(name);
        return *this;
    }

  private:
    std::string& names_;
    std::string_view table_;
    const Settings& was_;
    const Settings& is_;
};

}  // namespace

std::string settings_for_restart(const policy::Config& before, const policy::Config& after,
                                 bool state_is_given) {
    using policy::LogSettings, policy::MilterSettings, policy::TrackerSettings;
    std::string names;
    if (!state_is_given) {
        Comparison(names, "", before, after).of("state_dir", &policy::Config::state_dir);
    }
    Comparison(names, "milter.", before.milter, after.milter)
        .of("socket", &MilterSettings::socket)
        .of("drain_seconds", &MilterSettings::drain);
    Comparison(names, "tracker.", before.tracker, after.tracker)
        .of("listen", &TrackerSettings::listen)
        .of("trusted_proxies", &TrackerSettings::trusted_proxies)
        .of("proxy_protocol", &TrackerSettings::proxy_protocol)
        .of("admin_socket", &TrackerSettings::admin_socket)
        .of("rate_per_second", &TrackerSettings::rate_per_second)
        .of("rate_burst", &TrackerSettings::rate_burst)
        .of("rate_exempt", &TrackerSettings::rate_exempt)
        .of("threads", &TrackerSettings::threads)
        .of("max_connections", &TrackerSettings::max_connections)
        .of("header_timeout_seconds", &TrackerSettings::header_timeout)
        .of("idle_timeout_seconds", &TrackerSettings::idle_timeout)
        .of("drain_seconds", &TrackerSettings::drain)
        .of("max_spool_bytes", &TrackerSettings::max_spool_bytes);
    Comparison(names, "log.", before.log, after.log)
        .of("to", &LogSettings::to)
        .of("level", &LogSettings::level);
    return names;
}

}  // namespace candor::cli
