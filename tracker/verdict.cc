// The tables and the order behind judge(). A marker stands here when machines send it and browsers
// do not.
#include "tracker/verdict.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace candor::tracker {
namespace {

using policy::Verdict;
using policy::VerdictReason;

/// Texts that are looked for together: a click is judged by fifty of them, and one pass over its
/// user agent asks at each place only whether any of them may begin there.
template <std::size_t count>
class Markers {
  public:
    /// Each in lower case, with two bytes or more.
    consteval explicit Markers(const std::array<std::string_view, count>& texts) : texts_(texts) {
        std::ranges::sort(texts_, {}, &Markers::slot_of);
        for (std::size_t i = count; i-- > 0;) {
            places_[slot_of(texts_[i])] = static_cast<std::uint8_t>(i + 1);
        }
    }
    [[nodiscard]] bool stand_in(std::string_view text) const {
        for (; text.size() >= 2; text.remove_prefix(1)) {
            const std::size_t slot = slot_of(text);
            if (places_[slot] == 0) continue;
            for (std::size_t i = places_[slot] - 1U; i < count; ++i) {
                if (slot_of(texts_[i]) != slot) break;
                if (text.starts_with(texts_[i])) return true;
            }
        }
        return false;
    }

  private:
    static constexpr std::size_t slots = 4096;

    static constexpr std::size_t slot_of(std::string_view text) {
        const auto first = static_cast<unsigned char>(text[0]);
        return (std::size_t{first} << 6U ^ static_cast<unsigned char>(text[1])) % slots;
    }

    static_assert(count < 256);
    std::array<std::string_view, count> texts_;  ///< those of one slot stand together
    /// By the first two bytes: the place of the first text that begins so, from 1; 0 = none does.
    std::array<std::uint8_t, slots> places_{};
};

constexpr Markers purposes{std::array{std::string_view("prefetch"), std::string_view("preview"),
                                      std::string_view("prerender")}};

/// Gmail's and Yahoo's. What they fetch is cached: later openings are not seen.
constexpr Markers image_proxies{
    std::array{std::string_view("googleimageproxy"), std::string_view("yahoomailproxy")}};

constexpr Markers machine_agents{std::array{
    // crawlers and link previews
    std::string_view("spider"), std::string_view("crawl"), std::string_view("preview"),
    std::string_view("facebookexternalhit"), std::string_view("whatsapp/"),
    std::string_view("slurp"), std::string_view("mediapartners"),
    // programs and their libraries
    std::string_view("curl/"), std::string_view("wget/"), std::string_view("libwww-perl"),
    std::string_view("python-requests"), std::string_view("python-urllib"),
    std::string_view("python/"), std::string_view("aiohttp"), std::string_view("httpx/"),
    std::string_view("go-http-client"), std::string_view("okhttp"), std::string_view("java/"),
    std::string_view("apache-httpclient"), std::string_view("node-fetch"),
    std::string_view("axios/"), std::string_view("guzzlehttp"), std::string_view("winhttp"),
    std::string_view("headless"), std::string_view("phantomjs"), std::string_view("puppeteer"),
    std::string_view("playwright"), std::string_view("lighthouse"),
    // monitors and validators
    std::string_view("validator"), std::string_view("uptime"), std::string_view("pingdom"),
    std::string_view("linkcheck"), std::string_view("existence discovery"),
    // mail security
    std::string_view("urldefense"), std::string_view("safelinks"), std::string_view("barracuda"),
    std::string_view("mimecast"), std::string_view("proofpoint"), std::string_view("forcepoint"),
    std::string_view("symantec"), std::string_view("trendmicro"), std::string_view("sophos"),
    std::string_view("zscaler"), std::string_view("ironport"), std::string_view("messagelabs")}};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

/// `bot`, but not the telephones of the maker Cubot.
bool names_a_bot(std::string_view agent) {
    for (std::size_t at = agent.find("bot"); at != std::string_view::npos;
         at = agent.find("bot", at + 1)) {
        if (at < 2 || agent.substr(at - 2, 2) != "cu") return true;
    }
    return false;
}

/// Outlook for Mac says the same as Apple's proxy sometimes does: no browser, and no mail program.
bool is_bare_webkit(std::string_view agent) {
    return agent.ends_with("applewebkit/605.1.15 (khtml, like gecko)");
}

/// What the request itself says. Nothing where it says nothing.
std::optional<Judgement> judge_headers(const Request& request, std::string_view agent,
                                       policy::EventKind kind) {
    if (request.method == Method::Head) return Judgement{Verdict::Machine, VerdictReason::Head};
    if (purposes.stand_in(lower(request.purpose))) {
        return Judgement{Verdict::Machine, VerdictReason::Prefetch};
    }
    if (agent.find_first_not_of(" \t") == std::string_view::npos) {
        return Judgement{Verdict::Machine, VerdictReason::NoUserAgent};
    }
    // Apple's Mail Privacy Protection sends these eleven bytes and nothing else.
    if (request.user_agent == "Mozilla/5.0") {
        return Judgement{Verdict::Machine, VerdictReason::MailPrivacy};
    }
    // An image proxy fetches a picture when its reader opens the mail. It follows no links for him.
    if (image_proxies.stand_in(agent)) {
        const bool open = kind == policy::EventKind::Open;
        return Judgement{open ? Verdict::Human : Verdict::Machine, VerdictReason::ImageProxy};
    }
    if (names_a_bot(agent) || machine_agents.stand_in(agent)) {
        return Judgement{Verdict::Machine, VerdictReason::UserAgent};
    }
    return std::nullopt;
}

}  // namespace

Judgement judge(const Request& request, const Circumstances& circumstances,
                const VerdictLimits& limits) {
    if (circumstances.honeypot) return {Verdict::Machine, VerdictReason::Honeypot};
    const std::string agent = lower(request.user_agent);
    if (const auto judged = judge_headers(request, agent, circumstances.kind)) return *judged;
    if (circumstances.scanner == Certainty::Certain) {
        return {Verdict::Machine, VerdictReason::Network};
    }
    // People sit behind such a network or program as well, so by itself it only takes longer to
    // believe in them.
    const bool doubtful = circumstances.scanner == Certainty::Probable ||
                          (circumstances.kind == policy::EventKind::Open && is_bare_webkit(agent));
    const auto too_fast =
        doubtful ? std::max(limits.too_fast, limits.too_fast_from_scanner) : limits.too_fast;
    if (circumstances.age && *circumstances.age < too_fast) {
        return {Verdict::Machine, VerdictReason::TooFast};
    }
    if (circumstances.one_of_many) return {Verdict::Machine, VerdictReason::Burst};
    return {Verdict::Human, VerdictReason::None};
}

}  // namespace candor::tracker
