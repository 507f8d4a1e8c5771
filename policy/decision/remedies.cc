#include "policy/decision/remedies.h"

#include <algorithm>
#include <utility>

#include "policy/decision/obstacles.h"

namespace candor::policy {

namespace {

constexpr std::string_view place_unknown = "jurisdiction_default";

using Path = std::vector<const Obstacle*>;

World without(const Facts& facts, const Policy& policy, Instant now, const Path& removed) {
    World world{facts, policy, now};
    for (const Obstacle* obstacle : removed) obstacle->remove(world);
    return world;
}

bool removes(const Path& path, const Obstacle& obstacle) {
    return std::ranges::any_of(path, [&](const Obstacle* one) {
        return one->word == obstacle.word || one->remove == obstacle.remove;
    });
}

/// The next thing in the way once `path` is gone: what lowered, or what was not seen before.
const Obstacle* next_obstacle(const Decision& after, const Decision& before, const Path& path) {
    for (const Reason& reason : after.reasons) {
        const Obstacle* obstacle = find_obstacle(reason.word);
        if (obstacle == nullptr || removes(path, *obstacle)) continue;
        const bool is_new =
            std::ranges::find(before.reasons, reason.word, &Reason::word) == before.reasons.end();
        if (reason.lowered || is_new) return obstacle;
    }
    return nullptr;
}

/// Leaves out of `path`, behind its first, what is not needed for `then`.
void prune(Path& path, const Facts& facts, const Policy& policy, Instant now, Treatment then) {
    for (std::size_t k = path.size(); k-- > 1;) {
        Path shorter = path;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(k));
        if (without(facts, policy, now, shorter).decide().treatment == then) {
            path = std::move(shorter);
        }
    }
}

std::optional<Remedy> remedy_by(const Obstacle& first, const Facts& facts, const Policy& policy,
                                const Decision& decision, Instant now) {
    Path path{&first};
    Decision after = without(facts, policy, now, path).decide();
    while (after.treatment >= decision.treatment) {
        const Obstacle* next = next_obstacle(after, decision, path);
        if (next == nullptr) return std::nullopt;
        path.push_back(next);
        after = without(facts, policy, now, path).decide();
    }
    prune(path, facts, policy, now, after.treatment);
    Remedy remedy{std::string{first.word},
                  action_for(first, {facts, policy, now}, decision.jurisdiction),
                  after.treatment,
                  {},
                  {}};
    for (std::size_t k = 1; k < path.size(); ++k) remedy.also.emplace_back(path[k]->word);
    return remedy;
}

/// Where nobody knows the recipient's country, each is tried.
std::optional<Remedy> remedy_by_jurisdiction(std::string_view word, const Facts& facts,
                                             const Policy& policy, const Decision& decision,
                                             Instant now) {
    Treatment loosest = Treatment::Suppressed;
    Treatment strictest = Treatment::Individual;
    World world = without(facts, policy, now, {});
    for (const Row& row : policy.in_force(now).rows()) {
        if (row.code == "ZZ") continue;
        world.contact().jurisdiction = row.code;
        const Treatment then = world.decide().treatment;
        loosest = std::min(loosest, then);
        strictest = std::max(strictest, then);
    }
    if (loosest >= decision.treatment) return std::nullopt;
    return Remedy{
        std::string{word},
        "Record where the recipient is: `candor contact set ADDRESS --jurisdiction CODE`.",
        loosest,
        strictest,
        {}};
}

}  // namespace

bool is_obstacle(std::string_view word) {
    return word == place_unknown || find_obstacle(word) != nullptr;
}

std::vector<Remedy> remedies_for(const Facts& facts, const Policy& policy, const Decision& decision,
                                 Instant now) {
    std::vector<Remedy> remedies;
    if (facts.stream == nullptr || facts.controller == nullptr) return remedies;
    Path tried;
    for (const Reason& reason : decision.reasons) {
        std::optional<Remedy> remedy;
        if (reason.word == place_unknown) {
            remedy = remedy_by_jurisdiction(reason.word, facts, policy, decision, now);
        } else if (const Obstacle* obstacle = find_obstacle(reason.word)) {
            if (removes(tried, *obstacle)) continue;
            tried.push_back(obstacle);
            remedy = remedy_by(*obstacle, facts, policy, decision, now);
        }
        if (remedy) remedies.push_back(*std::move(remedy));
    }
    return remedies;
}

}  // namespace candor::policy
