// The journal's lines and files. A line: `1 controller id scope seconds source checksum`, or, for
// an opt-out that its page may take back, `2 controller id scope seconds source page checksum`.
#include "sqlite/waiting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include "policy/tokens/checksum.h"

namespace candor::sqlite {
namespace {

// Appending takes one write and one sync of another process.
constexpr std::chrono::milliseconds lock_wait{2000};

tl::unexpected<Error> unavailable(std::string_view doing) {
    return fail(Fault::Unavailable, fmt::format("store: {} the waiting opt-outs: {}", doing,
                                                std::system_category().message(errno)));
}

template <class Number>
bool take_number(std::string_view& rest, Number& number) {
    const char* end = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data(), end, number);
    if (error != std::errc{} || stop == end || *stop != ' ') return false;
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()) + 1);
    return true;
}

Result<std::string> read_all(int file, off_t size) {
    std::string text(static_cast<std::size_t>(size), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got =
            ::pread(file, text.data() + done, text.size() - done, static_cast<off_t>(done));
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

/// The lines that are whole. A torn one was never acknowledged, so nobody relies on it.
std::vector<policy::OptOut> parse(std::string_view text) {
    std::vector<policy::OptOut> opt_outs;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) break;
        if (auto opt_out = from_waiting_line(text.substr(0, end))) opt_outs.push_back(*opt_out);
        text.remove_prefix(end + 1);
    }
    return opt_outs;
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

std::string to_waiting_line(const policy::OptOut& opt_out) {
    std::string body =
        fmt::format("{} {} {} {} {} {} ", opt_out.page == 0 ? 1 : 2, opt_out.controller,
                    opt_out.recipient.hex(), static_cast<int>(opt_out.scope),
                    opt_out.at.time_since_epoch().count(), static_cast<int>(opt_out.source));
    if (opt_out.page != 0) body += fmt::format("{} ", opt_out.page);
    return body + fmt::format("{:016x}\n", policy::checksum(body));
}

std::optional<policy::OptOut> from_waiting_line(std::string_view line) {
    const std::size_t last_blank = line.rfind(' ');
    if (last_blank == std::string_view::npos) return std::nullopt;
    const std::string_view body = line.substr(0, last_blank + 1);
    if (line.substr(last_blank + 1) != fmt::format("{:016x}", policy::checksum(body)))
        return std::nullopt;

    std::string_view rest = body;
    int version = 0, scope = 0, source = 0;
    std::int64_t seconds = 0;
    policy::OptOut opt_out;
    if (!take_number(rest, version) || version < 1 || version > 2 ||
        !take_number(rest, opt_out.controller)) {
        return std::nullopt;
    }
    const auto id = policy::RecipientId::from_hex(rest.substr(0, rest.find(' ')));
    if (!id) return std::nullopt;
    rest.remove_prefix(std::min(rest.size(), id->bytes.size() * 2 + 1));
    if (!take_number(rest, scope) || !take_number(rest, seconds) || !take_number(rest, source) ||
        scope < 1 || scope > 5 || source < 1 || source > 5 ||
        (version == 2 && !take_number(rest, opt_out.page))) {
        return std::nullopt;
    }
    opt_out.recipient = *id;
    opt_out.scope = static_cast<policy::OptOutScope>(scope);
    opt_out.at = policy::Instant{std::chrono::seconds{seconds}};
    opt_out.source = static_cast<policy::OptOutSource>(source);
    return opt_out;
}

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
    std::string lines;
    char last = '\n';
    if (known.st_size > 0 && ::pread(file.get(), &last, 1, known.st_size - 1) == 1 &&
        last != '\n') {
        lines.push_back('\n');
    }
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
    size_ = 0;
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
        open_ = std::move(file);
        size_ = -1;
    }
    auto text = read_all(open_.get(), at_path.st_size);
    if (!text) return fail(text.error());
    known_ = parse(*text);
    size_ = at_path.st_size;
    return {};
}

Result<policy::OptOuts> WaitingOptOuts::find(
    policy::ControllerNumber controller,
    const std::function<bool(const policy::RecipientId&)>& matches) {
    const std::scoped_lock guard(mutex_);
    if (auto fresh = refresh(); !fresh) return fail(fresh.error());
    policy::OptOuts found;
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

Result<std::size_t> WaitingOptOuts::drain(
    const std::function<Result<void>(std::span<const policy::OptOut>)>& store) {
    struct stat known {};
    if (::stat(journal_.c_str(), &known) != 0) {
        if (errno == ENOENT) return 0;
        return unavailable("looking up");
    }
    if (known.st_size == 0) return 0;

    const auto held = lock(lock_file_);
    if (!held) return fail(held.error());
    auto waiting = list();
    if (!waiting) return fail(waiting.error());
    if (auto stored = store(*waiting); !stored) return fail(stored.error());

    // Only now: who looks between the commit and this line finds the opt-out in both places.
    if (::unlink(journal_.c_str()) != 0 && errno != ENOENT) return unavailable("emptying");
    if (auto done = sync_directory(journal_.parent_path()); !done) return fail(done.error());
    return waiting->size();
}

}  // namespace candor::sqlite
