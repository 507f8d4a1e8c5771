// A list per thread, so that nobody waits for anybody. See held_events.h.
#include "tracker/held_events.h"

#include <vector>

namespace candor::tracker {
namespace {

std::vector<policy::Event>& held() {
    thread_local std::vector<policy::Event> events;
    return events;
}

}  // namespace

void HeldEvents::record(const policy::Event& event) {
    held().push_back(event);
}

void HeldEvents::hand_over() {
    queue_.record(held());
    held().clear();
}

}  // namespace candor::tracker
