// The journal as a file: appended to by all, read by all, emptied by the one who writes optouts.db.
#include "sqlite/waiting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace candor::sqlite {
namespace {

// Appending takes one write and one sync of another process.
constexpr std::chrono::milliseconds lock_wait{2000};

tl::unexpected<Error> unavailable(std::string_view doing) {
    return fail(Fault::Unavailable, fmt::format("store: {} the waiting opt-outs: {}", doing,
                                                std::system_category().message(errno)));
}

Result<std::string> read_from(int file, off_t begin, off_t end) {
    std::string text(static_cast<std::size_t>(end - begin), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got =
            ::pread(file, text.data() + done, text.size() - done, begin + static_cast<off_t>(done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unavailable("reading");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    text.resize(done);
    return text;
}

Result<void> write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = ::write(file, text.data(), text.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return unavailable("appending to");
        text.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
}

/// Ends a line that a crash tore, so that the next one begins anew. Nobody was told that it is on
/// record.
constexpr std::string_view torn_mark = " torn";

/// As an operator's editor may have left it.
std::string_view without_blank_end(std::string_view line) {
    const std::size_t last = line.find_last_not_of(" \t\r");
    return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

/// What ends a last line that has no line break; empty where there is no such line.
Result<std::string> end_of_last_line(int file, off_t size) {
    constexpr off_t longer_than_a_line = 512;
    const off_t begin = std::max<off_t>(0, size - longer_than_a_line);
    const auto text = read_from(file, begin, size);
    if (!text) return fail(text.error());
    const std::string_view last = std::string_view(*text).substr(text->rfind('\n') + 1);
    if (last.empty()) return std::string();
    const bool whole = from_waiting_line(without_blank_end(last)).has_value();
    return whole ? "\n" : std::string(torn_mark) + "\n";
}

Result<WriterLock> lock(const std::filesystem::path& lock_file) {
    auto lock = WriterLock::acquire(lock_file, lock_wait);
    if (!lock) return fail(lock.error());
    if (!*lock) return fail(Fault::Unavailable, "store: the waiting opt-outs stay locked");
    return **std::move(lock);
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.valid() || ::fsync(opened.get()) != 0) return unavailable("syncing");
    return {};
}

}  // namespace

Result<void> WaitingOptOuts::append(std::span<const policy::OptOut> opt_outs) {
    if (auto made = make_shared_directory(journal_.parent_path()); !made) return made;
    const auto held = lock(lock_file_);
    if (!held) return fail(held.error());
    const Descriptor file(::open(journal_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0660));
    struct stat known {};
    if (!file.valid() || ::fstat(file.get(), &known) != 0) return unavailable("opening");
    const bool made = known.st_size == 0;
    if (made) static_cast<void>(::fchmod(file.get(), 0660));  // not ours: its owner has done it

    // What a crash tore must not spoil the line that follows it.
    const auto ending = end_of_last_line(file.get(), known.st_size);
    if (!ending) return fail(ending.error());
    std::string lines = *ending;
    for (const policy::OptOut& opt_out : opt_outs) lines += to_waiting_line(opt_out);
    // What went in before a full disk stays: readers know the file by its size, so it never
    // shrinks.
    if (auto done = write_all(file.get(), lines); !done) return done;
    if (::fsync(file.get()) != 0) return unavailable("syncing");
    return made ? sync_directory(journal_.parent_path()) : Result<void>{};
}

void WaitingOptOuts::forget() {
    open_ = Descriptor();
    known_.clear();
    index_.reset();
    unreadable_.clear();
    size_ = read_ = 0;
}

void WaitingOptOuts::take_lines(std::string_view text) {
    const std::size_t before = known_.size();
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const bool ends = end != std::string_view::npos;
        const std::string_view line = without_blank_end(text.substr(0, end));
        const auto opt_out = from_waiting_line(line);
        // Torn, or somebody is writing it. With its checksum it is whole without a line break, too.
        if (!ends && !opt_out) break;
        if (opt_out) {
            known_.push_back(*opt_out);
        } else if (!line.empty() && !line.ends_with(torn_mark)) {
            unreadable_.append(line).push_back('\n');
        }
        const std::size_t taken = ends ? end + 1 : text.size();
        read_ += static_cast<off_t>(taken);
        text.remove_prefix(taken);
    }
    if (known_.empty()) return;
    if (!index_) index_ = std::make_unique<OptOutIndex>();
    index_->add(std::span(known_).subspan(before));
}

Result<void> WaitingOptOuts::refresh() {
    struct stat at_path {
    }, held{};
    if (::stat(journal_.c_str(), &at_path) != 0) {
        if (errno != ENOENT) return unavailable("looking up");
        forget();
        return {};
    }
    const bool same = open_.valid() && ::fstat(open_.get(), &held) == 0 &&
                      held.st_dev == at_path.st_dev && held.st_ino == at_path.st_ino;
    if (same && at_path.st_size == size_) return {};
    if (!same) {
        Descriptor file(::open(journal_.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file.valid() && errno == ENOENT) {  // drained since the line above
            forget();
            return {};
        }
        if (!file.valid() || ::fstat(file.get(), &at_path) != 0) return unavailable("opening");
        forget();
        open_ = std::move(file);
    }
    // It only grows; an editor that saves puts another file in its place, or begins at its start.
    if (at_path.st_size < size_) {
        Descriptor file = std::move(open_);
        forget();
        open_ = std::move(file);
    }
    const auto text = read_from(open_.get(), read_, at_path.st_size);
    if (!text) return fail(text.error());
    take_lines(*text);
    size_ = at_path.st_size;
    return {};
}

Result<policy::OptOuts> WaitingOptOuts::find(
    policy::ControllerNumber controller, std::uint64_t recipient_prefix,
    const std::function<bool(const policy::RecipientId&)>& matches) {
    const std::scoped_lock guard(mutex_);
    if (auto fresh = refresh(); !fresh) return fail(fresh.error());
    policy::OptOuts found;
    if (!index_ || !index_->may_have(controller, recipient_prefix)) return found;
    for (const policy::OptOut& opt_out : known_) {
        if (opt_out.controller != controller || !matches(opt_out.recipient)) continue;
        found.add(opt_out.scope, opt_out.at);
    }
    return found;
}

Result<std::vector<policy::OptOut>> WaitingOptOuts::list() {
    const std::scoped_lock guard(mutex_);
    if (auto fresh = refresh(); !fresh) return fail(fresh.error());
    return known_;
}

bool WaitingOptOuts::was_empty() const {
    const std::scoped_lock guard(mutex_);
    return known_.empty();
}

Result<bool> WaitingOptOuts::any() const {
    struct stat known {};
    if (::stat(journal_.c_str(), &known) == 0) return known.st_size > 0;
    if (errno == ENOENT) return false;
    return unavailable("looking up");
}

/// On disk before the journal goes.
Result<void> WaitingOptOuts::set_aside(std::string_view lines) {
    const Descriptor file(
        ::open(unreadable_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0660));
    if (!file.valid()) return unavailable("setting aside lines of");
    static_cast<void>(::fchmod(file.get(), 0660));  // not ours: its owner has done it
    if (auto done = write_all(file.get(), lines); !done) return done;
    if (::fsync(file.get()) != 0) return unavailable("syncing");
    set_aside_ += static_cast<std::size_t>(std::ranges::count(lines, '\n'));
    return sync_directory(unreadable_file_.parent_path());
}

Result<std::size_t> WaitingOptOuts::drain(
    const std::function<Result<void>(std::span<const policy::OptOut>)>& store) {
    const auto is_any = any();
    if (!is_any) return fail(is_any.error());
    if (!*is_any) return 0;

    const auto held = lock(lock_file_);
    if (!held) return fail(held.error());
    {
        const std::scoped_lock guard(mutex_);
        forget();  // read as a whole: an operator may have changed more than its end
    }
    auto waiting = list();
    if (!waiting) return fail(waiting.error());
    const std::string unreadable = [this] {
        const std::scoped_lock guard(mutex_);
        return unreadable_;
    }();
    if (auto stored = store(*waiting); !stored) return fail(stored.error());
    if (!unreadable.empty()) {
        if (auto kept = set_aside(unreadable); !kept) return fail(kept.error());
    }

    // Only now: who looks between the commit and this line finds the opt-out in both places.
    if (::unlink(journal_.c_str()) != 0 && errno != ENOENT) return unavailable("emptying");
    if (auto done = sync_directory(journal_.parent_path()); !done) return fail(done.error());
    return waiting->size();
}

}  // namespace candor::sqlite
