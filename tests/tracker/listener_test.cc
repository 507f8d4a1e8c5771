// Where a server listens, what it is called and where it is reached.
#include "tracker/listener.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

namespace candor::tracker {
namespace {

std::string path_of(std::string_view name) {
    return fmt::format("/tmp/candor-listener-test-{}-{}", ::getpid(), name);
}

/// What take() hands out, closed at the end.
struct Taken {
    std::vector<Listener::Socket> sockets;
    explicit Taken(Listener& listener) : sockets(listener.take()) {}
    ~Taken() {
        for (const Listener::Socket& socket : sockets) ::close(socket.descriptor);
    }
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
};

}  // namespace

TEST_SUITE("tracker/listener") {
    TEST_CASE("a listener on all addresses is reached at loopback, another where it is") {
        const auto all = Listener::open("0.0.0.0:0", 1);
        REQUIRE(all);
        CHECK(all->place().address == "127.0.0.1");
        CHECK(all->name() == fmt::format("0.0.0.0:{}", all->place().port));
        const auto one = Listener::open("127.0.0.1:0", 1);
        REQUIRE(one);
        CHECK(one->place().address == "127.0.0.1");
        if (const auto six = Listener::open("[::]:0", 1)) {
            CHECK(six->place().address == "::1");
            CHECK(six->name() == fmt::format("[::]:{}", six->place().port));
        }
    }

    TEST_CASE("each worker has a socket of its own on one port") {
        auto listener = Listener::open("127.0.0.1:0", 3);
        REQUIRE(listener);
        for (int i = 0; i < 3; ++i) {
            const Taken taken(*listener);
            REQUIRE(taken.sockets.size() == 1);
            CHECK(taken.sockets.front().family == AF_INET);
        }
        CHECK(listener->take().empty());
    }

    TEST_CASE("inherited sockets are used by all, and are still open when the listener is gone") {
        auto tcp = Listener::open("127.0.0.1:0", 1);
        const std::string path = path_of("inherited");
        auto local = Listener::open("unix:" + path, 1);
        REQUIRE(tcp);
        REQUIRE(local);
        const Taken of_tcp(*tcp);
        const Taken of_local(*local);
        const std::array<int, 2> passed{of_tcp.sockets.front().descriptor,
                                        of_local.sockets.front().descriptor};
        {
            auto inherited = Listener::inherit(passed, 2);
            REQUIRE(inherited);
            CHECK(inherited->name() == tcp->name() + ", unix:" + path);
            CHECK(inherited->place().port == tcp->place().port);
            const Taken of_first_worker(*inherited);
            REQUIRE(of_first_worker.sockets.size() == 2);
            CHECK(of_first_worker.sockets.back().family == AF_UNIX);
            CHECK(of_first_worker.sockets.front().descriptor != passed.front());
        }
        CHECK(::fcntl(passed.front(), F_GETFD) >= 0);
        CHECK(::access(path.c_str(), F_OK) == 0);
    }

    TEST_CASE("what is no listening stream socket is refused") {
        const int idle = ::socket(AF_INET, SOCK_STREAM, 0);
        const int datagram = ::socket(AF_INET, SOCK_DGRAM, 0);
        const int file = ::open("/dev/null", O_RDONLY);
        for (const int descriptor : {idle, datagram, file, 9999}) {
            const auto refused = Listener::inherit({&descriptor, 1}, 1);
            REQUIRE_FALSE(refused);
            CHECK(refused.error().fault == Fault::Malformed);
        }
        for (const int descriptor : {idle, datagram, file}) ::close(descriptor);
    }

    TEST_CASE("a stale unix socket is replaced, a live one and any other file are not") {
        const std::string path = path_of("stale");
        {
            const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            path.copy(address.sun_path, sizeof address.sun_path - 1);
            REQUIRE(::bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
            ::close(dead);
        }
        {
            const auto listener = Listener::open("unix:" + path, 1);
            REQUIRE(listener);
            CHECK_FALSE(Listener::open("unix:" + path, 1));
        }
        CHECK(::access(path.c_str(), F_OK) != 0);

        std::ofstream(path) << "somebody's";
        const auto refused = Listener::open("unix:" + path, 1);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::Unavailable);
        CHECK(::access(path.c_str(), F_OK) == 0);
        ::unlink(path.c_str());
        const auto too_long = Listener::open("unix:/" + std::string(200, 'x'), 1);
        REQUIRE_FALSE(too_long);
        CHECK(too_long.error().fault == Fault::Malformed);
    }
}

}  // namespace candor::tracker
