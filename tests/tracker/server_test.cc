// The server on a free loopback port, spoken to over plain sockets. Deadlines are short, waits are
// bounded, and nothing here sleeps to be right. One file, because most cases are about sockets,
// limits and the thread that serves them together.
#include "tracker/server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes.h"
#include "tests/temporary_folder.h"
#include "tracker/tracker.h"

namespace candor::tracker {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// A client that gives up after ten seconds.
class Client {
  public:
    explicit Client(std::uint16_t port) : Client(AF_INET) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connect(address);
    }
    explicit Client(const std::string& unix_path) : Client(AF_UNIX) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
        connect(address);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    void send(std::string_view text) const {
        (void)::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    }
    /// Reads until `count` bodies "(...)" have come or the connection ended.
    std::string bodies(int count) {
        std::string text;
        while (std::ranges::count(text, ')') < count && more(text)) {
        }
        return text;
    }
    std::string until(std::string_view end) {
        std::string text;
        while (!text.ends_with(end) && more(text)) {
        }
        return text;
    }
    std::string some() {
        std::string text;
        (void)more(text);
        return text;
    }
    std::string rest() {
        std::string text;
        while (more(text)) {
        }
        return text;
    }
    [[nodiscard]] bool ended_by_server() const { return ended_; }

  private:
    explicit Client(int family) : socket_(::socket(family, SOCK_STREAM, 0)) {
        REQUIRE(socket_ >= 0);
        const timeval limit{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    template <class Address>
    void connect(const Address& address) {
        connected_ =
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    bool more(std::string& text) {
        std::array<char, 4096> buffer{};
        const ssize_t n = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (n == 0 || (n < 0 && errno == ECONNRESET)) ended_ = true;
        if (n <= 0) return false;
        text.append(buffer.data(), static_cast<std::size_t>(n));
        return true;
    }
    int socket_;
    bool connected_ = false;
    bool ended_ = false;
};

std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

/// Where a handler waits until the test lets it on; ten seconds at most.
class Gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        reached_ = true;
        changed_.notify_all();
        changed_.wait_for(lock, 10s, [this] { return open_; });
    }
    bool wait_for_somebody() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, [this] { return reached_; });
    }
    void open() {
        const std::scoped_lock lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool reached_ = false;
    bool open_ = false;
};

Response echo(const Request& request) {
    if (request.path == "/throw") throw std::runtime_error("a bug");
    return {200, {}, "(" + request.path + request.body + ")"};
}

/// Answers with the client's address, as 32 hexadecimal digits.
Response who(const Request& request) {
    std::string digits;
    for (const std::uint8_t byte : request.client.bytes()) digits += fmt::format("{:02x}", byte);
    return {200, {}, "(" + digits + ")"};
}
constexpr std::string_view loopback_digits = "(00000000000000000000ffff7f000001)";
constexpr std::string_view visitor_digits = "(00000000000000000000ffffcb007109)";  // 203.0.113.9

ServerOptions trusting_loopback() {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.trusted_proxies = TrustedProxies(std::vector<std::string>{"127.0.0.0/8"});
    return options;
}

/// The path of a socket that is not there yet.
std::string socket_path() {
    static int count = 0;
    return fmt::format("/tmp/candor-server-test-{}-{}.sock", ::getpid(), ++count);
}

ServerOptions options() {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    return options;
}

std::unique_ptr<Server> started(const ServerOptions& options, Handler handler = echo) {
    auto server = Server::open(options, std::move(handler));
    REQUIRE(server);
    (*server)->start();
    return std::move(*server);
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST_SUITE_BEGIN("tracker/server");

TEST_CASE("two requests on one connection, then a pipeline of fifty") {
    const auto server = started(options());
    Client client(server->place().port);
    REQUIRE(client.connected());
    client.send(get("/1"));
    CHECK(holds(client.bodies(1), "(/1)"));
    client.send(get("/2"));
    CHECK(holds(client.bodies(1), "(/2)"));
    std::string pipeline;
    for (int i = 0; i < 50; ++i) pipeline += get("/p" + std::to_string(i));
    client.send(pipeline + get("/last", "Connection: close\r\n"));
    const std::string answers = client.rest();
    CHECK(client.ended_by_server());
    std::size_t at = 0;
    for (int i = 0; i < 50; ++i) {
        at = answers.find("(/p" + std::to_string(i) + ")", at);
        REQUIRE(at != std::string::npos);
    }
    CHECK(holds(answers, "Date: "));
    CHECK(holds(answers, "Connection: close\r\n\r\n(/last)"));
}

TEST_CASE("a body that waits for 100 Continue is asked for") {
    const auto server = started(options());
    Client client(server->place().port);
    client.send("POST /u HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    CHECK(client.until("100 Continue\r\n\r\n").starts_with("HTTP/1.1 100 "));
    client.send("x");
    const std::string text = client.bodies(1);
    CHECK(holds(text, "(/ux)"));
}

TEST_CASE("a refused request gets its answer although more is on its way") {
    const auto server = started(options());
    Client client(server->place().port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" +
                std::string(60000, 'x'));
    const std::string answer = client.rest();
    CHECK(answer.starts_with("HTTP/1.1 413 "));
    CHECK(holds(answer, "Connection: close"));
}

TEST_CASE("a request that is not complete in time is ended, and others go on") {
    ServerOptions short_time = options();
    short_time.header_timeout = 100ms;
    short_time.threads = 1;
    const auto server = started(short_time);
    Client slow(server->place().port);
    slow.send("GET / HTTP/1.1\r\nHost: ");
    Client silent(server->place().port);
    Client good(server->place().port);
    good.send(get("/good"));
    CHECK(holds(good.bodies(1), "(/good)"));
    CHECK(slow.rest().empty());
    CHECK(slow.ended_by_server());
    CHECK(silent.rest().empty());
    CHECK(silent.ended_by_server());
}

TEST_CASE("an idle connection is ended after its own time") {
    ServerOptions short_time = options();
    short_time.idle_timeout = 50ms;
    const auto server = started(short_time);
    Client client(server->place().port);
    client.send(get("/1"));
    CHECK(holds(client.rest(), "(/1)"));
    CHECK(client.ended_by_server());
}

TEST_CASE("at the limit the longest idle connection makes room") {
    ServerOptions few = options();
    few.max_connections = 2;
    few.threads = 1;
    const auto server = started(few);
    Client first(server->place().port);
    first.send(get("/1"));
    CHECK(holds(first.bodies(1), "(/1)"));
    Client second(server->place().port);
    second.send(get("/2"));
    CHECK(holds(second.bodies(1), "(/2)"));
    Client third(server->place().port);
    third.send(get("/3"));
    CHECK(holds(third.bodies(1), "(/3)"));
    CHECK(first.rest().empty());
    CHECK(first.ended_by_server());
    second.send(get("/2b"));
    CHECK(holds(second.bodies(1), "(/2b)"));
}

TEST_CASE("at the limit an idle connection of long makes room before one that has just come") {
    ServerOptions few = options();
    few.max_connections = 3;
    few.threads = 1;
    const auto server = started(few);  // an idle one has a minute left, a new one 15 seconds
    Client first(server->place().port);
    Client second(server->place().port);
    for (Client* client : {&first, &second}) {
        client->send(get("/"));
        CHECK(holds(client->bodies(1), "(/)"));
    }
    Client unhurried(server->place().port);
    Client third(server->place().port);
    third.send(get("/3"));
    CHECK(holds(third.bodies(1), "/3"));
    Client fourth(server->place().port);
    fourth.send(get("/4"));
    CHECK(holds(fourth.bodies(1), "/4"));
    for (Client* client : {&first, &second}) {
        CHECK(client->rest().empty());
        CHECK(client->ended_by_server());
    }
    unhurried.send(get("/unhurried"));
    CHECK(holds(unhurried.bodies(1), "(/unhurried)"));
}

TEST_CASE("at the limit an answer that its client does not take makes room after its time") {
    const std::string much = std::string(std::size_t{32} << 20, 'x') + ")";  // no socket holds it
    ServerOptions few = options();
    few.max_connections = 2;
    few.threads = 1;
    few.take_time = 50ms;
    const auto server = started(few, [&much](const Request& request) {
        return request.path == "/much" ? Response{200, {}, much} : echo(request);
    });
    Client first(server->place().port);
    Client second(server->place().port);
    std::string begun;
    for (Client* client : {&first, &second}) {
        client->send(get("/much"));
        begun = client->some();
        CHECK(begun.starts_with("HTTP/1.1 200"));
    }
    const auto served = [&] {
        Client other(server->place().port);
        other.send(get("/1"));
        return holds(other.bodies(1), "(/1)");
    };
    const auto began = steady_clock::now();
    while (!served() && steady_clock::now() - began < 10s) {
    }
    CHECK(steady_clock::now() - began < 10s);
    // One was enough; whoever takes it all the same has the whole of it.
    CHECK(first.rest().size() < much.size());
    CHECK(begun.size() + second.until(")").size() > much.size());
}

TEST_CASE("at the limit the oldest unfinished request makes room, a whole one never") {
    ServerOptions few = options();
    few.max_connections = 3;
    few.threads = 1;
    const auto server = started(few);
    Client first(server->place().port);
    first.send("G");
    Client second(server->place().port);
    second.send("GET / HTTP/1.1\r\nHost:");
    Client third(server->place().port);
    third.send("G");
    for (const char* path : {"/1", "/2"}) {
        Client other(server->place().port);
        other.send(get(path, "Connection: close\r\n"));
        CHECK(holds(other.bodies(1), path));
        CHECK(first.rest().empty());
        CHECK(first.ended_by_server());
    }
    second.send(" a\r\n\r\n");
    CHECK(holds(second.bodies(1), "(/)"));
}

TEST_CASE("a handler that throws costs its own connection only") {
    const auto server = started(options());
    Client client(server->place().port);
    client.send(get("/throw"));
    CHECK(client.rest().starts_with("HTTP/1.1 500 "));
    Client other(server->place().port);
    other.send(get("/ok"));
    CHECK(holds(other.bodies(1), "(/ok)"));
}

TEST_CASE("answers that are ready together leave after one call, and none before it") {
    constexpr int clients = 30;
    constexpr int most_together = 8;
    ServerOptions one_thread = options();
    one_thread.threads = 1;
    std::atomic<int> made{0}, settled{0}, sent{0};
    std::vector<int> groups;  // touched by the one worker, read after its stop
    one_thread.before_answers = [&] {
        groups.push_back(made - settled);
        settled = made.load();
    };
    const auto server = started(one_thread, [&](const Request& request) {
        // Until all have sent: then all the others are ready at the next look.
        while (request.path == "/together" && sent < clients) std::this_thread::yield();
        ++made;
        return echo(request);
    });
    std::vector<std::unique_ptr<Client>> all;
    for (int i = 0; i < clients; ++i) {
        all.push_back(std::make_unique<Client>(server->place().port));
        all.back()->send(get("/alone"));
        CHECK(holds(all.back()->bodies(1), "(/alone)"));
        CHECK(settled == i + 1);
    }
    for (const auto& client : all) {
        client->send(get("/together"));
        ++sent;
    }
    for (int i = 0; i < clients; ++i) {
        CHECK(holds(all[static_cast<std::size_t>(i)]->bodies(1), "(/together)"));
        CHECK(settled > clients + i);
    }
    CHECK(settled == 2 * clients);
    server->stop();
    CHECK(std::ranges::max(groups) == most_together);
    CHECK(std::ranges::min(groups) == 1);
}

TEST_CASE("who changes something keeps nobody waiting") {
    Gate disk;
    ServerOptions one_thread = options();
    one_thread.threads = 1;
    const auto server = started(one_thread, [&](const Request& request) {
        if (request.path == "/slow") disk.pass();
        return echo(request);
    });
    Client slow(server->place().port);
    slow.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + get("/behind"));
    REQUIRE(disk.wait_for_somebody());
    Client second(server->place().port);
    second.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    CHECK(holds(second.bodies(1), "(/otherx)"));
    Client other(server->place().port);
    other.send(get("/click"));
    CHECK(holds(other.bodies(1), "(/click)"));
    disk.open();
    const std::string answers = slow.bodies(2);
    CHECK(answers.find("(/slowx)") < answers.find("(/behind)"));
    CHECK(holds(answers, "(/behind)"));
}

TEST_CASE("a client that leaves while its change waits for the disk costs nothing") {
    Gate disk;
    std::atomic<bool> done{false};
    ServerOptions brief = options();
    brief.header_timeout = 50ms;
    const auto server = started(brief, [&](const Request& request) {
        if (request.method == Method::Post) {
            disk.pass();
            done = true;
        }
        return echo(request);
    });
    Client client(server->place().port);
    client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    CHECK(client.rest().empty());  // longer than the server waits
    CHECK(client.ended_by_server());
    disk.open();
    Client other(server->place().port);
    other.send(get("/click"));
    CHECK(holds(other.bodies(1), "(/click)"));
    server->stop();
    CHECK(done);
    CHECK(server->connections().open == 0);
}

TEST_CASE("answers leave although what comes before them fails") {
    ServerOptions failing = options();
    std::mutex mutex;
    std::string said;
    failing.before_answers = [] { throw std::runtime_error("no"); };
    failing.on_warning = [&](std::string_view text) {
        const std::scoped_lock lock(mutex);
        said += text;
    };
    const auto server = started(failing);
    Client client(server->place().port);
    client.send(get("/1"));
    CHECK(holds(client.bodies(1), "(/1)"));
    const std::scoped_lock lock(mutex);
    CHECK(holds(said, "before they were recorded"));
}

TEST_CASE("a graceful stop answers what was begun and ends what is idle") {
    Gate gate;
    ServerOptions one = options();
    one.threads = 1;
    const auto server = started(one, [&](const Request& request) {
        if (request.path == "/slow") gate.pass();
        return echo(request);
    });
    const std::uint16_t port = server->place().port;
    Client idle(port);
    idle.send(get("/idle"));
    CHECK(holds(idle.bodies(1), "(/idle)"));
    Client slow(port);
    slow.send(get("/slow"));
    REQUIRE(gate.wait_for_somebody());
    Client waiting(port);  // accepted by the kernel while the only worker is busy
    waiting.send(get("/waiting"));
    const auto began = steady_clock::now();
    std::thread stopper([&] { server->stop(); });
    gate.open();
    CHECK(holds(slow.rest(), "(/slow)"));
    const std::string late = waiting.rest();
    CHECK(holds(late, "(/waiting)"));
    CHECK(idle.rest().empty());
    stopper.join();
    CHECK(steady_clock::now() - began < 4s);
    CHECK_FALSE(Client(port).connected());
}

TEST_CASE("a stop is bounded by drain even if a client never finishes") {
    ServerOptions short_drain = options();
    short_drain.drain = 50ms;
    const auto server = started(short_drain);
    Client client(server->place().port);
    client.send(get("/1") + "GET /never");
    CHECK(holds(client.bodies(1), "(/1)"));
    const auto began = steady_clock::now();
    server->stop();
    CHECK(steady_clock::now() - began < 5s);
    CHECK(client.rest().empty());
}

TEST_CASE("an address that cannot be listened on is an error") {
    const auto server = started(options());
    ServerOptions same = options();
    same.listen = server->listening_on();
    CHECK(same.listen == "127.0.0.1:" + std::to_string(server->place().port));
    const auto second = Server::open(same, echo);
    REQUIRE_FALSE(second);
    CHECK(second.error().fault == Fault::Unavailable);
    for (const char* bad : {"", "8080", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:99999",
                            "127.0.0.1:8x", "::1:80", "[]:80"}) {
        CAPTURE(bad);
        same.listen = bad;
        const auto refused = Server::open(same, echo);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::Malformed);
    }
}

TEST_CASE("the client of a request is its peer, or whom a trusted proxy names") {
    const std::string forwarded = get("/",
                                      "X-Forwarded-For: 10.9.9.9\r\n"
                                      "X-Forwarded-For: 203.0.113.9, 127.0.0.5\r\n");
    const auto open_to_all = started(options(), who);
    Client stranger(open_to_all->place().port);
    stranger.send(forwarded);
    CHECK(holds(stranger.bodies(1), loopback_digits));

    const auto behind_proxy = started(trusting_loopback(), who);
    Client proxy(behind_proxy->place().port);
    proxy.send(forwarded);
    CHECK(holds(proxy.bodies(1), visitor_digits));
    proxy.send(get("/"));
    CHECK(holds(proxy.bodies(1), loopback_digits));
}

TEST_CASE("a PROXY header names the client of all requests that follow, in any portions") {
    ServerOptions options = trusting_loopback();
    options.proxy_protocol = true;
    options.threads = 1;
    const auto server = started(options, who);
    CHECK(server->place().wants_proxy_header);
    Client at_once(server->place().port);
    // What the client writes itself does not count: it is no proxy.
    at_once.send("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n" +
                 get("/1", "X-Forwarded-For: 10.9.9.9\r\n") + get("/2"));
    const std::string both = at_once.bodies(2);
    CHECK(both.find(visitor_digits) != both.rfind(visitor_digits));

    Client in_pieces(server->place().port);
    in_pieces.send("PROX");
    Client health_check(server->place().port);
    health_check.send("PROXY UNKNOWN\r\n" + get("/", "X-Forwarded-For: 203.0.113.9\r\n"));
    CHECK(holds(health_check.bodies(1), loopback_digits));
    Client local(server->place().port);
    local.send(std::string("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16) +
               get("/", "X-Forwarded-For: 203.0.113.9\r\n"));
    CHECK(holds(local.bodies(1), loopback_digits));
    in_pieces.send("Y TCP4 203.0.113.9 127.0.0.1 4711 80\r\nGET / HT");
    in_pieces.send("TP/1.1\r\nHost: a\r\n\r\n");
    CHECK(holds(in_pieces.bodies(1), visitor_digits));

    // More than one buffer at once: nothing of it is lost.
    Client many(server->place().port);
    std::string pipeline = "PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n";
    for (int i = 0; i < 200; ++i) pipeline += get("/" + std::to_string(i));
    many.send(pipeline);
    CHECK(std::ranges::count(many.bodies(200), ')') == 200);
}

TEST_CASE("where a PROXY header is promised, anything else ends the connection") {
    ServerOptions options = trusting_loopback();
    options.proxy_protocol = true;
    const auto server = started(options, who);
    Client plain(server->place().port);
    plain.send(get("/"));
    CHECK(plain.rest().empty());
    CHECK(plain.ended_by_server());

    options.trusted_proxies = {};
    const auto untrusting = started(options, who);
    CHECK_FALSE(untrusting->place().wants_proxy_header);
    Client stranger(untrusting->place().port);
    stranger.send("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n" + get("/"));
    CHECK(stranger.rest().starts_with("HTTP/1.1 400 "));
}

TEST_CASE("a slow PROXY header has the deadline of a request") {
    ServerOptions options = trusting_loopback();
    options.proxy_protocol = true;
    options.header_timeout = 100ms;
    const auto server = started(options);
    Client slow(server->place().port);
    slow.send("PROXY TCP4 ");
    CHECK(slow.rest().empty());
    CHECK(slow.ended_by_server());
}

TEST_CASE("a unix socket is trusted, guarded by its mode, and gone after the stop") {
    ServerOptions options;
    const std::string path = socket_path();
    options.listen = "unix:" + path;
    auto server = started(options, who);
    CHECK(server->listening_on() == options.listen);
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0660);
    Client proxy(path);
    proxy.send(get("/", "X-Forwarded-For: 203.0.113.9\r\n"));
    CHECK(holds(proxy.bodies(1), visitor_digits));
    proxy.send(get("/"));
    CHECK(holds(proxy.bodies(1), "(00000000000000000000000000000000)"));

    const auto second = Server::open(options, who);
    REQUIRE_FALSE(second);
    CHECK(second.error().fault == Fault::Unavailable);
    server.reset();
    CHECK(::stat(path.c_str(), &file) != 0);
}

TEST_CASE("the tracker as a whole: a click reaches the store, a stop loses none") {
    const tests::TemporaryFolder folder;
    tests::MemoryStore store;
    const tests::FixedKeys keys;
    const tests::FixedClock clock;
    tests::RecordingJournal journal;
    auto config = std::make_shared<policy::Config>();
    config->tracker.listen = "127.0.0.1:0";
    config->controllers.emplace_back();
    auto tracker = Tracker::open({config}, folder.path() / "spool", store, keys, clock, journal);
    REQUIRE(tracker);
    std::thread runner([&] { (*tracker)->run(); });

    const auto anna = tests::id_of("anna@example.com");
    const auto token = policy::seal(
        *keys.ring(),
        policy::IndividualLink{0, 7, anna.prefix(), 1, tests::noon, 5, "https://acme.example/"});
    REQUIRE(token);
    Client client((*tracker)->port());
    client.send(get("/c/" + *token,
                    "User-Agent: Mozilla/5.0 (X11) Firefox/132.0\r\n"
                    "Connection: close\r\n"));
    const std::string answer = client.rest();
    CHECK(answer.starts_with("HTTP/1.1 302 Found\r\n"));
    CHECK(holds(answer, "\r\nLocation: https://acme.example/\r\n"));
    CHECK(holds(answer, "\r\nContent-Length: 0\r\n"));
    CHECK_FALSE(holds(answer, "Set-Cookie"));

    (*tracker)->stop();
    runner.join();
    const auto events = store.events_of(0, 7);
    REQUIRE(events);
    REQUIRE(events->size() == 1);
    CHECK(events->front().recipient == anna.prefix());
    CHECK(journal.contains("started daemon=tracker listening_on=127.0.0.1:"));
    CHECK_FALSE(journal.contains("anna"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
