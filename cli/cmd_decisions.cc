// candor decisions show|verify|erase: the evidence of what was decided about whom.
#include <fmt/format.h>
#include <sysexits.h>

#include <memory>

#include "cli/command.h"
#include "cli/decision_json.h"
#include "cli/noted_heads.h"
#include "cli/people.h"
#include "cli/row_checks.h"
#include "policy/decision/audit.h"
#include "policy/decision/decision_grounds.h"
#include "policy/law/page_text.h"
#include "sqlite/decision_chain.h"
#include "sqlite/decisions.h"
#include "sqlite/store.h"

namespace candor::cli {
namespace {

struct ShowOptions {
    std::string address, recipient, queue_id, since, until, message;
    policy::CampaignId campaign = 0;
    std::size_t limit = 1000;
    bool json = false;
};

/// The body of a message as a milter sees it: behind the first empty line, lines ending in CRLF.
std::string body_of(std::string_view message) {
    std::string lines;
    lines.reserve(message.size());
    for (std::size_t k = 0; k < message.size(); ++k) {
        if (message[k] == '\n' && (k == 0 || message[k - 1] != '\r')) lines += '\r';
        lines += message[k];
    }
    if (lines.starts_with("\r\n")) return lines.substr(2);
    const auto end = lines.find("\r\n\r\n");
    return end == std::string::npos ? std::string{} : lines.substr(end + 4);
}

/// "matches", "differs" or "unknown"; nothing where no message was given.
class BodyComparison {
  public:
    BodyComparison() = default;
    BodyComparison(const policy::AuditKey& key, std::string body)
        : asked_(true), key_(key), body_(std::move(body)) {}
    [[nodiscard]] std::string_view with(const std::optional<policy::BodyDigest>& kept) const {
        if (!asked_) return "";
        if (!kept) return "unknown";
        policy::BodyDigester digester(key_, kept->nonce);
        digester.add(body_);
        return digester.finish() == *kept ? "matches" : "differs";
    }

  private:
    bool asked_ = false;
    policy::AuditKey key_{};
    std::string body_;
};

void print_text(const policy::KeptDecision& kept, std::string_view body) {
    const policy::DecisionRecord& record = kept.record;
    const policy::Grounds grounds = policy::from_grounds(*record.grounds);
    const policy::Decision& decision = grounds.decision;
    fmt::print("{}  {}  {}  {}\n", kept.number, policy::moment_of(record.at),
               to_string(record.outcome), record.queue_id);
    const auto line = [](std::string_view label, std::string_view text) {
        if (!text.empty()) fmt::print("    {}", policy::labelled(label, text));
    };
    line("recipient", record.recipient.hex());
    line("mail", fmt::format("stream {} of controller {}, campaign {}", decision.stream,
                             decision.controller, record.campaign));
    line("treatment",
         grounds.obeyed == to_string(decision.treatment)
             ? grounds.obeyed
             : fmt::format("{}, decided as {}", grounds.obeyed, to_string(decision.treatment)));
    line("rule", decision.rule);
    line("evidence", record.evidence);
    line("policy", decision.policy_digest);
    line("body", body);
    for (const policy::Reason& reason : decision.reasons) {
        line(reason.lowered ? "lowered by" : "because",
             fmt::format("{} [{}]", reason.text, reason.word));
    }
}

/// Faults of the words on the command line go into `faults`.
policy::DecisionQuery query_of(const ShowOptions& options, const People& people,
                               RowFaults& faults) {
    policy::DecisionQuery query;
    query.controller = people.controller->number;
    if (!options.address.empty()) {
        const auto id = people.identities.id_of(options.address);
        if (!id) faults.add(0, "ADDRESS is not an e-mail address");
        if (id) query.recipient = *id;
    }
    if (!options.recipient.empty()) {
        const auto id = policy::RecipientId::from_hex(options.recipient);
        if (!id) faults.add(0, "--recipient: " + id.error().message);
        if (id) query.recipient = *id;
    }
    if (options.campaign != 0) query.campaign = options.campaign;
    query.queue_id = options.queue_id;
    query.since = checked_instant(options.since, "--since", 0, faults);
    query.until = checked_instant(options.until, "--until", 0, faults);
    query.limit = options.limit;
    return query;
}

int show_decisions(const Command& command, const ShowOptions& options) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    RowFaults faults{"candor"};
    const policy::DecisionQuery query = query_of(options, people, faults);
    if (!faults.none()) {
        static_cast<void>(reported_rows(faults));
        return EX_USAGE;  // words of the command line, not rows of a file
    }
    BodyComparison comparison;
    if (!options.message.empty()) {
        const auto key = people.state->audit_key();
        if (!key) return report(key.error());
        std::string message;
        const auto read =
            read_pieces(options.message, [&message](std::string_view piece) { message += piece; });
        if (!read) return report(read.error());
        comparison = {*key, body_of(message)};
    }
    const auto found = people.state->store().decisions(query);
    if (!found) return report(found.error());
    for (const policy::KeptDecision& kept : *found) {
        const std::string_view body = comparison.with(kept.record.body);
        if (options.json) {
            fmt::print("{}\n", decision_as_json(kept, body));
        } else {
            print_text(kept, body);
        }
    }
    return EX_OK;
}

/// Of the file beside the store and of every log that is named.
Result<std::vector<policy::DecisionHead>> heads_to_compare(const std::string& state_dir,
                                                           const std::vector<std::string>& logs) {
    std::vector<policy::DecisionHead> heads;
    if (const auto last =
            sqlite::read_head_file(sqlite::SqliteStore::decision_head_file(state_dir))) {
        heads.push_back(*last);
    }
    for (const std::string& log : logs) {
        std::string text;
        const auto read = read_pieces(log, [&text](std::string_view piece) { text += piece; });
        if (!read) return fail(read.error());
        const auto noted = noted_heads(text);
        if (noted.empty()) return fail(Fault::Missing, log + ": no decision_head line in it");
        heads.insert(heads.end(), noted.begin(), noted.end());
    }
    return heads;
}

int verify(const Command& command, const std::vector<std::string>& logs) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const std::string& state_dir = people.loaded.rules->config.state_dir;
    const auto key = people.state->audit_key();
    if (!key) return report(key.error());
    const auto heads = heads_to_compare(state_dir, logs);
    if (!heads) return report(heads.error());
    const auto done =
        sqlite::verify_decisions(sqlite::SqliteStore::decision_directory(state_dir), *key, *heads);
    if (!done) return report(done.error());
    for (const std::string& fault : done->faults) fmt::print(stderr, "candor: {}\n", fault);
    if (done->fault_count > done->faults.size()) {
        fmt::print(stderr, "candor: and {} more\n", done->fault_count - done->faults.size());
    }
    fmt::print(
        "rows       {}\ndecisions  {}\nerased     {}\nretired    {}\nheads      {} of {}\n",
        done->first == 0 ? std::string{"none"} : fmt::format("{} to {}", done->first, done->last),
        done->decisions, done->erased, done->retired, done->heads_seen, heads->size());
    if (done->head.number > 0) fmt::print("link       {}\n", policy::to_hex(done->head.link));
    fmt::print("chain      {}\n", done->whole() ? "whole" : "broken");
    return done->whole() ? EX_OK : EX_DATAERR;
}

int erase(const Command& command, const std::string& address) {
    const People people = open_people(command);
    if (!people.state) return people.exit_code;
    const auto id = people.identities.id_of(address);
    if (!id) return report(id.error());
    const auto erased =
        people.state->store().erase_decisions(people.controller->number, *id, SystemClock{}.now());
    if (!erased) return report(erased.error());
    fmt::print("{} decision{} erased\n", *erased, *erased == 1 ? "" : "s");
    return EX_OK;
}

void add_show(CLI::App& group, Command& command) {
    const auto options = std::make_shared<ShowOptions>();
    CLI::App* show = group.add_subcommand("show", "decisions and their reasons, oldest first");
    show->add_option("ADDRESS", options->address, "about one person");
    show->add_option("--recipient", options->recipient, "the same by RecipientId");
    show->add_option("--campaign", options->campaign, "its number, as `candor token open` says it");
    show->add_option("--queue-id", options->queue_id, "of one message");
    show->add_option("--since", options->since, "YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ");
    show->add_option("--until", options->until, "likewise");
    show->add_option("--limit", options->limit, "the newest so many")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    show->add_option("--message", options->message,
                     "a message as it arrived: says of each decision whether this body left");
    show->add_flag("--json", options->json, "one object a line");
    show->callback([&command, options] {
        command.run = [&command, options] { return show_decisions(command, *options); };
    });
}

}  // namespace

void add_decision_commands(CLI::App& app, Command& command) {
    CLI::App* group = app.add_subcommand("decisions", "the evidence of what was decided");
    group->require_subcommand(1);
    group->add_option("--controller", command.controller,
                      "whose; the first of the configuration without it");
    add_show(*group, command);

    CLI::App* check = group->add_subcommand(
        "verify", "whether every row is there, in its place and as it was written");
    const auto logs = std::make_shared<std::vector<std::string>>();
    check->add_option("--heads", *logs,
                      "a log with decision_head lines to compare with; `-` is standard input");
    check->callback(
        [&command, logs] { command.run = [&command, logs] { return verify(command, *logs); }; });

    CLI::App* gone = group->add_subcommand(
        "erase", "take everything about one person out of the log; that there was a row stays");
    auto* address = gone->add_option("ADDRESS")->required();
    gone->callback([&command, address] {
        command.run = [&command, address] { return erase(command, address->as<std::string>()); };
    });
}

}  // namespace candor::cli
