// Written for every message of a campaign, so by appending; read when somebody asks.
#include "policy/decision/decision_grounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace candor::policy {
namespace {

/// A line break in a value would be another line.
void append_line(std::string& out, std::string_view key, std::string_view value) {
    out += key;
    out += ' ';
    std::ranges::replace_copy(value, std::back_inserter(out), '\n', ' ');
    out += '\n';
}

/// The text up to the next `separator`, which goes too.
std::string_view take(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

Treatment treatment_of(std::string_view word) {
    return treatment_from(word).value_or(Treatment::Suppressed);
}

Basis basis_of(std::string_view word) {
    for (const Basis basis : {Basis::Consent, Basis::LegitimateInterest}) {
        if (to_string(basis) == word) return basis;
    }
    return Basis::None;
}

/// "lowered|kept TREATMENT WORD TEXT"
Reason reason_of(std::string_view value) {
    Reason reason;
    reason.lowered = take(value, ' ') == "lowered";
    reason.result = treatment_of(take(value, ' '));
    reason.word = take(value, ' ');
    reason.text = value;
    return reason;
}

}  // namespace

std::string to_grounds(const Decision& decision, std::string_view obeyed) {
    std::string out;
    out.reserve(1024);
    append_line(out, "treatment", to_string(decision.treatment));
    append_line(out, "obeyed", obeyed);
    append_line(out, "ceiling", to_string(decision.ceiling));
    append_line(out, "jurisdiction", decision.jurisdiction);
    append_line(out, "stream", decision.stream);
    append_line(out, "controller", decision.controller);
    append_line(out, "basis", to_string(decision.basis));
    append_line(out, "rule", decision.rule);
    append_line(out, "policy", decision.policy_digest);
    append_line(out, "retention_days", std::to_string(decision.retention_days));
    append_line(out, "open_pixel", decision.open_pixel ? "yes" : "no");
    for (const Reason& reason : decision.reasons) {
        append_line(out, "reason",
                    fmt::format("{} {} {} {}", reason.lowered ? "lowered" : "kept",
                                to_string(reason.result), reason.word, reason.text));
    }
    return out;
}

Grounds from_grounds(std::string_view text) {
    Grounds grounds;
    Decision& decision = grounds.decision;
    while (!text.empty()) {
        std::string_view value = take(text, '\n');
        const std::string_view key = take(value, ' ');
        if (key == "treatment") decision.treatment = treatment_of(value);
        if (key == "obeyed") grounds.obeyed = value;
        if (key == "ceiling") decision.ceiling = treatment_of(value);
        if (key == "jurisdiction") decision.jurisdiction = value;
        if (key == "stream") decision.stream = value;
        if (key == "controller") decision.controller = value;
        if (key == "basis") decision.basis = basis_of(value);
        if (key == "rule") decision.rule = value;
        if (key == "policy") decision.policy_digest = value;
        if (key == "open_pixel") decision.open_pixel = value == "yes";
        if (key == "reason") decision.reasons.push_back(reason_of(value));
        if (key != "retention_days") continue;
        // What is no number leaves 0, "not known".
        std::from_chars(value.data(), value.data() + value.size(), decision.retention_days);
    }
    return grounds;
}

}  // namespace candor::policy
