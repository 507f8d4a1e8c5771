// Open addressing with linear probing, at most half full. See opt_out_index.h.
#include "sqlite/opt_out_index.h"

#include <mutex>

namespace candor::sqlite {
namespace {

/// A RecipientId is a keyed hash: its bits are as good as any. Two people who come to one number
/// only cost a query. Never 0.
std::uint64_t person_of(policy::ControllerNumber controller, std::uint64_t recipient_prefix) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ULL;
    const std::uint64_t person = recipient_prefix ^ (std::uint64_t{controller} * odd);
    return person == 0 ? 1 : person;
}

/// The slot where `person` is, or the free one where it belongs.
std::size_t slot_of(std::span<const std::uint64_t> slots, std::uint64_t person) {
    std::size_t slot = person & (slots.size() - 1);
    while (slots[slot] != 0 && slots[slot] != person) slot = (slot + 1) & (slots.size() - 1);
    return slot;
}

}  // namespace

void OptOutIndex::grow() {
    std::vector<std::uint64_t> larger(slots_.size() * 2);
    for (const std::uint64_t person : slots_) {
        if (person != 0) larger[slot_of(larger, person)] = person;
    }
    slots_ = std::move(larger);
}

void OptOutIndex::insert(std::uint64_t person) {
    const std::size_t slot = slot_of(slots_, person);
    if (slots_[slot] == person) return;
    slots_[slot] = person;
    if (++used_ * 2 > slots_.size()) grow();
}

Result<void> OptOutIndex::load(Database& opt_outs) {
    auto query = opt_outs.query("SELECT controller, recipient FROM opt_outs");
    if (!query) return fail(query.error());
    const std::scoped_lock lock(mutex_);
    for (;;) {
        const auto found = query->next();
        if (!found) return fail(found.error());
        if (!*found) return {};
        std::uint64_t prefix = 0;
        for (const char byte : query->bytes_at(1).substr(0, sizeof prefix)) {
            prefix = prefix << 8 | static_cast<unsigned char>(byte);
        }
        insert(person_of(static_cast<policy::ControllerNumber>(query->number_at(0)), prefix));
    }
}

void OptOutIndex::add(std::span<const policy::OptOut> opt_outs) {
    const std::scoped_lock lock(mutex_);
    for (const policy::OptOut& one : opt_outs) {
        insert(person_of(one.controller, one.recipient.prefix()));
    }
}

bool OptOutIndex::may_have(policy::ControllerNumber controller,
                           std::uint64_t recipient_prefix) const {
    const std::uint64_t person = person_of(controller, recipient_prefix);
    const std::shared_lock lock(mutex_);
    return slots_[slot_of(slots_, person)] == person;
}

}  // namespace candor::sqlite
