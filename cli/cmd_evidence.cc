// candor lia new | dpa new | privacy-notice new | overlay-switch new
#include <fcntl.h>
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "cli/command.h"
#include "cli/wiring.h"
#include "policy/law/evidence.h"

namespace candor::cli {
namespace {

int cannot_write(const std::string& file, int why) {
    fmt::print(stderr, "candor: {}: {}\n", file, std::generic_category().message(why));
    return EX_CANTCREAT;
}

/// Never over a file that is there: it may be somebody's evidence.
int write_new(const std::string& file, std::string_view text) {
    constexpr mode_t readable_by_group = 0640;
    const int opened =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readable_by_group);
    if (opened < 0) return cannot_write(file, errno);
    const ssize_t written = ::write(opened, text.data(), text.size());
    const int why = errno;
    const bool whole = written == static_cast<ssize_t>(text.size());
    if (::close(opened) != 0 || !whole) return cannot_write(file, written < 0 ? why : ENOSPC);
    fmt::print("{}: fill it in, then `candor check`\n", file);
    return EX_OK;
}

int print_template(std::string_view kind, const std::string& file) {
    const std::string_view text = policy::evidence_template(kind);
    if (!file.empty()) return write_new(file, text);
    fmt::print("{}", text);
    return EX_OK;
}

}  // namespace

void add_evidence_commands(CLI::App& app, Command& command) {
    struct Kind {
        const char* name;
        const char* help;
    };
    for (const Kind& kind :
         {Kind{"lia", "legitimate interest assessments"},
          Kind{"dpa", "agreements with processors and service providers"},
          Kind{"privacy-notice", "attestations that the privacy notice explains the tracking"},
          Kind{"overlay-switch", "records of who turned an overlay on"}}) {
        CLI::App* group = app.add_subcommand(kind.name, kind.help);
        group->require_subcommand(1);
        CLI::App* make = group->add_subcommand("new", "a file to fill in, with comments");
        auto* file = make->add_option("FILE", "where to; standard output without it");
        make->callback([&command, file, kind] {
            command.run = [file, kind] {
                return print_template(kind.name,
                                      file->count() > 0 ? file->as<std::string>() : std::string{});
            };
        });
    }
}

}  // namespace candor::cli
