#include "milter/listener.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace candor::tests {
namespace {
using milter::Listener;

}  // namespace

TEST_SUITE("milter/listener") {
    TEST_CASE("a TCP socket has TCP_NODELAY, which accepted sockets inherit") {
        const auto listener = Listener::open("inet:127.0.0.1:0");
        REQUIRE(listener);
        int value = 0;
        socklen_t size = sizeof value;
        REQUIRE(getsockopt(listener->descriptor(), IPPROTO_TCP, TCP_NODELAY, &value, &size) == 0);
        CHECK(value == 1);
        CHECK(listener->name() != "inet:127.0.0.1:0");
    }

    TEST_CASE(
        "a unix socket can be reached by the group, a stale one is replaced, a live one is not") {
        const auto folder = std::filesystem::temp_directory_path() /
                            ("candor-listener-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder);
        const std::string spec = "unix:" + (folder / "m.sock").string();
        {
            const auto first = Listener::open(spec);
            REQUIRE(first);
            struct stat status {};
            REQUIRE(stat((folder / "m.sock").c_str(), &status) == 0);
            CHECK((status.st_mode & 0777) == 0660);
            CHECK(!Listener::open(spec));
        }
        CHECK(!std::filesystem::exists(folder / "m.sock"));
        CHECK(Listener::open(spec));
        std::filesystem::remove_all(folder);
    }

    TEST_CASE("what is no socket is refused in one line") {
        for (const char* spec : {"", "inet:", "inet:nowhere", "fd:x", "fd:-1", "tcp:1", "unix:"}) {
            CAPTURE(spec);
            const auto listener = Listener::open(spec);
            REQUIRE(!listener);
            CHECK(listener.error().message.find('\n') == std::string::npos);
        }
    }
}

}  // namespace candor::tests
