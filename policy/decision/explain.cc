// Knows how things are said; leaves what is true to `decide`, `proofs` and `remedies`.
#include "policy/decision/explain.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "policy/decision/allowance.h"
#include "policy/decision/proofs.h"
#include "policy/decision/remedies.h"
#include "policy/law/page_text.h"

namespace candor::policy {

namespace {

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

/// The recipient's place as it was known, and the row that governed where that is another.
std::string place_line(const Account& account) {
    const Row& row = account.row();
    std::string line = fmt::format("{} ({})", row.code, row.name);
    const std::string_view known_from = account.place_known_from();
    if (known_from.empty()) return line;
    const Facts& facts = *account.facts;
    const Origin origin = origin_of(facts, account.policy);
    if (canonical_jurisdiction(origin.code) != row.code) {
        line += fmt::format(" governs; on record is {}", origin.code);
    }
    if (known_from == "default") return line + "; nothing is on record, so the configured default";
    const std::string& source =
        known_from == "contact" ? facts.person.contact->source : facts.person.domain->source;
    line += fmt::format("; from the {}", known_from == "contact" ? "contact row" : "domain's row");
    if (!source.empty()) line += fmt::format(" (source {})", source);
    return line;
}

std::string_view name_of_kind(std::string_view kind) {
    if (kind == "consent") return "Consent";
    if (kind == "lia") return "Assessment";
    if (kind == "dpa") return "Processor agreement";
    if (kind == "privacy_notice") return "Privacy notice";
    return "Overlay";
}

std::string_view begun_by(std::string_view kind) {
    if (kind == "consent") return "given";
    if (kind == "lia") return "approved";
    if (kind == "dpa") return "signed";
    if (kind == "privacy_notice") return "attested";
    return "turned on";
}

std::string proof_line(const Proof& proof) {
    std::string line = fmt::format("{} {}", name_of_kind(proof.kind), proof.id);
    if (!proof.text.empty()) line += ": " + proof.text;
    if (proof.from) line += fmt::format("; {} {}", begun_by(proof.kind), date_of(*proof.from));
    if (!proof.by.empty()) line += fmt::format(" by {}", proof.by);
    if (proof.until) line += fmt::format(", counts until {}", date_of(*proof.until));
    if (!proof.file.empty()) line += fmt::format("; {}", proof.file);
    if (!proof.digest.empty()) line += fmt::format("; SHA-256 {}", proof.digest);
    return line;
}

std::string law_line(const Account& account) {
    const Row& row = account.row();
    const EffectivePolicy& effective = account.policy.in_force(account.now);
    std::string line = fmt::format(
        "{} [confidence {}; facts of {}{}]", row.source, row.confidence, effective.facts_date(),
        effective.facts_are_old(account.now) ? ", older than 12 months: have them reviewed" : "");
    return line;
}

std::string who_and_where(const Account& account) {
    const Decision& decision = account.decision;
    std::string out;
    if (!account.recipient.empty()) out += labelled("Recipient", account.recipient);
    out += labelled("Decided", moment_of(account.now));
    if (!decision.stream.empty()) {
        out += labelled("Mail", fmt::format("stream {} of controller {}", decision.stream,
                                            decision.controller));
    }
    if (!decision.jurisdiction.empty()) out += labelled("Jurisdiction", place_line(account));
    return out;
}

std::string what_and_why(const Account& account) {
    const Decision& decision = account.decision;
    std::string out = labelled("Treatment", fmt::format("{}: {}.", to_string(decision.treatment),
                                                        meaning_of(decision.treatment)));
    if (decision.ceiling != decision.treatment) {
        out +=
            labelled("Ceiling", fmt::format("{}: what law, consent and evidence alone would allow.",
                                            to_string(decision.ceiling)));
    }
    if (!decision.rule.empty()) out += labelled("Rule", decision.rule);
    if (!decision.jurisdiction.empty()) {
        if (!account.row().source.empty()) out += labelled("Law", law_line(account));
        if (!account.row().note.empty()) out += labelled("", account.row().note);
    }
    out += labelled("Legal basis", basis_line(decision));
    if (decision.treatment == Treatment::Individual) {
        out += labelled("Kept for", fmt::format("{} days; open pixel {}", decision.retention_days,
                                                decision.open_pixel ? "allowed" : "not allowed"));
    }
    if (account.facts == nullptr) return out;
    std::string_view label = "Evidence";
    for (const Proof& proof : proofs_of(decision, *account.facts, account.policy, account.now)) {
        out += labelled(label, proof_line(proof));
        label = "";
    }
    return out;
}

std::string steps_of(const Decision& decision) {
    std::string out = "\nHow it was decided\n";
    int step = 0;
    for (const Reason& reason : decision.reasons) {
        const std::string lead = fmt::format("{:>3}. ", ++step);
        std::string text = reason.text;
        if (reason.lowered) text += fmt::format(" -> {}", to_string(reason.result));
        out += lead + wrapped(fmt::format("{} [{}]", text, reason.word), lead.size()) + '\n';
    }
    return out;
}

std::string remedy_line(const Remedy& remedy) {
    std::string then{to_string(remedy.then)};
    if (remedy.in_the_strictest) {
        then = fmt::format("{} to {}, by the country", to_string(remedy.then),
                           to_string(*remedy.in_the_strictest));
    }
    const std::string also =
        remedy.also.empty() ? "" : fmt::format(" once [{}] too", fmt::join(remedy.also, "], ["));
    return fmt::format("[{}] {} -> {}{}", remedy.word, remedy.action, then, also);
}

std::string remedies_of(const Account& account) {
    const std::vector<Remedy> remedies = account.remedies();
    if (remedies.empty() && account.facts == nullptr) return {};
    std::string out = "\nWhat would change it\n";
    if (remedies.empty()) {
        return out + (account.decision.treatment == Treatment::Individual
                          ? "  -  It is the most there is.\n"
                          : "  -  Nothing that is missing or in the way: it is the rule.\n");
    }
    for (const Remedy& remedy : remedies) out += "  -  " + wrapped(remedy_line(remedy), 5) + '\n';
    return out;
}

}  // namespace

std::string explain_in_words(const Account& account) {
    const EffectivePolicy& effective = account.policy.in_force(account.now);
    return who_and_where(account) + what_and_why(account) + steps_of(account.decision) +
           remedies_of(account) +
           fmt::format("\nPolicy {}, facts of {}\nDigest {}\n", effective.pack_name(),
                       effective.facts_date(), account.decision.policy_digest);
}

}  // namespace candor::policy
