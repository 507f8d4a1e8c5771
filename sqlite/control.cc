// Unix sockets with absolute deadlines: a peer that says nothing is dropped and holds nobody up for
// longer.
#include "sqlite/control.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "sqlite/messages.h"

namespace candor::sqlite {
namespace {

using Deadline = std::chrono::steady_clock::time_point;
constexpr std::chrono::milliseconds peer_time{10000};  // for one request, first byte to last

tl::unexpected<Error> unavailable(std::string_view doing) {
    return fail(Fault::Unavailable, fmt::format("store: {} the control socket: {}", doing,
                                                std::system_category().message(errno)));
}

/// Whether `file` is ready before `deadline` and before `stop` (if valid) is.
bool wait_for(int file, short events, const Descriptor& stop, Deadline deadline) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        std::array<pollfd, 2> watched{{{file, events, 0}, {stop.get(), POLLIN, 0}}};
        const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0 || watched[1].revents != 0) return false;
        return true;
    }
}

bool send_all(int file, std::string_view text, const Descriptor& stop, Deadline deadline) {
    while (!text.empty()) {
        if (!wait_for(file, POLLOUT, stop, deadline)) return false;
        const ssize_t sent = ::send(file, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// The next line, without its break. `buffer` keeps what came behind it.
std::optional<std::string> receive_line(int file, std::string& buffer, const Descriptor& stop,
                                        Deadline deadline) {
    std::size_t searched = 0;
    for (;;) {
        const std::size_t end = buffer.find('\n', searched);
        if (end != std::string::npos) {
            // Mostly all there is: then a request of many rows is not copied.
            std::string behind = buffer.substr(end + 1);
            buffer.resize(end);
            return std::exchange(buffer, std::move(behind));
        }
        searched = buffer.size();
        if (buffer.size() > max_request_bytes) return std::nullopt;
        if (!wait_for(file, POLLIN, stop, deadline)) return std::nullopt;
        std::array<char, 65536> piece{};
        const ssize_t got = ::recv(file, piece.data(), piece.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) return std::nullopt;
        buffer.append(piece.data(), static_cast<std::size_t>(got));
    }
}

/// An address holds 107 bytes of path. A longer one is reached through its open directory.
struct Address {
    Descriptor directory;
    sockaddr_un name{};
};
Result<Address> address_of(const std::filesystem::path& socket) {
    Address address;
    address.name.sun_family = AF_UNIX;
    std::string path = socket.string();
    if (path.size() >= sizeof(address.name.sun_path)) {
        address.directory =
            Descriptor(::open(socket.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!address.directory.valid()) return unavailable("reaching");
        path =
            fmt::format("/proc/self/fd/{}/{}", address.directory.get(), socket.filename().string());
    }
    if (path.size() >= sizeof(address.name.sun_path)) {
        return fail(Fault::Unavailable, "store: the name of the control socket is too long");
    }
    std::memcpy(address.name.sun_path, path.c_str(), path.size() + 1);
    return address;
}

const sockaddr* generic(const Address& address) {
    return reinterpret_cast<const sockaddr*>(&address.name);
}

}  // namespace

Result<std::string> ask(const std::filesystem::path& socket, const std::string& request,
                        std::chrono::milliseconds wait) {
    if (request.size() > max_request_bytes) {
        return fail(Fault::OverLimit, "store: too many rows at once for the control socket");
    }
    const Deadline deadline = std::chrono::steady_clock::now() + wait;
    const Descriptor file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!file.valid()) return unavailable("opening");
    std::error_code error;
    if (!std::filesystem::exists(socket, error)) {
        return fail(Fault::Missing, "store: nobody listens on the control socket");
    }
    const auto address = address_of(socket);
    if (!address) return fail(address.error());
    if (::connect(file.get(), generic(*address), sizeof(address->name)) != 0) {
        if (errno == ECONNREFUSED || errno == ENOENT) {
            return fail(Fault::Missing, "store: nobody listens on the control socket");
        }
        return unavailable("connecting to");
    }
    const Descriptor never;
    std::string buffer;
    if (send_all(file.get(), request, never, deadline) &&
        send_all(file.get(), "\n", never, deadline)) {
        if (auto line = receive_line(file.get(), buffer, never, deadline)) return *std::move(line);
    }
    return fail(Fault::Unavailable, "store: no answer on the control socket");
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(policy::Store& store,
                                                            const std::filesystem::path& socket) {
    if (auto made = make_shared_directory(socket.parent_path()); !made) return fail(made.error());
    const auto address = address_of(socket);
    if (!address) return fail(address.error());
    Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    Descriptor stop(::eventfd(0, EFD_CLOEXEC));
    if (!listener.valid() || !stop.valid()) return unavailable("opening");
    std::error_code ignored;  // what is not there is as good as removed; bind() says what remains
    std::filesystem::remove(socket, ignored);
    if (::bind(listener.get(), generic(*address), sizeof(address->name)) != 0 ||
        ::chmod(socket.c_str(), 0660) != 0 || ::listen(listener.get(), 16) != 0) {
        return unavailable("listening on");
    }
    return std::unique_ptr<ControlServer>(
        new ControlServer(store, socket, std::move(listener), std::move(stop)));
}

ControlServer::ControlServer(policy::Store& store, std::filesystem::path socket,
                             Descriptor listener, Descriptor stop)
    : store_(store),
      socket_(std::move(socket)),
      listener_(std::move(listener)),
      stop_(std::move(stop)),
      thread_([this] { serve(); }) {}

ControlServer::~ControlServer() {
    const std::uint64_t one = 1;
    // It cannot fail: the counter of an eventfd has room for more than one.
    static_cast<void>(::write(stop_.get(), &one, sizeof one) == sizeof one);
    thread_.join();
    std::error_code ignored;
    std::filesystem::remove(socket_, ignored);
}

void ControlServer::serve() {
    for (;;) {
        std::array<pollfd, 2> watched{{{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[1].revents != 0) return;
        const Descriptor peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (peer.valid()) serve_peer(peer);
    }
}

void ControlServer::serve_peer(const Descriptor& peer) {
    std::string buffer;
    for (;;) {
        const Deadline deadline = std::chrono::steady_clock::now() + peer_time;
        const auto request = receive_line(peer.get(), buffer, stop_, deadline);
        if (!request) return;
        // The work takes as long as it takes; the peer then has its own time to listen.
        const std::string reply = answer(store_, *request) + "\n";
        if (!send_all(peer.get(), reply, stop_, std::chrono::steady_clock::now() + peer_time)) {
            return;
        }
    }
}

}  // namespace candor::sqlite
