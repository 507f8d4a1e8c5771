#include "cli/journal_file.h"

#include <fcntl.h>
#include <spdlog/common.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace candor::cli {
namespace {

Result<int> open_to_append(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (file >= 0) return file;
    return fail(Fault::Unavailable,
                "cannot log to " + path + ": " + std::generic_category().message(errno));
}

}  // namespace

Result<std::shared_ptr<JournalFile>> JournalFile::open(std::string path) {
    const auto file = open_to_append(path);
    if (!file) return fail(file.error());
    return std::shared_ptr<JournalFile>(new JournalFile(std::move(path), *file));
}

JournalFile::~JournalFile() {
    ::close(file_);
}

Result<void> JournalFile::reopen() {
    const auto file = open_to_append(path_);
    if (!file) return fail(file.error());
    const std::scoped_lock lock(mutex_);
    ::close(std::exchange(file_, *file));
    return {};
}

void JournalFile::sink_it_(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    std::string_view rest(text.data(), text.size());
    while (!rest.empty()) {
        const ssize_t done = ::write(file_, rest.data(), rest.size());
        if (done < 0 && errno == EINTR) continue;
        // The logger says so on standard error, at most once a second.
        if (done <= 0) spdlog::throw_spdlog_ex("cannot write to " + path_, errno);
        rest.remove_prefix(static_cast<std::size_t>(done));
    }
}

}  // namespace candor::cli
