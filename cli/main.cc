// arguments -> command -> exit code (sysexits.h).
#include <poll.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>

#include "cli/command.h"
#include "milter/server.h"
#include "rewriter/message.h"

namespace {

int unknown_word(const std::string& word) {
    // An address in the wrong place is not repeated.
    const std::string text = word.find('@') == std::string::npos
                                 ? "unknown word `" + word + "`"
                                 : "an address where none is expected";
    static_cast<void>(std::fprintf(stderr, "candor: %s; see candor --help\n", text.c_str()));
    return EX_USAGE;
}

int run(int argc, char** argv) {
    candor::cli::Command command;
    CLI::App app{
        "Candor decides for every recipient of outbound mail what may be measured, and makes the "
        "mail obey."};
    app.name("candor");
    app.set_version_flag("--version", "candor " CANDOR_VERSION);
    app.add_option("--config", command.config_file, "configuration file")->capture_default_str();
    app.add_option("--state", command.state_dir,
                   "directory for keys and store, instead of the configured one");
    app.require_subcommand(1);
    app.fallthrough();
    app.get_formatter()->column_width(36);
    app.footer(
        "Manual: candor(8), candor.toml(5). Try a message of your own:\n"
        "  candor rewrite --config examples/candor.toml --state DIR --from news@acme.example --to "
        "you@your.example FILE");

    candor::cli::add_daemon_commands(app, command);
    candor::cli::add_rewrite_commands(app, command);
    candor::cli::add_check_command(app, command);
    candor::cli::add_policy_commands(app, command);
    candor::cli::add_evidence_commands(app, command);
    candor::cli::add_contact_commands(app, command);
    candor::cli::add_consent_commands(app, command);
    candor::cli::add_opt_out_commands(app, command);
    candor::cli::add_request_commands(app, command);
    candor::cli::add_decision_commands(app, command);
    candor::cli::add_dsar_commands(app, command);
    candor::cli::add_token_commands(app, command);
    candor::cli::add_key_commands(app, command);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // "A subcommand is required" does not say which word was not one.
        const auto unknown = app.remaining(true);
        if (error.get_exit_code() != 0 && !unknown.empty()) return unknown_word(unknown.front());
        const int code = app.exit(error);
        return code == 0 ? EX_OK : EX_USAGE;
    }
    return command.run ? command.run() : EX_USAGE;
}

/// Whoever read standard output has had enough (`| head`): nobody is left to complain to.
bool reader_left() {
    pollfd output{STDOUT_FILENO, 0, 0};
    return ::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

/// What was said on standard output has arrived, or the exit code says that it has not.
int after_output(int code) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    if (code != EX_OK) return code;
    if (!reader_left()) {
        static_cast<void>(std::fputs("candor: standard output cannot be written\n", stderr));
    }
    return EX_IOERR;
}

}  // namespace

int main(int argc, char** argv) {
    // Before any thread is started: the two signals are answered by one thread of the daemons.
    candor::milter::block_control_signals();
    candor::rewriter::init_mime();
    try {
        return after_output(run(argc, argv));
    } catch (const std::exception& exception) {
        // What printed into a closed pipe threw; that is no fault of ours.
        if (std::ferror(stdout) != 0) return after_output(EX_OK);
        static_cast<void>(std::fprintf(stderr, "candor: internal error: %s\n", exception.what()));
        return EX_SOFTWARE;
    }
}
