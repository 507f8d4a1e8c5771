// How a change gets to the one process that writes its file: by this process where nobody does,
// else by asking that one. Internal to SqliteStore: only its own files include this.
#pragma once

#include <chrono>
#include <optional>

#include "sqlite/control.h"
#include "sqlite/messages.h"
#include "sqlite/store.h"

namespace candor::sqlite {

/// How long somebody's moment with a file is waited for, and a writer's answer.
inline constexpr std::chrono::milliseconds moment_wait{2000};
inline constexpr std::chrono::milliseconds answer_wait{30000};

template <class Attempt, class Ask>
Result<AnswerNumber> SqliteStore::attempt_or_ask(Role role, Attempt&& attempt, Ask&& request) {
    for (const auto wait : {std::chrono::milliseconds{0}, moment_wait}) {
        auto done = attempt(wait);
        if (!done) return fail(done.error());
        if (*done) return **done;
        // The lock is held: by the daemon, or by somebody for a moment.
        const auto reply = ask(control_socket(options_.state_dir, role), request(), answer_wait);
        if (reply) return read_answer(*reply);
        if (reply.error().fault != Fault::Missing) return fail(reply.error());
    }
    return fail(Fault::Unavailable, "store: another process writes and does not listen");
}

template <class Change, class Ask>
Result<AnswerNumber> SqliteStore::change(StoreFile& file, Role role, Change&& change,
                                         Ask&& request) {
    using Answer = std::optional<AnswerNumber>;
    const auto attempt = [&](std::chrono::milliseconds wait) -> Result<Answer> {
        auto writing = file.write(wait);
        if (!writing) return fail(writing.error());
        if (!*writing) return Answer();
        const auto done = change((*writing)->database());
        if (!done) return fail(done.error());
        return Answer(*done);
    };
    return attempt_or_ask(role, attempt, request);
}

template <class Write, class Ask>
Result<void> SqliteStore::write(StoreFile& file, Role role, Write&& write, Ask&& request) {
    const auto done = change(
        file, role,
        [&](Database& database) -> Result<AnswerNumber> {
            if (auto written = write(database); !written) return fail(written.error());
            return 0;
        },
        request);
    if (!done) return fail(done.error());
    return {};
}

}  // namespace candor::sqlite
