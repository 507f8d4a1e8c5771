// Every setting with its unit, default and range. docs/man/candor.toml.5.scd says the same in
// words. Parses a text; reading files is `cli/wiring`. Reports all faults at once.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config/config_fault.h"
#include "policy/config/streams.h"
#include "policy/law/packs.h"
#include "policy/people/recipient_id.h"
#include "policy/treatment.h"

namespace candor::policy {

enum class Mode : std::uint8_t { Enforce, Observe };
/// What is done with mail that must lose something and cannot.
enum class Untreatable : std::uint8_t { Reject, Hold, Pass };
enum class OwnSignatures : std::uint8_t { Respect, Drop };
/// Links whose visible text is a URL of the site they lead to.
enum class VisibleUrlLinks : std::uint8_t {
    Keep,
    SameSite,  ///< rewritten where the tracking host belongs to the site that the text shows
    Rewrite
};
/// Style sheets and fonts that a mail fetches, and hints to connect to their hosts.
enum class RemoteCss : std::uint8_t { Keep, Remove };
/// Links that look like a login, a reset, a payment or anything else for one use.
enum class SensitiveLinks : std::uint8_t { Keep, Rewrite };

/// [milter]
struct MilterSettings {
    std::string socket = "inet:127.0.0.1:8891";     ///< `inet:HOST:PORT`, `unix:PATH` or `fd:N`
    std::uint64_t max_message_bytes = 50ULL << 20;  ///< 64 KiB .. 1 GiB; larger is untreatable
    int max_parts = 500;                            ///< 1 .. 10000
    int max_nesting = 30;                           ///< 1 .. 200
    int max_links = 5000;                           ///< 1 .. 100000 per message
    int max_header_lines = 2000;                    ///< 10 .. 100000
    int max_recipients = 10000;                     ///< 1 .. 100000
    std::chrono::milliseconds max_time{20000};      ///< 100 .. 240000 per message
    Untreatable untreatable = Untreatable::Reject;
    Untreatable foreign_tracked_link = Untreatable::Reject;
    OwnSignatures own_signatures = OwnSignatures::Respect;
    SuppressAction suppress = SuppressAction::Reject;
    std::chrono::seconds drain{20};  ///< 0 .. 300: how long a drain waits for open transactions
};

/// [[tracker.tls]]: one certificate of the tracker's own, PEM files.
struct TlsFiles {
    std::string certificate;  ///< absolute path; its chain follows it
    std::string key;          ///< absolute path
    int line = 0;             ///< in the configuration
    bool operator==(const TlsFiles&) const = default;
};

/// [tracker]
struct TrackerSettings {
    std::string listen = "127.0.0.1:8080";     ///< `HOST:PORT` (`[::1]:8080`) or `unix:PATH`
    std::vector<std::string> trusted_proxies;  ///< networks whose X-Forwarded-For counts
    bool proxy_protocol = false;               ///< they begin with a PROXY header
    std::string admin_socket;              ///< `unix:PATH` or a loopback `HOST:PORT`; empty = none
    int rate_per_second = 50;              ///< 0 .. 100000 per client; 0 = no limit
    int rate_burst = 500;                  ///< 1 .. 1000000
    std::vector<std::string> rate_exempt;  ///< networks besides the mail proxies that ship
    std::vector<TlsFiles> tls;             ///< none = plain HTTP; a unix socket always is
    int threads = 2;                       ///< 1 .. 64
    int max_connections = 4096;            ///< 16 .. 100000
    std::chrono::seconds header_timeout{15};     ///< 1 .. 120: whole request, absolute
    std::chrono::seconds idle_timeout{60};       ///< 1 .. 600: between requests
    std::chrono::seconds drain{5};               ///< 0 .. 300
    std::uint64_t max_spool_bytes = 1ULL << 30;  ///< 1 MiB .. 1 TiB: clicks that wait for the store
    std::chrono::seconds too_fast{
        10};  ///< 0 .. 600: clicks sooner after the sealing are a machine's
    std::chrono::seconds too_fast_from_scanner{60};  ///< 0 .. 3600: where a scanner is probable
    std::string scanner_networks;  ///< a file; absolute after wiring; empty = what ships
    std::string theme_dir;         ///< style.css and page.html; empty = what ships
    int theme_dir_line = 0;        ///< in the configuration; 0 = not set there
};

/// [log]
struct LogSettings {
    std::string to = "stderr";               ///< `stderr`, `syslog` or a file path
    std::string level = "info";              ///< debug, info, warn, error
    bool addresses = false;                  ///< log_addresses: turns the promise of rule 4 off
    std::chrono::seconds totals_every{300};  ///< 10 .. 86400
};

/// [decisions]: every decision is kept as evidence.
struct DecisionSettings {
    bool keep = true;
    int retention_months = 36;  ///< 1 .. 240: a month goes when so many have passed since it ended
};

/// [policy]
struct PolicySettings {
    std::string pack = "strict-2026";  ///< name of a shipped pack, or a path
    int pack_line = 0;                 ///< in the configuration; 0 = not set there
    std::vector<OverlaySwitch> overlays;
    std::vector<RowOverride> overrides;
    std::string default_jurisdiction = "ZZ";
    bool consumer_requires_consent = true;
    bool bulk_unlisted = true;
    std::string bulk_unlisted_controller;  ///< empty = the first controller
    std::map<std::string, Treatment> segments{{"high-sensitivity", Treatment::Plaintext}};
    int consent_valid_days = 730;  ///< 30 .. 3650: of a consent that does not say when it ends
    int cohort_threshold = 20;     ///< 2 .. 1000: the smallest count a report shows
    std::string evidence_dir;      ///< absolute after wiring; what lies in it is evidence.h's
    int evidence_dir_line = 0;     ///< in the configuration
};

/// [[controller]]: the company responsible (GDPR Art. 4(7)).
struct Controller {
    std::string name = "default";
    int line = 0;
    ControllerNumber number = 0;       ///< 0 .. 65535, frozen: it stands in tokens and rows
    std::vector<std::string> domains;  ///< own domains: From alignment, own DKIM signatures
    std::string tracking_host;         ///< e.g. "go.acme.example"; empty = nothing is tracked
    std::string privacy_notice_url;    ///< https
    std::string postal_address;        ///< for the footer
    std::string
        jurisdiction;  ///< the sender's own; the stricter of both counts. Empty = not applied
    bool self_hosted = false;             ///< no processor handles the events
    std::vector<std::string> processors;  ///< each needs a DPA on file unless self_hosted
    int retention_days = 0;  ///< 7 .. 3650; 0 = not set: nothing is tracked individually
};

/// [rewriter]
struct RewriterSettings {
    std::vector<std::string> click_redirect_hosts;  ///< globs, besides the list that ships
    std::vector<std::string> strip_parameters;      ///< besides the per-person list that ships
    bool strip_campaign_parameters = false;         ///< `utm_*` and the like go with them
    std::vector<std::string> filter_lists;          ///< files; absolute after wiring
    RemoteCss remote_css = RemoteCss::Keep;         ///< in mail that must not track
    std::vector<std::string> never_track;           ///< globs over URLs that are never rewritten
    std::vector<std::string> app_link_hosts;        ///< host globs: a redirect would miss the app
    bool text_links = true;                         ///< URLs of text/plain are rewritten as well
    VisibleUrlLinks visible_url_links = VisibleUrlLinks::Keep;
    SensitiveLinks sensitive_links = SensitiveLinks::Keep;
};

struct Config {
    std::string file;  ///< as given, for messages
    Mode mode = Mode::Enforce;
    std::string state_dir = "/var/lib/candor";
    MilterSettings milter;
    TrackerSettings tracker;
    LogSettings log;
    DecisionSettings decisions;
    AddressRules addresses;
    PolicySettings policy;
    RewriterSettings rewriter;
    std::vector<Controller> controllers;  ///< at least one
    std::vector<Stream> streams;          ///< with the bulk-unlisted ones at the end

    /// Borrowed from the config; null when there is none.
    [[nodiscard]] const Controller* controller(std::string_view name) const;
    [[nodiscard]] const Controller* controller(ControllerNumber number) const;
};

/// What `text` says as far as it can be understood; every fault with its line is added to `faults`.
/// Unknown keys are faults, with the nearest known key named.
[[nodiscard]] Config read_config(std::string_view text, std::string_view file,
                                 std::vector<ConfigFault>& faults);
/// The same for who wants no faulty one. Errors: all its faults.
[[nodiscard]] tl::expected<Config, std::vector<ConfigFault>> parse_config(std::string_view text,
                                                                          std::string_view file);

}  // namespace candor::policy
