// The tables behind judge(). A marker stands here when machines send it and browsers do not.
#include "tracker/verdict.h"

#include <algorithm>
#include <array>
#include <string>

namespace candor::tracker {
namespace {

using policy::Verdict;

constexpr std::array purposes{std::string_view("prefetch"), std::string_view("preview"),
                              std::string_view("prerender")};

/// Proxies that fetch for a mailbox: a person may sit behind them, but the click is not theirs.
constexpr std::array mail_proxies{std::string_view("googleimageproxy"),
                                  std::string_view("yahoomailproxy")};

constexpr std::array machine_agents{
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
    std::string_view("zscaler"), std::string_view("ironport"), std::string_view("messagelabs")};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

template <std::size_t n>
bool contains_any(std::string_view text, const std::array<std::string_view, n>& markers) {
    return std::ranges::any_of(markers, [text](std::string_view marker) {
        return text.find(marker) != std::string_view::npos;
    });
}

/// `bot`, but not the telephones of the maker Cubot.
bool names_a_bot(std::string_view agent) {
    for (std::size_t at = agent.find("bot"); at != std::string_view::npos;
         at = agent.find("bot", at + 1)) {
        if (at < 2 || agent.substr(at - 2, 2) != "cu") return true;
    }
    return false;
}

}  // namespace

Judgement judge(const Request& request) {
    if (request.method == Method::Head) return {Verdict::Machine, "head"};
    if (contains_any(lower(request.purpose), purposes)) return {Verdict::Machine, "prefetch"};
    if (request.user_agent.find_first_not_of(" \t") == std::string::npos) {
        return {Verdict::Machine, "no_user_agent"};
    }
    // Apple's Mail Privacy Protection sends these eleven bytes and nothing else.
    if (request.user_agent == "Mozilla/5.0") return {Verdict::Machine, "mail_proxy"};
    const std::string agent = lower(request.user_agent);
    if (contains_any(agent, mail_proxies)) return {Verdict::Machine, "mail_proxy"};
    if (names_a_bot(agent) || contains_any(agent, machine_agents)) {
        return {Verdict::Machine, "user_agent"};
    }
    return {Verdict::Human, ""};
}

}  // namespace candor::tracker
