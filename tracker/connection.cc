// Since when a connection waits, until when it may, and what comes before answers. What it reads
// and writes is stream_connection.cc.
#include "tracker/connection.h"

#include <exception>

namespace candor::tracker {

void before_answers(const ServerOptions& options) {
    try {
        if (options.before_answers) options.before_answers();
    } catch (const std::exception&) {
        if (options.on_warning) options.on_warning("answers left before they were recorded");
    }
}

Connection::Connection(ConnectionContext& context) : context_(context) {
    set_deadline_in(context.serving.options.header_timeout);
    ++context_.serving.open_connections;
    ++context_.serving.accepted_connections;
}

Connection::~Connection() {
    --context_.serving.open_connections;
}

void Connection::set_deadline_in(std::chrono::milliseconds time) {
    wait_began_ = std::chrono::steady_clock::now();
    deadline_ = wait_began_ + time;
}

SteadyTime Connection::waits_since(SteadyTime now) const {
    switch (stage_) {
        case Stage::Asking: return wait_began_;
        case Stage::Answering:
        case Stage::Closed: return not_now;
        case Stage::Sending: break;
    }
    const auto take_time = context_.serving.options.take_time;
    return untaken_since_ <= now - take_time ? untaken_since_ : not_now;
}

void Connection::note_untaken(SteadyTime now) {
    if (stage_ == Stage::Sending && untaken_since_ == not_now) untaken_since_ = now;
}

}  // namespace candor::tracker
