// Name, certificate, keys and alignment of a tracking host, each said in one line.
#include "cli/live_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "cli/https_client.h"
#include "policy/law/page_text.h"
#include "policy/people/domains.h"
#include "policy/tokens/base64url.h"
#include "policy/tokens/tracker_proof.h"

namespace candor::cli {
namespace {

constexpr std::chrono::days expiry_warning{21};

class HostCheck {
  public:
    HostCheck(const policy::Config& config, const policy::Controller& controller,
              LiveFindings& findings)
        : config_(config), controller_(controller), findings_(findings) {}

    void run(const policy::KeyRing& ring, const LiveOptions& options, policy::Instant now) {
        check_alignment();
        const std::vector<HostAndPort> places = options.via.empty() ? addresses() : options.via;
        std::vector<std::string> away;
        for (const HostAndPort& place : places) {
            const std::string where = places.size() > 1 ? place.first + ": " : "";
            const auto why = look_at(place, where, ring, options.ca_file, now);
            if (!why.empty()) away.push_back(why);
        }
        // From here perhaps only: a host without IPv6 reaches no such address.
        const bool all = away.size() == places.size();
        for (const std::string& why : away) {
            if (all) {
                fault(why);
            } else {
                warn(why);
            }
        }
    }

  private:
    /// Why nobody can be reached at `place`; empty where somebody can.
    std::string look_at(const HostAndPort& place, std::string_view where,
                        const policy::KeyRing& ring, const std::string& ca_file,
                        policy::Instant now) {
        std::string challenge(policy::challenge_bytes, '\0');
        if (RAND_bytes(reinterpret_cast<unsigned char*>(challenge.data()),
                       static_cast<int>(challenge.size())) != 1) {
            return "no random bytes for a challenge";
        }
        HttpsRequest request{controller_.tracking_host,
                             fmt::format("{}{}/{}", policy::tracker_proof_path, controller_.number,
                                         policy::to_base64url(challenge)),
                             place.first, place.second, ca_file};
        const auto answer = https_get(request);
        if (!answer) {
            std::string why = std::string(where) + answer.error().message;
            if (answer.error().fault == Fault::Unavailable) return why;
            fault(why);
            return {};
        }
        check_certificate(*answer, now);
        check_keys(ring, challenge, *answer, where);
        return {};
    }

    void fault(std::string_view text) {
        findings_.faults.push_back({config_.file, controller_.line,
                                    fmt::format("{}: {}", controller_.tracking_host, text)});
    }
    void warn(std::string_view text) {
        findings_.warnings.push_back(
            policy::to_line({config_.file, controller_.line,
                             fmt::format("warning: {}: {}", controller_.tracking_host, text)}));
    }
    void note(std::string_view text) {
        findings_.notes.push_back(fmt::format("{}: {}", controller_.tracking_host, text));
    }

    /// Where the name leads; nowhere is a fault.
    std::vector<HostAndPort> addresses() {
        constexpr std::uint16_t https = 443;
        const auto resolved = resolve(controller_.tracking_host);
        if (!resolved) {
            fault(resolved.error().message);
            return {};
        }
        note(fmt::format("resolves to {}{}", fmt::join(resolved->addresses, ", "),
                         resolved->canonical.empty() ? "" : " by way of " + resolved->canonical));
        std::vector<HostAndPort> places;
        for (const std::string& address : resolved->addresses) places.emplace_back(address, https);
        return places;
    }

    void check_certificate(const HttpsAnswer& answer, policy::Instant now) {
        const auto left = std::chrono::floor<std::chrono::days>(answer.certificate_ends - now);
        const std::string until =
            fmt::format("{} ({} days)", policy::date_of(answer.certificate_ends), left.count());
        note(fmt::format("{} has a good certificate until {}", answer.address, until));
        if (left < expiry_warning) warn("the certificate ends on " + until);
    }

    /// The proof may stand among lines of a front (a chunk's length, for one).
    void check_keys(const policy::KeyRing& ring, std::string_view challenge,
                    const HttpsAnswer& answer, std::string_view where) {
        const auto ours = ring.sealing_link_key_id(controller_.number);
        if (!ours) return fault("no link key here to know the tracker by");
        if (answer.status != 200) {
            return fault(
                fmt::format("{}what answers is no tracker of ours (status {} to a challenge)",
                            where, answer.status));
        }
        std::string_view rest = answer.body;
        Error why{Fault::Malformed, "not the answer of a tracker"};
        while (!rest.empty()) {
            std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            if (line.ends_with('\r')) line.remove_suffix(1);
            const auto id = policy::verify_tracker(ring, controller_.number, challenge, line);
            if (!id) {
                if (line.find(' ') != std::string_view::npos) why = id.error();
                continue;
            }
            note(fmt::format("{}the tracker there is ours (link key {:03})", where, *id));
            if (*id != *ours) {
                warn(
                    fmt::format("{}the tracker does not have link key {:03}, which seals here: its "
                                "links will not open there",
                                where, *ours));
            }
            return;
        }
        fault(fmt::format("{}what answers is no tracker of ours: {}", where, why.message));
    }

    /// The domains of a controller are in every check; here those that its streams send from.
    void check_alignment() {
        std::set<std::string> domains(controller_.domains.begin(), controller_.domains.end());
        for (const policy::Stream& stream : config_.streams) {
            if (stream.controller != controller_.name) continue;
            add_domains(stream.match.sender, domains);
            add_domains(stream.match.from, domains);
        }
        for (const std::string& domain : domains) {
            if (policy::aligned(controller_.tracking_host, domain)) {
                note("aligned with " + domain);
            } else {
                warn(fmt::format("not aligned with {}: mail from there stays untracked", domain));
            }
        }
    }

    /// Of globs such as `*@news.acme.example`; a domain with a glob in it says nothing.
    static void add_domains(const std::vector<std::string>& globs, std::set<std::string>& domains) {
        for (const std::string& glob : globs) {
            const std::size_t at = glob.rfind('@');
            if (at == std::string::npos) continue;
            std::string domain = glob.substr(at + 1);
            if (domain.starts_with("*.")) domain.erase(0, 2);
            if (domain.empty() || domain.find_first_of("*?") != std::string::npos) continue;
            domains.insert(std::move(domain));
        }
    }

    const policy::Config& config_;
    const policy::Controller& controller_;
    LiveFindings& findings_;
};

}  // namespace

LiveFindings check_live(const policy::Config& config, const policy::KeyRing& ring,
                        const LiveOptions& options, policy::Instant now) {
    LiveFindings findings;
    for (const policy::Controller& controller : config.controllers) {
        if (controller.tracking_host.empty()) continue;
        HostCheck{config, controller, findings}.run(ring, options, now);
    }
    return findings;
}

std::optional<HostAndPort> host_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failed != std::errc{} || stop != digits.data() + digits.size() || port == 0) {
        return std::nullopt;
    }
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return std::nullopt;
    if (host.empty()) return std::nullopt;
    return HostAndPort{std::string(host), port};
}

}  // namespace candor::cli
