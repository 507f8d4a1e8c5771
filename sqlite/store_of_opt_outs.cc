// Opt-outs, what was taken back, and how a request comes in: what people say, on record or still
// waiting.
#include <algorithm>
#include <chrono>
#include <iterator>

#include "sqlite/messages.h"
#include "sqlite/opt_out_rows.h"
#include "sqlite/page_rows.h"
#include "sqlite/requests.h"
#include "sqlite/store.h"
#include "sqlite/store_change.h"

namespace candor::sqlite {
namespace {

// A look at two files costs a click as much as all the rest that is not the kernel's network. It
// is for what other processes do: an opt-out of theirs, or a restored file, waits for it.
constexpr std::chrono::milliseconds between_looks{2};

// An opt-out on its way behind other writers of this process, such as an import.
constexpr std::chrono::milliseconds opt_out_queue{100};

// A little more than the tracker's pause between two drains: while those fail nobody else tries.
constexpr std::chrono::milliseconds locked_pause{1500};

Result<void> without_number(const Result<std::size_t>& done) {
    if (!done) return fail(done.error());
    return {};
}

bool is_same(const policy::OptOut& one, const policy::OptOut& other) {
    return one.controller == other.controller && one.recipient == other.recipient &&
           one.scope == other.scope;
}

/// Of two that say the same, as a drain leaves them: the first counts, and of two pages neither
/// takes it back.
policy::OptOut older_of(const policy::OptOut& one, const policy::OptOut& other) {
    policy::OptOut older = other.at < one.at ? other : one;
    if (one.page != other.page) older.page = 0;
    return older;
}

/// Where nobody can say whether it was said before: as if it had been, by who knows whom.
policy::OptOut unknown_before(policy::OptOut opt_out) {
    opt_out.page = 0;
    return opt_out;
}

policy::RecipientId end_of_prefix(std::uint64_t prefix, std::uint8_t fill) {
    policy::RecipientId id;
    id.bytes.fill(fill);
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(prefix >> (56 - 8 * i));
    }
    return id;
}

}  // namespace

Result<void> SqliteStore::know_opt_outs() {
    auto writing = opt_outs_.write(moment_wait);
    if (!writing) return fail(writing.error());
    if (!*writing) return fail(Fault::Unavailable, "store: another process writes the opt-outs");
    OptOutIndex& index = opted_out_.emplace();
    return index.load((*writing)->database());
}

Result<void> SqliteStore::put_on_record(Database& opt_outs, std::span<const policy::OptOut> rows) {
    // Before the commit: who looks meanwhile must not be told that there is none.
    if (opted_out_) opted_out_->add(rows);
    return write_opt_outs(opt_outs, rows);
}

Result<policy::OptOuts> SqliteStore::opt_outs_of(policy::ControllerNumber controller,
                                                 std::uint64_t recipient_prefix) {
    const auto now = std::chrono::steady_clock::now();
    if (opted_out_ && now - index_confirmed_at_.load() < between_looks &&
        !opted_out_->may_have(controller, recipient_prefix)) {
        return policy::OptOuts{};
    }
    const auto waiting = waiting_.find(
        controller, recipient_prefix,
        [&](const policy::RecipientId& id) { return id.prefix() == recipient_prefix; });
    if (!waiting) return fail(waiting.error());
    if (opted_out_ && opt_outs_.is_what_we_own()) {
        if (waiting_.was_empty()) index_confirmed_at_ = now;
        // Asked anew: what waited above may be on record since.
        if (!opted_out_->may_have(controller, recipient_prefix)) return *waiting;
    }
    const auto reading = opt_outs_.read();
    if (!reading) return fail(reading.error());
    const auto on_record =
        read_opt_outs(*reading->database, controller, end_of_prefix(recipient_prefix, 0x00),
                      end_of_prefix(recipient_prefix, 0xFF));
    if (!on_record) return fail(on_record.error());
    return *waiting | *on_record;
}

Result<policy::OptOut> SqliteStore::add_opt_out(const policy::OptOut& opt_out) {
    const std::span one(&opt_out, 1);
    if (may_try_opt_outs()) {
        auto writing = opt_outs_.write_within(opt_out_queue);
        if (writing && *writing) {
            if (put_on_record((*writing)->database(), one)) {
                const auto standing = read_standing((*writing)->database(), opt_out);
                // It is durable all the same.
                return standing ? standing->value_or(opt_out) : unknown_before(opt_out);
            }
            leave_opt_outs_alone();
        }
    }
    // Our own never depend on when we look at the journal.
    if (opted_out_) opted_out_->add(one);
    if (const auto waits = waiting_.append(one); !waits) return fail(waits.error());
    return standing_for_waiting(opt_out);
}

policy::OptOut SqliteStore::standing_for_waiting(const policy::OptOut& opt_out) {
    const auto waiting = waiting_.list();
    const auto reading = opt_outs_.read();
    if (!waiting || !reading) return unknown_before(opt_out);
    const auto on_record = read_standing(*reading->database, opt_out);
    if (!on_record) return unknown_before(opt_out);
    policy::OptOut standing = on_record->has_value() ? older_of(**on_record, opt_out) : opt_out;
    for (const policy::OptOut& one : *waiting) {
        if (is_same(one, opt_out)) standing = older_of(standing, one);
    }
    return standing;
}

bool SqliteStore::may_try_opt_outs() const {
    return std::chrono::steady_clock::now() >= opt_outs_alone_until_.load();
}

void SqliteStore::leave_opt_outs_alone() {
    opt_outs_alone_until_ = std::chrono::steady_clock::now() + locked_pause;
}

Result<void> SqliteStore::add_opt_outs(std::span<const policy::OptOut> opt_outs) {
    if (opt_outs.empty()) return {};
    // Every decision reads the journal of what waits: a million lines do not belong there.
    const auto done = write(
        opt_outs_, Role::Tracker,
        [&](Database& database) { return put_on_record(database, opt_outs); },
        [&] { return ask_add_opt_outs(opt_outs); });
    if (!done) return waiting_.append(opt_outs);
    // What consents that end leave behind is nobody's word.
    const auto said = std::ranges::count_if(
        opt_outs, [](const auto& one) { return policy::is_said_by_people(one.scope); });
    if (said > 0 && tells_of_opt_outs()) {
        options_.journal->opt_outs_imported(static_cast<std::size_t>(said));
    }
    return {};
}

Result<std::vector<policy::OptOut>> SqliteStore::drain_into(Database& opt_outs) {
    std::vector<policy::OptOut> drained;
    const auto any = waiting_.any();
    if (!any) return fail(any.error());
    if (!*any) return drained;
    // Who holds the file locked is met here, with the journal still open to those who append.
    if (auto free = Transaction::begin(opt_outs); !free) return fail(free.error());
    const auto done = waiting_.drain([&](std::span<const policy::OptOut> waiting) {
        drained.assign(waiting.begin(), waiting.end());
        return put_on_record(opt_outs, waiting);
    });
    if (!done) return fail(done.error());
    return drained;
}

void SqliteStore::tell_of_drained(std::span<const policy::OptOut> drained) {
    if (!tells_of_opt_outs()) return;
    std::size_t imported = 0;
    for (const policy::OptOut& one : drained) {
        if (!policy::is_said_by_people(one.scope) || one.recipient == policy::nobody) continue;
        if (one.source == policy::OptOutSource::Import) ++imported;
        // Pages, one-click and replies were told of by whoever took them.
        if (one.source != policy::OptOutSource::Operator) continue;
        options_.journal->opt_out_recorded(one.recipient, policy::to_string(one.scope), "operator");
    }
    if (imported > 0) options_.journal->opt_outs_imported(imported);
}

template <class Change>
Result<std::size_t> SqliteStore::change_opt_outs(Change&& change) {
    std::vector<policy::OptOut> drained;
    const auto done = [&]() -> Result<void> {
        auto writing = opt_outs_.write(moment_wait);
        if (!writing) return fail(writing.error());
        if (!*writing) {
            return fail(Fault::Unavailable, "store: another process writes the opt-outs");
        }
        Database& opt_outs = (*writing)->database();
        // What waits may be the opt-out itself, or somebody else's word for the same.
        auto moved = drain_into(opt_outs);
        if (!moved) {
            leave_opt_outs_alone();
            return fail(moved.error());
        }
        drained = *std::move(moved);
        return change(opt_outs);
    }();
    tell_of_drained(drained);
    if (!done) return fail(done.error());
    return drained.size();
}

template <class Change>
Result<void> SqliteStore::change_opt_outs_now(Change&& change) {
    if (!may_try_opt_outs()) return fail(Fault::Unavailable, "store: optouts.db is locked");
    return without_number(change_opt_outs(change));
}

Result<std::size_t> SqliteStore::drain_waiting() {
    auto drained = change_opt_outs([](Database&) { return Result<void>(); });
    if (drained) opt_outs_alone_until_ = std::chrono::steady_clock::time_point{};
    return drained;
}

Result<void> SqliteStore::undo_opt_out(const policy::OptOut& made, policy::Instant now) {
    return change_opt_outs_now(
        [&](Database& opt_outs) { return sqlite::undo_opt_out(opt_outs, made, now); });
}

Result<std::vector<policy::UndoneOptOut>> SqliteStore::undone_opt_outs(
    policy::ControllerNumber controller) {
    const auto reading = opt_outs_.read();
    if (!reading) return fail(reading.error());
    return list_undone_opt_outs(*reading->database, controller);
}

Result<std::size_t> SqliteStore::times_undone(policy::ControllerNumber controller,
                                              const policy::RecipientId& recipient,
                                              policy::OptOutScope scope) {
    const auto reading = opt_outs_.read();
    if (!reading) return fail(reading.error());
    return count_undone(*reading->database, controller, recipient, scope);
}

Result<bool> SqliteStore::add_request(const policy::DataRequest& request) {
    bool is_new = false;
    const auto done = change_opt_outs_now([&](Database& opt_outs) -> Result<void> {
        const auto written = write_request(opt_outs, request);
        if (!written) return fail(written.error());
        is_new = *written;
        return {};
    });
    if (!done) return fail(done.error());
    return is_new;
}

Result<void> SqliteStore::remove_opt_out(policy::ControllerNumber controller,
                                         const policy::RecipientId& recipient,
                                         policy::OptOutScope scope, policy::Instant now) {
    std::vector<policy::OptOut> drained;
    auto done = write(
        opt_outs_, Role::Tracker,
        [&](Database& opt_outs) -> Result<void> {
            // One that still waits would come back with the next drain.
            auto moved = drain_into(opt_outs);
            if (!moved) return fail(moved.error());
            drained = *std::move(moved);
            return sqlite::remove_opt_out(opt_outs, controller, recipient, scope, now);
        },
        [&] { return ask_remove_opt_out(controller, recipient, scope, now); });
    tell_of_drained(drained);
    if (done && recipient != policy::nobody && tells_of_opt_outs()) {
        options_.journal->opt_out_removed(recipient, policy::to_string(scope), "operator");
    }
    return done;
}

Result<std::vector<policy::OptOut>> SqliteStore::opt_outs_after(
    policy::ControllerNumber controller, const std::optional<policy::OptOutPlace>& after,
    std::size_t limit) {
    const auto place = [](const policy::OptOut& one) {
        return policy::OptOutPlace{one.recipient, one.scope};
    };
    // Before what is on record, as in person().
    const auto waiting = waiting_.list();
    if (!waiting) return fail(waiting.error());
    auto reading = opt_outs_.read();
    if (!reading) return fail(reading.error());
    auto page = read_opt_outs_after(*reading->database, controller, after, limit);
    if (!page) return page;
    std::ranges::copy_if(*waiting, std::back_inserter(*page), [&](const policy::OptOut& one) {
        return one.controller == controller && one.recipient != policy::nobody &&
               policy::is_said_by_people(one.scope) && (!after || place(one) > *after);
    });
    // Stable, and what is on record stands first: of two the older one stays.
    std::ranges::stable_sort(*page, {}, place);
    // Not std::ranges::unique: clang 14 does not compile its answer with libstdc++ 12.
    page->erase(
        std::unique(page->begin(), page->end(),
                    [&](const auto& one, const auto& next) { return place(one) == place(next); }),
        page->end());
    if (page->size() > limit) page->resize(limit);
    return page;
}

}  // namespace candor::sqlite
