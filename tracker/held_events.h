// Events of answers that leave together, until they do: a thread that answers several requests at
// once writes their events at once.
#pragma once

#include "tracker/event_queue.h"

namespace candor::tracker {

/// Safe to call from any thread. A thread records for one of them only, and calls hand_over()
/// before any answer leaves whose event it has recorded.
class HeldEvents final : public EventSink {
  public:
    /// Borrowed; must outlive it.
    explicit HeldEvents(EventQueue& queue) : queue_(queue) {}

    /// Keeps the event for hand_over() of the same thread.
    void record(const policy::Event& event) override;
    /// What this thread has recorded is the queue's now.
    void hand_over();

  private:
    EventQueue& queue_;
};

}  // namespace candor::tracker
