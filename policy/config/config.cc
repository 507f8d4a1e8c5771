// The whole configuration, section by section, and the settings of the daemons.
#include "policy/config/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/config/config_checks.h"
#include "policy/config/config_sections.h"
#include "policy/people/domains.h"

namespace candor::policy {
namespace {

constexpr std::pair<std::string_view, Mode> mode_words[]{{"enforce", Mode::Enforce},
                                                         {"observe", Mode::Observe}};
constexpr std::pair<std::string_view, Untreatable> untreatable_words[]{
    {"reject", Untreatable::Reject}, {"hold", Untreatable::Hold}, {"pass", Untreatable::Pass}};
constexpr std::pair<std::string_view, OwnSignatures> own_signatures_words[]{
    {"respect", OwnSignatures::Respect}, {"drop", OwnSignatures::Drop}};
constexpr std::pair<std::string_view, PlusTags> plus_tags_words[]{{"keep", PlusTags::Keep},
                                                                  {"drop", PlusTags::Drop}};
constexpr std::pair<std::string_view, VisibleUrlLinks> visible_url_words[]{
    {"keep", VisibleUrlLinks::Keep},
    {"same-site", VisibleUrlLinks::SameSite},
    {"rewrite", VisibleUrlLinks::Rewrite}};
constexpr std::pair<std::string_view, RemoteCss> remote_css_words[]{{"keep", RemoteCss::Keep},
                                                                    {"remove", RemoteCss::Remove}};
constexpr std::pair<std::string_view, SensitiveLinks> sensitive_words[]{
    {"keep", SensitiveLinks::Keep}, {"rewrite", SensitiveLinks::Rewrite}};
constexpr std::pair<std::string_view, std::string_view> level_words[]{
    {"debug", "debug"}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}};

constexpr std::int64_t min_spool_bytes = 1LL << 20;
constexpr std::int64_t max_spool_bytes = 1LL << 40;
constexpr std::int64_t min_message_bytes = 64LL << 10;
constexpr std::int64_t max_message_bytes = 1LL << 30;

/// A whole number of `Duration`s, which the key names as its unit.
template <class Duration>
void read_duration(TableReader& table, std::string_view key, Duration& into, std::int64_t min,
                   std::int64_t max) {
    std::int64_t count = into.count();
    if (table.number(key, count, min, max)) into = Duration{count};
}

void read_bytes(TableReader& table, const char* key, std::uint64_t& into, std::int64_t min,
                std::int64_t max) {
    auto bytes = static_cast<std::int64_t>(into);
    if (table.number(key, bytes, min, max)) into = static_cast<std::uint64_t>(bytes);
}

}  // namespace

void read_milter(TableReader& table, MilterSettings& settings) {
    table.text("socket", settings.socket, wrong_milter_socket);
    read_bytes(table, "max_message_bytes", settings.max_message_bytes, min_message_bytes,
               max_message_bytes);
    table.number("max_parts", settings.max_parts, 1, 10000);
    table.number("max_nesting", settings.max_nesting, 1, 200);
    table.number("max_links", settings.max_links, 1, 100000);
    table.number("max_header_lines", settings.max_header_lines, 10, 100000);
    table.number("max_recipients", settings.max_recipients, 1, 100000);
    read_duration(table, "max_time_ms", settings.max_time, 100, 240000);
    table.word<Untreatable>("untreatable", settings.untreatable, untreatable_words);
    table.word<Untreatable>("foreign_tracked_link", settings.foreign_tracked_link,
                            untreatable_words);
    table.word<OwnSignatures>("own_signatures", settings.own_signatures, own_signatures_words);
    table.word<SuppressAction>("suppress", settings.suppress, suppress_words);
    read_duration(table, "drain_seconds", settings.drain, 0, 300);
    table.report_unknown_keys();
}

void read_tracker(TableReader& table, TrackerSettings& settings) {
    table.text("listen", settings.listen, wrong_listen);
    table.texts("trusted_proxies", settings.trusted_proxies, wrong_network);
    table.flag("proxy_protocol", settings.proxy_protocol);
    const bool trusts_nobody = table.is_empty_list("trusted_proxies");
    if (settings.proxy_protocol && trusts_nobody && !settings.listen.starts_with("unix:")) {
        table.fault("proxy_protocol",
                    fmt::format("{} needs `tracker.trusted_proxies`: who must send the header",
                                table.name("proxy_protocol")));
    }
    table.text("admin_socket", settings.admin_socket, wrong_admin_socket);
    table.number("rate_per_second", settings.rate_per_second, 0, 100000);
    table.number("rate_burst", settings.rate_burst, 1, 1000000);
    table.texts("rate_exempt", settings.rate_exempt, wrong_network);
    for (TableReader& pair : table.tables("tls")) {
        TlsFiles files;
        files.line = pair.line();
        pair.text("certificate", files.certificate, wrong_absolute_path);
        pair.text("key", files.key, wrong_absolute_path);
        pair.require("certificate");
        pair.require("key");
        pair.report_unknown_keys();
        // Half a pair is said above; nobody shall look for a file without a name.
        if (!files.certificate.empty() && !files.key.empty()) settings.tls.push_back(files);
    }
    table.number("threads", settings.threads, 1, 64);
    table.number("max_connections", settings.max_connections, 16, 100000);
    read_duration(table, "header_timeout_seconds", settings.header_timeout, 1, 120);
    read_duration(table, "idle_timeout_seconds", settings.idle_timeout, 1, 600);
    read_duration(table, "drain_seconds", settings.drain, 0, 300);
    read_bytes(table, "max_spool_bytes", settings.max_spool_bytes, min_spool_bytes,
               max_spool_bytes);
    read_duration(table, "too_fast_seconds", settings.too_fast, 0, 600);
    read_duration(table, "too_fast_from_scanner_seconds", settings.too_fast_from_scanner, 0, 3600);
    table.text("scanner_networks", settings.scanner_networks);
    if (table.text("theme_dir", settings.theme_dir)) {
        settings.theme_dir_line = table.line_of("theme_dir");
    }
    table.report_unknown_keys();
}

void read_log(TableReader& table, LogSettings& settings) {
    table.text("to", settings.to, wrong_log_target);
    std::string_view level;
    if (table.word<std::string_view>("level", level, level_words)) settings.level = level;
    table.flag("addresses", settings.addresses);
    read_duration(table, "totals_every_seconds", settings.totals_every, 10, 86400);
    table.report_unknown_keys();
}

void read_decisions(TableReader& table, DecisionSettings& settings) {
    table.flag("keep", settings.keep);
    table.number("retention_months", settings.retention_months, 1, 240);
    table.report_unknown_keys();
}

void read_addresses(TableReader& table, AddressRules& rules) {
    table.word<PlusTags>("plus_tags", rules.plus_tags, plus_tags_words);
    table.texts("dotless_domains", rules.dotless_domains, wrong_host);
    for (std::string& domain : rules.dotless_domains) {
        if (auto ascii = to_ascii_domain(domain)) domain = *std::move(ascii);
    }
    table.report_unknown_keys();
}

void read_rewriter(TableReader& table, RewriterSettings& settings) {
    table.texts("click_redirect_hosts", settings.click_redirect_hosts, wrong_glob);
    table.texts("strip_parameters", settings.strip_parameters, wrong_blank);
    table.flag("strip_campaign_parameters", settings.strip_campaign_parameters);
    table.texts("filter_lists", settings.filter_lists, wrong_blank);
    table.word<RemoteCss>("remote_css", settings.remote_css, remote_css_words);
    table.texts("never_track", settings.never_track, wrong_glob);
    table.texts("app_link_hosts", settings.app_link_hosts, wrong_glob);
    table.flag("text_links", settings.text_links);
    table.word<VisibleUrlLinks>("visible_url_links", settings.visible_url_links, visible_url_words);
    table.word<SensitiveLinks>("sensitive_links", settings.sensitive_links, sensitive_words);
    table.report_unknown_keys();
}

const Controller* Config::controller(std::string_view name) const {
    const auto found = std::ranges::find(controllers, name, &Controller::name);
    return found == controllers.end() ? nullptr : &*found;
}

const Controller* Config::controller(ControllerNumber number) const {
    const auto found = std::ranges::find(controllers, number, &Controller::number);
    return found == controllers.end() ? nullptr : &*found;
}

Config read_config(std::string_view text, std::string_view file, std::vector<ConfigFault>& faults) {
    Config config;
    config.file = file;
    const auto root = parse_toml(text, file);
    if (!root) {
        faults.push_back(root.error());
        return config;
    }
    FaultList found(file);
    TableReader top(*root, "", found);
    top.word<Mode>("mode", config.mode, mode_words);
    top.text("state_dir", config.state_dir, wrong_absolute_path);
    if (auto table = top.table("milter")) read_milter(*table, config.milter);
    if (auto table = top.table("tracker")) read_tracker(*table, config.tracker);
    if (auto table = top.table("log")) read_log(*table, config.log);
    if (auto table = top.table("decisions")) read_decisions(*table, config.decisions);
    if (auto table = top.table("addresses")) read_addresses(*table, config.addresses);
    if (auto table = top.table("rewriter")) read_rewriter(*table, config.rewriter);
    if (auto table = top.table("policy")) read_policy(*table, config.policy);
    read_controllers(top, config);
    read_streams(top, config);
    top.report_unknown_keys();
    for (ConfigFault& fault : found.take()) faults.push_back(std::move(fault));
    return config;
}

tl::expected<Config, std::vector<ConfigFault>> parse_config(std::string_view text,
                                                            std::string_view file) {
    std::vector<ConfigFault> faults;
    Config config = read_config(text, file, faults);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return config;
}

}  // namespace candor::policy
