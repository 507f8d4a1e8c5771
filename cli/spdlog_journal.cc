// The form of a line: `queue-id event key=value ...`, documented in docs/operations.md. Foreign
// text is escaped, so a header cannot forge a line.
#include "cli/spdlog_journal.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>
#include <syslog.h>

#include <algorithm>
#include <string>
#include <utility>

#include "cli/journal_file.h"

namespace candor::cli {
namespace {

constexpr std::size_t longest_value = 300;
constexpr std::size_t most_recipients_in_a_line = 20;

std::string ids_of(std::span<const policy::RecipientId> recipients) {
    std::string text;
    for (const auto& id :
         recipients.first(std::min(recipients.size(), most_recipients_in_a_line))) {
        if (!text.empty()) text += ',';
        text += id.hex();
    }
    if (recipients.size() > most_recipients_in_a_line) {
        text += fmt::format(",+{}", recipients.size() - most_recipients_in_a_line);
    }
    return text;
}

/// " key=value", or nothing for an empty value.
std::string given(std::string_view key, std::string_view value) {
    return value.empty() ? "" : fmt::format(" {}={}", key, journal_value(value));
}

class SpdlogJournal final : public DaemonJournal {
  public:
    /// `file` is null where the log is none.
    SpdlogJournal(std::shared_ptr<spdlog::logger> logger, std::shared_ptr<JournalFile> file,
                  std::string_view daemon)
        : log_(std::move(logger)), file_(std::move(file)), daemon_(daemon) {}

    void message_treated(const Treated& line) override {
        // Mail that the store could not be asked about: no message is to blame.
        const auto level = line.would == "tempfail" ? spdlog::level::warn : spdlog::level::info;
        log_->log(
            level,
            "{} {} stream={} treatment={} jurisdiction={} rule={} recipients={} links={} pixels={} "
            "foreign={} ms={}{}{}{}{}{}{}",
            journal_value(line.queue_id), line.observed_only ? "observed" : "treated",
            journal_value(line.stream), line.treatment, line.jurisdiction, journal_value(line.rule),
            ids_of(line.recipients), line.links, line.pixels, line.foreign, line.took.count(),
            line.enclosed == 0 ? "" : fmt::format(" enclosed={}", line.enclosed),
            given("why", line.why), given("notes", line.notes), given("would", line.would),
            given("because", line.because), given("text", line.text));
    }
    void recipient_suppressed(std::string_view queue_id, std::string_view stream,
                              const policy::RecipientId& recipient, std::string_view how) override {
        log_->info("{} suppressed stream={} recipient={} how={}", journal_value(queue_id),
                   journal_value(stream), recipient.hex(), how);
    }
    void message_refused(std::string_view queue_id, std::string_view stream,
                         std::string_view action, std::string_view word,
                         std::string_view text) override {
        log_->warn("{} refused stream={} action={} why={} text={}", journal_value(queue_id),
                   journal_value(stream), action, journal_value(word), journal_value(text));
    }
    void passed_untreated(std::string_view queue_id, std::string_view stream,
                          std::string_view word) override {
        log_->warn("{} passed_untreated stream={} why={}", journal_value(queue_id),
                   journal_value(stream), journal_value(word));
    }
    void totals(const Totals& line) override {
        log_->info(
            "- totals messages={} out_of_scope={} individual={} aggregate={} untracked={} "
            "plaintext={} "
            "suppressed={} unchanged={} observed={} refused={} failed={} foreign={}",
            line.messages, line.out_of_scope, line.individual, line.aggregate, line.untracked,
            line.plaintext, line.suppressed, line.unchanged, line.observed, line.refused,
            line.failed, line.foreign);
    }
    void opt_out_recorded(const policy::RecipientId& recipient, std::string_view scope,
                          std::string_view source) override {
        log_->info("- opt_out recipient={} scope={} source={}", recipient.hex(), scope, source);
    }
    void opt_outs_imported(std::size_t count) override {
        log_->info("- opt_outs source=import count={}", count);
    }
    void opt_out_removed(const policy::RecipientId& recipient, std::string_view scope,
                         std::string_view source) override {
        log_->info("- opt_out_removed recipient={} scope={} source={}", recipient.hex(), scope,
                   source);
    }
    void opt_out_undone(const policy::RecipientId& recipient, std::string_view scope) override {
        log_->info("- opt_out_undone recipient={} scope={}", recipient.hex(), scope);
    }
    void data_requested(const policy::RecipientId& recipient, std::string_view kind) override {
        log_->warn("- data_request recipient={} kind={}", recipient.hex(), kind);
    }
    void scanner_systems_skipped(std::size_t rows) override {
        log_->info("- scanner_systems_skipped rows={}", rows);
    }
    void clicks_written(std::size_t events, std::chrono::milliseconds took) override {
        log_->debug("- events_written count={} ms={}", events, took.count());
    }
    void decision_head(std::uint64_t number, std::string_view link) override {
        log_->info("- decision_head number={} link={}", number, link);
    }
    void started(std::string_view daemon, std::string_view listening_on) override {
        log_->info("- started daemon={} version={} socket={}", daemon, CANDOR_VERSION,
                   journal_value(listening_on));
        log_->flush();
    }
    void stopping(std::string_view daemon, std::string_view why) override {
        log_->info("- stopping daemon={} why={}", daemon, journal_value(why));
        log_->flush();
    }
    void reloaded(std::string_view config_file, std::string_view policy_digest) override {
        log_->info("- reloaded daemon={} config={} policy={}", daemon_, journal_value(config_file),
                   policy_digest);
    }
    void reload_refused(std::string_view first_fault, std::size_t faults) override {
        log_->error("- reload_refused daemon={} faults={} first={}", daemon_, faults,
                    journal_value(first_fault));
    }
    void reload_needs_restart(std::string_view settings) override {
        log_->warn("- reload_needs_restart daemon={} text={}", daemon_, journal_value(settings));
    }
    void reopen() override {
        if (!file_) return;
        if (auto done = file_->reopen(); !done) {
            log_->warn("- log_not_reopened daemon={} text={}", daemon_,
                       journal_value(done.error().message));
        }
    }
    void warning(std::string_view event, std::string_view message) override {
        log_->warn("- {} text={}", event, journal_value(message));
    }
    void error(std::string_view event, std::string_view message) override {
        log_->error("- {} text={}", event, journal_value(message));
    }

  private:
    std::shared_ptr<spdlog::logger> log_;
    std::shared_ptr<JournalFile> file_;
    std::string daemon_;
};

}  // namespace

std::string journal_value(std::string_view text) {
    if (text.empty()) return "-";
    const bool quoted = text.find(' ') != std::string_view::npos;
    std::string out;
    for (const char c : text.substr(0, longest_value)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return quoted ? '"' + out + '"' : out;
}

Result<std::unique_ptr<DaemonJournal>> open_journal(const policy::LogSettings& settings,
                                                    std::string_view daemon) {
    std::shared_ptr<JournalFile> file;
    spdlog::sink_ptr sink;
    if (settings.to == "syslog") {
        sink = std::make_shared<spdlog::sinks::syslog_sink_mt>("candor", LOG_PID, LOG_MAIL, false);
    } else if (settings.to == "stderr") {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
        auto opened = JournalFile::open(settings.to);
        if (!opened) return fail(opened.error());
        sink = file = *std::move(opened);
    }
    auto logger = std::make_shared<spdlog::logger>("candor", std::move(sink));
    // syslog has time and severity of its own.
    logger->set_pattern(settings.to == "syslog" ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger->set_level(
        spdlog::level::from_str(settings.level == "warn" ? "warning" : settings.level));
    logger->flush_on(spdlog::level::info);
    return std::make_unique<SpdlogJournal>(std::move(logger), std::move(file), daemon);
}

}  // namespace candor::cli
