// A log file that can be moved away under a running daemon.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <string>

#include "policy/result.h"

namespace candor::cli {

/// Appends each line with one write, so that daemons that share a file do not mix theirs.
class JournalFile final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    /// A new file gets mode 0640: lines name no address, but are not for everybody either.
    /// Errors: Unavailable.
    [[nodiscard]] static Result<std::shared_ptr<JournalFile>> open(std::string path);
    ~JournalFile() override;
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;

    /// What is at the path now, made if nothing is. Errors: Unavailable; then the file that was
    /// open goes on.
    [[nodiscard]] Result<void> reopen();

  private:
    JournalFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}

    std::string path_;
    int file_;  // guarded by base_sink's mutex_
};

}  // namespace candor::cli
