// Binding, copying, naming; see listener.h.
#include "tracker/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <charconv>
#include <optional>

namespace candor::tracker {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Local = asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::string_view unix_scheme = "unix:";
constexpr mode_t socket_file_mode = 0660;  // the proxy is of our group, nobody else connects

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};

std::optional<HostPort> host_port_of(std::string_view listen) {
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = listen.substr(0, colon);
    const std::string_view digits = listen.substr(colon + 1);
    HostPort found;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), found.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) {
        return std::nullopt;
    }
    found.host = host;
    return found;
}

Result<tcp::endpoint> endpoint_of(std::string_view listen) {
    const auto wanted = host_port_of(listen);
    if (!wanted) {
        return fail(Fault::Malformed,
                    fmt::format("cannot listen on \"{}\": not HOST:PORT", listen));
    }
    ErrorCode error;
    const auto address = asio::ip::make_address(wanted->host, error);
    if (!error) return tcp::endpoint(address, wanted->port);
    asio::io_context io;
    tcp::resolver resolver(io);
    const auto found = resolver.resolve(wanted->host, std::to_string(wanted->port), error);
    if (error || found.empty()) {
        return fail(Fault::Unavailable, fmt::format("cannot listen: no address for \"{}\": {}",
                                                    wanted->host, error.message()));
    }
    return found.begin()->endpoint();
}

auto cannot_listen(std::string_view listen, const ErrorCode& error) {
    return fail(Fault::Unavailable,
                fmt::format("cannot listen on \"{}\": {}", listen, error.message()));
}

/// `alone` fails where another socket has the port already, which SO_REUSEPORT would not notice.
ErrorCode bind(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool alone) {
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && !alone) acceptor.set_option(ReusePort(true), error);
    if (!error) acceptor.bind(endpoint, error);
    return error;
}

Result<std::vector<int>> listen_tcp(std::string_view listen, int workers) {
    const auto wanted = endpoint_of(listen);
    if (!wanted) return fail(wanted.error());
    asio::io_context io;
    tcp::endpoint endpoint = *wanted;
    {
        // First alone, to notice a second tracker; then each worker's own.
        tcp::acceptor first(io);
        if (const ErrorCode error = bind(first, endpoint, true))
            return cannot_listen(listen, error);
        endpoint = first.local_endpoint();
    }
    std::vector<tcp::acceptor> acceptors;
    for (int i = 0; i < workers; ++i) {
        tcp::acceptor& acceptor = acceptors.emplace_back(io);
        ErrorCode error = bind(acceptor, endpoint, false);
        if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error) return cannot_listen(listen, error);
    }
    std::vector<int> descriptors;
    descriptors.reserve(acceptors.size());
    for (tcp::acceptor& acceptor : acceptors) descriptors.push_back(acceptor.release());
    return descriptors;
}

Result<int> listen_unix(std::string_view listen, const std::string& path) {
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
        return fail(Fault::Malformed,
                    fmt::format("cannot listen on \"{}\": no path of a socket", listen));
    }
    asio::io_context io;
    ErrorCode error;
    const Local::endpoint endpoint(path);
    Local::socket probe(io);
    probe.connect(endpoint, error);
    if (!error) return cannot_listen(listen, asio::error::address_in_use);
    struct stat file {};
    // Any other file is somebody's: bind() then says that the name is taken.
    if (::lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode)) ::unlink(path.c_str());
    Local::acceptor acceptor(io);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error && ::chmod(path.c_str(), socket_file_mode) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return cannot_listen(listen, error);
    return acceptor.release();
}

int socket_option(int descriptor, int option) {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

/// The family of a listening stream socket; nothing where `descriptor` is something else.
std::optional<int> family_of(int descriptor) {
    if (socket_option(descriptor, SO_TYPE) != SOCK_STREAM) return std::nullopt;
    if (socket_option(descriptor, SO_ACCEPTCONN) != 1) return std::nullopt;
    const int family = socket_option(descriptor, SO_DOMAIN);
    if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) return std::nullopt;
    return family;
}

asio::generic::stream_protocol::endpoint bound_to(int descriptor) {
    asio::generic::stream_protocol::endpoint endpoint;
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(descriptor, endpoint.data(), &size) == 0) endpoint.resize(size);
    return endpoint;
}

template <class Endpoint>
Endpoint specific(const asio::generic::stream_protocol::endpoint& generic) {
    Endpoint endpoint;
    endpoint.resize(generic.size());
    std::copy_n(reinterpret_cast<const char*>(generic.data()), generic.size(),
                reinterpret_cast<char*>(endpoint.data()));
    return endpoint;
}

asio::ip::address as_reached(const asio::ip::address& address) {
    if (!address.is_unspecified()) return address;
    if (address.is_v6()) return asio::ip::address_v6::loopback();
    return asio::ip::address_v4::loopback();
}

}  // namespace

Result<Listener> Listener::open(std::string_view listen, int workers) {
    if (!listen.starts_with(unix_scheme)) {
        const auto sockets = listen_tcp(listen, workers);
        if (!sockets) return fail(sockets.error());
        Listener listener;
        for (const int descriptor : *sockets) {
            listener.of_workers_.push_back({{descriptor, *family_of(descriptor)}});
        }
        listener.describe(listener.of_workers_.front().front());
        return listener;
    }
    const std::string path(listen.substr(unix_scheme.size()));
    const auto socket = listen_unix(listen, path);
    if (!socket) return fail(socket.error());
    auto listener = inherit({&*socket, 1}, workers);
    ::close(*socket);
    if (listener) listener->own_file_ = path;
    return listener;
}

Result<Listener> Listener::inherit(std::span<const int> descriptors, int workers) {
    Listener listener;
    for (int i = 0; i < workers; ++i) {
        auto& sockets = listener.of_workers_.emplace_back();
        for (const int descriptor : descriptors) {
            const auto family = family_of(descriptor);
            if (!family) {
                return fail(Fault::Malformed,
                            fmt::format("descriptor {} is no listening stream socket", descriptor));
            }
            const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
            if (copy < 0) return fail(Fault::Unavailable, "no descriptor is left for a socket");
            sockets.push_back({copy, *family});
        }
    }
    for (const Socket& socket : listener.of_workers_.front()) listener.describe(socket);
    return listener;
}

/// Adds to the name; the first socket is the place where we reach ourselves.
void Listener::describe(const Socket& socket) {
    const auto generic = bound_to(socket.descriptor);
    Place place;
    std::string name;
    if (socket.family == AF_UNIX) {
        place.unix_path = specific<Local::endpoint>(generic).path();
        name = std::string(unix_scheme) + place.unix_path;
    } else {
        const auto endpoint = specific<tcp::endpoint>(generic);
        const auto address = endpoint.address();
        place.address = as_reached(address).to_string();
        place.port = endpoint.port();
        name = fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(),
                           endpoint.port());
    }
    if (name_.empty()) {
        place_ = place;
    } else {
        name_ += ", ";
    }
    name_ += name;
}

std::vector<Listener::Socket> Listener::take() {
    if (of_workers_.empty()) return {};
    std::vector<Socket> sockets = std::move(of_workers_.back());
    of_workers_.pop_back();
    return sockets;
}

Listener& Listener::operator=(Listener&& other) noexcept {
    std::swap(of_workers_, other.of_workers_);
    std::swap(place_, other.place_);
    std::swap(name_, other.name_);
    std::swap(own_file_, other.own_file_);
    return *this;
}

Listener::~Listener() {
    for (const auto& sockets : of_workers_) {
        for (const Socket& socket : sockets) ::close(socket.descriptor);
    }
    if (!own_file_.empty()) ::unlink(own_file_.c_str());
}

}  // namespace candor::tracker
