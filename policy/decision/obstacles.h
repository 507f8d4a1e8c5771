// What can stand in the way of more tracking, as the reasons name it: what to do about it, and how
// the world would look without it. What then follows is remedies.cc.
#pragma once

#include <string>
#include <string_view>

#include "policy/clock.h"
#include "policy/decision/decide.h"
#include "policy/decision/facts.h"

namespace candor::policy {

/// A world to try things in: copies that point at each other, never at the caller's.
struct World {
    /// `given_facts` has a stream and a controller.
    World(const Facts& given_facts, const Policy& given_policy, Instant given_now)
        : facts(given_facts),
          stream(*given_facts.stream),
          controller(*given_facts.controller),
          policy(given_policy),
          now(given_now) {}
    Facts facts;
    Stream stream;
    Controller controller;
    Policy policy;
    Instant now;

    [[nodiscard]] Decision decide();
    [[nodiscard]] Contact& contact();
};

struct Obstacle {
    std::string_view word;
    /// `{0}` is the jurisdiction's code, `{1}` the controller, `{2}` the stream, `{3}` the header
    /// that asked, `{4}` the processors.
    std::string_view action;
    void (*remove)(World& world);
};

/// The obstacle that this reason names, or null.
[[nodiscard]] const Obstacle* find_obstacle(std::string_view word);

/// Its action with the names of this case in it.
[[nodiscard]] std::string action_for(const Obstacle& obstacle, const World& world,
                                     std::string_view jurisdiction);

}  // namespace candor::policy
