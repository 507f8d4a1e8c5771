// The tracker as one thing: routes, event queue and server, wired from the configuration.
// Knows no command line, no signals and, but for the directory of its spool, no files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "policy/clock.h"
#include "policy/config/config.h"
#include "policy/journal.h"
#include "policy/result.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"
#include "tracker/ports.h"

namespace candor::tracker {

class Tracker {
  public:
    /// Binds the address of `[tracker]`, unless there are `inherited` listening sockets; nothing is
    /// answered before start(). `store`, `keys`, `clock`, `journal` and the sockets are borrowed
    /// and must outlive the tracker; the ports must be safe on any thread. `spool_directory` is
    /// this tracker's alone; it is made when it is missing. Errors: Malformed, Unavailable (see
    /// Server::open).
    [[nodiscard]] static Result<std::unique_ptr<Tracker>> open(
        Settings settings, std::filesystem::path spool_directory, policy::Store& store,
        const policy::KeySource& keys, const policy::Clock& clock, policy::Journal& journal,
        std::vector<int> inherited = {});
    /// stop(), if that was not done.
    ~Tracker();
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;

    /// Starts answering, writes the journal's `started` line, and returns.
    void start();
    /// start(), then waits until stop() was called from another thread and is through.
    void run();
    /// Finishes open requests, then writes the events that wait; each bounded by `tracker.drain`.
    void stop();

    /// Controllers, their texts, the theme and certificates (for connections that come from now on)
    /// take effect at once; the rest of `[tracker]` only at the next start.
    void reload(Settings settings);

    /// What is to be done now and then: forgetting what clicks of the last seconds were judged by,
    /// and the test of its own opt-out page where one is due. After
    /// start(), about once a second, from the thread that calls reload(); takes some milliseconds
    /// once an hour, a few seconds where something is wrong.
    void tend();

    [[nodiscard]] std::uint16_t port() const;  ///< 0: a unix socket
    [[nodiscard]] const std::string& listening_on() const;

  private:
    struct Parts;
    explicit Tracker(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace candor::tracker
