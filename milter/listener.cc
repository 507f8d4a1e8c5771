// Plain sockets: libmilter never sets TCP_NODELAY and makes unix sockets with the process's umask.
#include "milter/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

namespace candor::milter {
namespace {

constexpr int backlog = 512;

std::string system_text() {
    return std::strerror(errno);
}  // NOLINT(concurrency-mt-unsafe)

Result<sockaddr_un> unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return fail(Fault::Malformed,
                    "the path of the milter socket is empty or too long: " + path);
    }
    path.copy(address.sun_path, path.size());
    return address;
}

bool somebody_answers(const sockaddr_un& address) {
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    const bool alive =
        connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    return alive;
}

Result<int> listen_unix(const std::string& path) {
    auto address = unix_address(path);
    if (!address) return fail(address.error());
    if (somebody_answers(*address)) {
        return fail(Fault::Unavailable, "another milter already listens on unix:" + path);
    }
    unlink(path.c_str());
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        // Postfix writes to it as another user of the folder's group; the folder guards it.
        chmod(path.c_str(), 0660) != 0 || listen(fd, backlog) != 0) {
        auto error =
            fail(Fault::Unavailable, "cannot listen on unix:" + path + ": " + system_text());
        if (fd >= 0) close(fd);
        return error;
    }
    return fd;
}

Result<int> listen_inet(std::string_view host_port) {
    const auto colon = host_port.rfind(':');
    if (colon == std::string_view::npos) {
        return fail(Fault::Malformed, "a milter socket is inet:HOST:PORT, unix:PATH or fd:N");
    }
    std::string host{host_port.substr(0, colon)};
    const std::string port{host_port.substr(colon + 1)};
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0 || !found) {
        return fail(Fault::Malformed,
                    "no such address for the milter socket: " + std::string{host_port});
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
    const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int one = 1;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, backlog) != 0) {
        auto error = fail(Fault::Unavailable,
                          "cannot listen on inet:" + std::string{host_port} + ": " + system_text());
        if (fd >= 0) close(fd);
        return error;
    }
    return fd;
}

std::string bound_name(int fd, std::string_view host_port) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    std::array<char, NI_MAXSERV> port{};
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, nullptr, 0, port.data(),
                    port.size(), NI_NUMERICSERV) != 0) {
        return "inet:" + std::string{host_port};
    }
    return "inet:" + std::string{host_port.substr(0, host_port.rfind(':'))} + ":" + port.data();
}

}  // namespace

Result<Listener> Listener::open(std::string_view spec) {
    Listener listener;
    listener.name_ = spec;
    Result<int> fd;
    if (spec.starts_with("unix:")) {
        listener.path_ = spec.substr(5);
        fd = listen_unix(listener.path_);
        if (!fd) listener.path_.clear();  // not ours to remove
    } else if (spec.starts_with("inet:")) {
        fd = listen_inet(spec.substr(5));
        if (fd) listener.name_ = bound_name(*fd, spec.substr(5));
    } else if (spec.starts_with("fd:")) {
        int number = -1;
        const auto text = spec.substr(3);
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        if (parsed.ec != std::errc{} || number < 0) {
            return fail(Fault::Malformed, "not a file descriptor: " + std::string{spec});
        }
        fd = number;
    } else {
        return fail(Fault::Malformed, "a milter socket is inet:HOST:PORT, unix:PATH or fd:N, not " +
                                          std::string{spec});
    }
    if (!fd) return fail(fd.error());
    listener.fd_ = *fd;
    return listener;
}

std::string Listener::hand_over() const {
    return "fd:" + std::to_string(fcntl(fd_, F_DUPFD_CLOEXEC, 0));
}

void Listener::poke() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
    const int probe = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return;
    // The answer does not matter, nor does a refusal.
    static_cast<void>(connect(probe, reinterpret_cast<const sockaddr*>(&address), size));
    close(probe);
}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      path_(std::exchange(other.path_, {})) {}

Listener& Listener::operator=(Listener&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(name_, other.name_);
    std::swap(path_, other.path_);
    return *this;
}

Listener::~Listener() {
    if (!path_.empty()) unlink(path_.c_str());
    if (fd_ >= 0) close(fd_);
}

}  // namespace candor::milter
