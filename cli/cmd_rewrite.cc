// candor rewrite, candor explain: the milter's own pipeline on a message from a file.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/command.h"
#include "cli/explained.h"
#include "cli/spdlog_journal.h"
#include "cli/state.h"
#include "milter/pipeline.h"
#include "rewriter/message_text.h"

namespace candor::cli {
namespace {

using milter::Action;
using milter::Outcome;

struct RewriteOptions {
    std::string from, sasl_user, client_address = "127.0.0.1", daemon_name, treatment, file;
    std::vector<std::string> to;
    bool explain = false;
    bool as_json = false;
};

/// One message is decided, rewritten and explained as of one moment.
class OneMoment final : public policy::Clock {
  public:
    explicit OneMoment(policy::Instant moment) : moment_(moment) {}
    [[nodiscard]] policy::Instant now() const override { return moment_; }

  private:
    policy::Instant moment_;
};

/// One message, read and put through the pipeline.
struct Tried {
    milter::Transaction transaction;
    rewriter::FileForm form;  // of the file that the transaction's message came in
    std::shared_ptr<const milter::Rules> rules;
    const policy::Stream* stream = nullptr;  // null: out of scope
    policy::Instant now;
    Outcome outcome;
};

std::string address_or_raw(const std::string& text) {
    auto normal = policy::normalise_address(text);
    return normal ? *std::move(normal) : text;
}

/// A forced treatment wants settings to work with, also for mail that no stream matches.
const policy::Stream* stream_for(const milter::Transaction& transaction, const milter::Rules& rules,
                                 bool forced) {
    const policy::Stream* stream = milter::stream_of(transaction, rules);
    const auto is_marketing = [](const policy::Stream& one) {
        return one.kind == policy::StreamKind::Marketing;
    };
    if (stream && stream->kind != policy::StreamKind::Marketing && !stream->clean) stream = nullptr;
    if (!forced || (stream && is_marketing(*stream))) return stream;
    const auto found = std::ranges::find_if(rules.config.streams, is_marketing);
    return found == rules.config.streams.end() ? stream : &*found;
}

/// What explain looks at when no message is given: one with a campaign and a visible opt-out.
std::string stand_in_message(const std::string& from) {
    return fmt::format(
        "From: <{}>\r\nSubject: example\r\nX-Candor-Campaign: example\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain\r\n\r\nUnsubscribe: candor:unsubscribe\r\n",
        from);
}

Result<rewriter::MessageFile> message_of(const RewriteOptions& options, bool may_be_absent) {
    rewriter::GrowingText text;
    const auto keep = [&text](std::string_view piece) { text.append(piece); };
    if (options.file.empty() && may_be_absent) {
        keep(stand_in_message(options.from));
    } else if (auto read = read_pieces(options.file.empty() ? "-" : options.file, keep); !read) {
        return fail(read.error());
    }
    return rewriter::MessageFile::read(std::move(text));
}

Result<Tried> try_message(const RewriteOptions& options, const milter::Rules& rules_in,
                          State& state, std::shared_ptr<const milter::Rules> rules,
                          bool may_be_absent) {
    Tried tried;
    tried.rules = std::move(rules);
    tried.now = SystemClock{}.now();
    auto message = message_of(options, may_be_absent);
    if (!message) return fail(message.error());
    tried.transaction.headers = std::move(message->headers);
    tried.transaction.text = std::move(message->text);
    tried.form = std::move(message->form);

    milter::Envelope& envelope = tried.transaction.envelope;
    envelope.queue_id = "-";
    envelope.sender = options.from == "<>" ? "" : address_or_raw(options.from);
    envelope.sasl_user = options.sasl_user;
    envelope.client_address = options.client_address;
    envelope.daemon_name = options.daemon_name;
    for (const std::string& to : options.to)
        envelope.recipients.push_back({to, address_or_raw(to)});

    milter::Forced forced{.treatment = {}, .assume_duties = true, .keep_facts = true};
    if (!options.treatment.empty()) {
        forced.treatment = policy::treatment_from(options.treatment);
        if (!forced.treatment)
            return fail(Fault::Malformed, "no such treatment: " + options.treatment);
    }
    tried.stream = stream_for(tried.transaction, rules_in, forced.treatment.has_value());
    if (!tried.stream) return tried;

    auto recipient_key = state.recipient_key();
    if (!recipient_key) return fail(recipient_key.error());
    auto journal = open_journal({.level = "error"}, "rewrite");
    if (!journal) return fail(journal.error());
    const OneMoment clock{tried.now};
    const milter::Ports ports{state.store(), state.keys(), clock, **journal, *recipient_key};
    tried.outcome = milter::treat(tried.transaction, *tried.stream, {ports, tried.rules}, forced);
    return tried;
}

/// Half a message must not look like a whole one to the pipe behind us.
int write_message(const Tried& tried) {
    const auto print = [](std::string_view piece) {
        return std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
    };
    const auto& [envelope, headers, text] = tried.transaction;
    const bool untouched = !tried.stream || tried.outcome.edits.empty();
    const bool written = untouched
                             ? tried.form.write(text, print)
                             : tried.form.write_edited(headers, text, tried.outcome.edits, print);
    if (written && std::fflush(stdout) == 0) return EX_OK;
    fmt::print(stderr, "candor: the message cannot be written: {}\n",
               std::generic_category().message(errno));
    return EX_IOERR;
}

int answer(const Tried& tried) {
    const Outcome& outcome = tried.outcome;
    switch (outcome.action) {
        case Action::Discard: return EX_OK;  // suppressed: no message
        case Action::TempFail: return report(Error{Fault::Unavailable, outcome.text});
        case Action::Reject:
            fmt::print(stderr, "candor: the MTA would answer 550 5.7.1 {}\n", outcome.text);
            return EX_DATAERR;
        case Action::Hold:
            fmt::print(stderr, "candor: the MTA would put this message on hold: {}\n",
                       outcome.text);
            return EX_DATAERR;
        case Action::Deliver: break;
    }
    return write_message(tried);
}

/// The options as they were typed; the value is not repeated, as it may be a person's address.
int wrong_usage(std::string_view what) {
    fmt::print(stderr, "candor: {}\n", what);
    return EX_USAGE;
}

bool is_ip_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

/// EX_OK, or the exit code after one line about the first option that cannot be meant.
int check_envelope(const RewriteOptions& options) {
    const bool null_sender = options.from.empty() || options.from == "<>";
    if (!null_sender && !policy::normalise_address(options.from)) {
        return wrong_usage("--from is not an e-mail address");
    }
    for (const std::string& to : options.to) {
        if (!policy::normalise_address(to)) return wrong_usage("--to is not an e-mail address");
    }
    if (!is_ip_address(options.client_address)) {
        return wrong_usage("--client-address is not an IP address");
    }
    return EX_OK;
}

int run(const Command& command, const RewriteOptions& options, bool explain_only) {
    if (const int wrong = check_envelope(options); wrong != EX_OK) return wrong;
    const Loaded loaded = load_for(command);
    if (!loaded.rules) return loaded.exit_code;
    const auto state = State::open(*loaded.rules, StateRole::Command);
    if (!state) return report(state.error());
    const auto tried = try_message(options, *loaded.rules, **state, loaded.rules, explain_only);
    if (!tried) return report(tried.error());

    const Explained explained{tried->stream != nullptr ? &tried->outcome : nullptr,
                              loaded.rules->policy, tried->now,
                              !explain_only || !options.file.empty()};
    if (explain_only) {
        fmt::print("{}", options.as_json ? as_json(explained) + "\n" : in_words(explained));
        return EX_OK;
    }
    if (options.explain) fmt::print(stderr, "{}\n", as_json(explained));
    return answer(*tried);
}

void add_message_options(CLI::App& sub, RewriteOptions& options, const char* without_file) {
    sub.add_option("--from", options.from, "envelope sender")->required();
    sub.add_option("--to", options.to, "envelope recipient; several are one transaction")
        ->required()
        ->allow_extra_args(false);  // one word each: what follows may be FILE
    sub.add_option("--sasl-user", options.sasl_user, "as if this user had logged in");
    sub.add_option("--client-address", options.client_address, "as if it came from there")
        ->capture_default_str();
    sub.add_option("--daemon-name", options.daemon_name, "as if it came through this daemon");
    sub.add_option("FILE", options.file,
                   fmt::format("the message, - for standard input; {}", without_file));
}

}  // namespace

void add_rewrite_commands(CLI::App& app, Command& command) {
    auto options = std::make_shared<RewriteOptions>();
    CLI::App* rewrite = app.add_subcommand(
        "rewrite",
        "treat one message offline, exactly as the milter would: message in, message out");
    add_message_options(*rewrite, *options, "without it standard input, too");
    rewrite->add_flag("--explain", options->explain,
                      "print the decision as JSON on standard error");
    rewrite->add_option("--treatment", options->treatment, "force a treatment, for trying")
        ->check(CLI::IsMember({"individual", "aggregate", "untracked", "plaintext", "suppressed"}));
    rewrite->callback([&command, options] {
        command.run = [&command, options] { return run(command, *options, false); };
    });

    auto why = std::make_shared<RewriteOptions>();
    CLI::App* explain =
        app.add_subcommand("explain", "which rule fires for a recipient, and why, in words");
    add_message_options(*explain, *why,
                        "without it one is assumed that has a campaign and a visible opt-out");
    explain->add_flag("--json", why->as_json, "for a machine");
    explain->callback(
        [&command, why] { command.run = [&command, why] { return run(command, *why, true); }; });
}

}  // namespace candor::cli
