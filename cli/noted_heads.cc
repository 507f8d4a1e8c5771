// A log is read as it is: each syslog puts something else before a line.
#include "cli/noted_heads.h"

#include <charconv>
#include <optional>

#include "policy/tokens/digest.h"

namespace candor::cli {
namespace {

constexpr std::string_view event = "decision_head number=";
constexpr std::string_view then = " link=";

/// `text` begins behind `event`.
std::optional<policy::DecisionHead> head_at(std::string_view text) {
    policy::DecisionHead head;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, head.number);
    if (fault != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    if (!text.starts_with(then)) return std::nullopt;
    text.remove_prefix(then.size());
    if (!policy::from_hex(text.substr(0, head.link.size() * 2), head.link)) return std::nullopt;
    return head;
}

}  // namespace

std::vector<policy::DecisionHead> noted_heads(std::string_view log) {
    std::vector<policy::DecisionHead> heads;
    for (auto at = log.find(event); at != std::string_view::npos; at = log.find(event, at)) {
        at += event.size();
        if (const auto head = head_at(log.substr(at))) heads.push_back(*head);
    }
    return heads;
}

}  // namespace candor::cli
