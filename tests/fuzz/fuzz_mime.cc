// Rules for any message under any plan: an empty plan changes no byte; twice is once; no line over
// 998 octets is brought in; plain text leaves no HTML. Which plan is tried the bytes decide.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rewriter/links/links.h"
#include "rewriter/message_text.h"
#include "rewriter/rewrite.h"
#include "tests/fuzz/require.h"

using namespace candor::rewriter;

namespace {

constexpr std::string_view own = "https://go.acme.example/";

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        longest = std::max(longest, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

/// As a treatment would: web links and placeholders get our own URL, ours stay.
std::optional<std::string> to_own_host(const FoundLink& link) {
    const std::string url = trim_url(link.url);
    const std::string scheme = scheme_of(url);
    if (url.starts_with(own)) return std::nullopt;
    if (scheme != "http" && scheme != "https" && scheme != "candor") return std::nullopt;
    return std::string(own) + "c/" + std::string(60, 'T') + "--" +
           std::to_string(link.ordinal % 10);
}

void add_picture(RewritePlan& plan) {
    plan.own_hosts = {"go.acme.example"};
    plan.open_image = std::string(own) + "o/T-t_9";
    plan.keep_open_image = [url = plan.open_image](std::string_view found) { return found == url; };
}

/// Only where a link of the HTML was replaced, as our own plan has it.
void add_honeypot(RewritePlan& plan) {
    const auto replaced = std::make_shared<bool>(false);
    plan.replace_link = [replaced](const FoundLink& link) {
        auto url = to_own_host(link);
        *replaced |= url && link.place == LinkPlace::Html;
        return url;
    };
    plan.honeypot = [replaced]() -> std::optional<std::string> {
        if (!std::exchange(*replaced, false)) return std::nullopt;
        return std::string(own) + "c/H-h_9";
    };
}

RewritePlan plan_of(std::uint32_t bits) {
    const auto has = [bits](int bit) { return (bits >> bit & 1U) != 0; };
    RewritePlan plan;
    plan.plaintext_only = has(0) && has(1);
    plan.remove_tracking = has(2);
    plan.remove_tracking_images = has(3);
    if (has(4)) plan.own_hosts = {"go.acme.example"};
    if (has(5) || has(6)) plan.replace_link = to_own_host;
    if (has(7)) {
        plan.footer_html = "<p>caf\xC3\xA9: <a href=\"https://go.acme.example/u/x\">out</a></p>";
        plan.footer_text = "caf\xC3\xA9: https://go.acme.example/u/x";
    }
    plan.strip_campaign_parameters = has(8);
    plan.remove_remote_css = has(9);
    if (has(10)) add_picture(plan);
    if (has(11)) add_honeypot(plan);
    return plan;
}

/// FNV-1a: every change of the input may choose another plan, a replay always the same.
std::uint32_t hash_of(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash ^ hash >> 16;
}

Message parsed(const RawMessage& raw) {
    auto message = Message::parse(raw, {});
    require(message.has_value(), "what is small can be parsed");
    return *std::move(message);
}

/// `make_plan`: a plan remembers what it did to one message.
template <class MakePlan>
void check(const RawMessage& raw, const MakePlan& make_plan) {
    const RewritePlan plan = make_plan();
    const Message message = parsed(raw);
    const Survey before = survey(message);
    const auto edits = rewrite(message, plan);
    if (!edits) return;
    const AppliedMessage applied = apply(raw, *edits);
    require(longest_line(applied.body) <= std::max<std::size_t>(999, longest_line(raw.body)),
            "no line over 998 octets");
    const Message result = parsed({applied.headers, applied.body});
    // HTML that shows PGP armour is text that is encrypted, once it is text.
    const bool armour = raw.body.find("BEGIN PGP") != std::string_view::npos;
    require(!result.opaque() || message.opaque() || armour, "what could be read can be read still");
    if (plan.plaintext_only && !message.untouchable()) {
        require(!survey(result).has_html, "plain text has no HTML");
    }
    const auto second = rewrite(result, make_plan());
    if (armour) return;
    require(second.has_value(), "what was made can be rewritten");
    require(second->body.empty(), "twice is once");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view file{reinterpret_cast<const char*>(data), size};
    const SplitMessage split = split_message(file);
    const RawMessage raw{split.headers, split.body};
    const auto nothing = rewrite(parsed(raw), {});
    require(!nothing || nothing->empty(), "an empty plan changes no byte");

    check(raw, [] {
        RewritePlan links;
        links.replace_link = to_own_host;
        return links;
    });
    check(raw, [] {
        RewritePlan plaintext;
        plaintext.plaintext_only = true;
        return plaintext;
    });
    // Where the footer stands already, if only in part, it is not added; that may change with a
    // link.
    const bool quotes_footer = file.find("acme.example/u/") != std::string_view::npos;
    const std::uint32_t bits = quotes_footer ? 0 : hash_of(file);
    check(raw, [bits] { return plan_of(bits); });
    return 0;
}
