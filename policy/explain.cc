// A Decision in words for a person, in JSON for a machine, and the policy as a table.
// Knows how things are said; leaves what is true to `decide`.
#include "policy/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace candor::policy {

namespace {

constexpr std::size_t line_width = 78;
constexpr std::size_t label_width = 14;

/// Columns on a terminal, near enough: one per code point.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t used = width_of(text);
    std::string out{text};
    if (used < width) out.append(width - used, ' ');
    return out;
}

/// `text` filled to `line_width`, its lines after the first indented by `indent`.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (word.empty()) continue;
        if (column > indent && column + 1 + width_of(word) > line_width) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        }
        if (column > indent) {
            out += ' ';
            ++column;
        }
        out += word;
        column += width_of(word);
    }
    return out;
}

std::string_view meaning_of(Treatment treatment) {
    switch (treatment) {
        case Treatment::Individual:
            return "links with a token of their own; clicks are recorded per person";
        case Treatment::Aggregate:
            return "links that are the same for everybody; clicks are only counted";
        case Treatment::Untracked:
            return "links as written, tracking taken out; nothing is recorded";
        case Treatment::Plaintext: return "only plain text leaves; nothing is recorded";
        case Treatment::Suppressed: return "nothing is sent";
    }
    return "";
}

std::string_view words_of(Basis basis) {
    switch (basis) {
        case Basis::None: return "none needed";
        case Basis::Consent: return "consent";
        case Basis::LegitimateInterest: return "legitimate interest";
    }
    return "";
}

std::string basis_line(const Decision& decision) {
    if (decision.basis == Basis::None && decision.treatment >= Treatment::Untracked) {
        return "none, and none is needed";
    }
    std::string line{words_of(decision.basis)};
    if (!decision.evidence_id.empty()) line += fmt::format(", assessment {}", decision.evidence_id);
    if (decision.treatment < Treatment::Untracked) return line;
    return fmt::format("none is needed for {}; the ceiling rests on {}",
                       to_string(decision.treatment), line);
}

std::string_view to_string(OpenPixel pixel) {
    switch (pixel) {
        case OpenPixel::No: return "no";
        case OpenPixel::Consent: return "consent";
        case OpenPixel::Yes: return "yes";
    }
    return "no";
}

using Cells = std::array<std::string, 10>;

Cells cells_of(const Row& row) {
    std::string interest{policy::to_string(row.with_legitimate_interest)};
    if (row.needs_eprivacy_analysis) interest += '*';
    return {row.code,
            row.name,
            std::string{policy::to_string(row.default_treatment)},
            std::string{policy::to_string(row.with_consent)},
            std::move(interest),
            std::string{to_string(row.open_pixel)},
            std::to_string(row.opt_out_deadline_days),
            std::to_string(row.retention_days),
            row.layer,
            row.confidence};
}

std::string table_line(const Cells& cells, const std::array<std::size_t, 10>& widths) {
    std::string line;
    for (std::size_t k = 0; k < cells.size(); ++k) {
        line += padded(cells[k], widths[k]);
        if (k + 1 < cells.size()) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

}  // namespace

std::string labelled(std::string_view label, std::string_view text) {
    return fmt::format("{}{}\n", padded(label, label_width), wrapped(text, label_width));
}

std::string explain_in_words(const Decision& decision, const EffectivePolicy& policy) {
    const std::string_view treatment = to_string(decision.treatment);
    std::string out =
        labelled("Treatment", fmt::format("{}: {}.", treatment, meaning_of(decision.treatment)));
    if (decision.ceiling != decision.treatment) {
        out +=
            labelled("Ceiling", fmt::format("{}: what law, consent and evidence alone would allow.",
                                            to_string(decision.ceiling)));
    }
    if (!decision.stream.empty()) {
        out += labelled("Mail", fmt::format("stream {} of controller {}", decision.stream,
                                            decision.controller));
    }
    if (!decision.rule.empty()) out += labelled("Rule", decision.rule);
    if (!decision.jurisdiction.empty()) {
        const Row& row = policy.row_for(decision.jurisdiction);
        out += labelled("Jurisdiction", fmt::format("{} ({})", row.code, row.name));
        if (!row.source.empty()) {
            out += labelled("Law", fmt::format("{} [confidence {}]", row.source, row.confidence));
        }
    }
    out += labelled("Legal basis", basis_line(decision));
    if (decision.treatment == Treatment::Individual) {
        out += labelled("Kept for", fmt::format("{} days; open pixel {}", decision.retention_days,
                                                decision.open_pixel ? "allowed" : "not allowed"));
    }
    out += "\nHow it was decided\n";
    int step = 0;
    for (const Reason& reason : decision.reasons) {
        const std::string lead = fmt::format("{:>3}. ", ++step);
        std::string text = reason.text;
        if (reason.lowered) text += fmt::format(" -> {}", to_string(reason.result));
        out += lead + wrapped(fmt::format("{} [{}]", text, reason.word), lead.size()) + '\n';
    }
    out += fmt::format("\nPolicy {}, facts of {}\nDigest {}\n", policy.pack_name(),
                       policy.facts_date(), decision.policy_digest);
    return out;
}

std::string explain_as_json(const Decision& decision, std::string_view extra, int indent) {
    nlohmann::ordered_json json;
    json["treatment"] = to_string(decision.treatment);
    json["ceiling"] = to_string(decision.ceiling);
    json["jurisdiction"] = decision.jurisdiction;
    json["stream"] = decision.stream;
    json["controller"] = decision.controller;
    json["basis"] = to_string(decision.basis);
    json["evidence"] = decision.evidence_id;
    json["rule"] = decision.rule;
    json["reasons"] = nlohmann::ordered_json::array();
    for (const Reason& reason : decision.reasons) {
        json["reasons"].push_back(reason.word + ": " + reason.text);
    }
    json["retention_days"] = decision.retention_days;
    json["open_pixel"] = decision.open_pixel;
    json["policy_digest"] = decision.policy_digest;

    // No exceptions: what is not an object adds nothing. A key that is there already is not
    // changed.
    const auto more = nlohmann::ordered_json::parse(extra, nullptr, false);
    if (more.is_object()) {
        for (const auto& [key, value] : more.items()) {
            if (!json.contains(key)) json[key] = value;
        }
    }
    return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string policy_table(const EffectivePolicy& policy) {
    std::vector<Cells> lines{{"code", "name", "default", "consent", "leg. interest", "pixel",
                              "opt-out d", "keep d", "set by", "confidence"}};
    for (const Row& row : policy.rows()) lines.push_back(cells_of(row));

    std::array<std::size_t, 10> widths{};
    for (const Cells& cells : lines) {
        for (std::size_t k = 0; k < cells.size(); ++k) {
            widths[k] = std::max(widths[k], width_of(cells[k]));
        }
    }
    std::string out = fmt::format("Policy {}, facts of {}\nDigest {}\n\n", policy.pack_name(),
                                  policy.facts_date(), policy.digest());
    for (const Cells& cells : lines) out += table_line(cells, widths);

    const bool starred = std::ranges::any_of(policy.rows(), &Row::needs_eprivacy_analysis);
    if (starred) out += "\n* individual only with an assessment that has an ePrivacy analysis\n";
    out += "\nThe law behind each row\n";
    for (const Row& row : policy.rows()) {
        out += padded(row.code, 7) + wrapped(row.source, 7) + '\n';
    }
    return out;
}

}  // namespace candor::policy
