// Requests of people that are on record, and the duties of the daemons towards them. How a request
// comes in is store_of_opt_outs.cc.
#include "sqlite/messages.h"
#include "sqlite/opt_out_rows.h"
#include "sqlite/page_rows.h"
#include "sqlite/requests.h"
#include "sqlite/store.h"
#include "sqlite/store_change.h"

namespace candor::sqlite {

Result<std::vector<policy::DataRequest>> SqliteStore::requests(
    policy::ControllerNumber controller) {
    const auto reading = opt_outs_.read();
    if (!reading) return fail(reading.error());
    return list_requests(*reading->database, controller);
}

Result<void> SqliteStore::close_request(policy::ControllerNumber controller,
                                        const policy::RecipientId& recipient,
                                        policy::RequestKind kind, policy::Instant now) {
    return write(
        opt_outs_, Role::Tracker,
        [&](Database& opt_outs) {
            return write_closed(opt_outs, controller, recipient, kind, now);
        },
        [&] { return ask_close_request(controller, recipient, kind, now); });
}

Result<void> SqliteStore::record_duty(policy::ControllerNumber controller, policy::Duty duty,
                                      policy::Instant done_at) {
    return write(
        opt_outs_, Role::Tracker,
        [&](Database& opt_outs) { return write_duty(opt_outs, controller, duty, done_at); },
        [&] { return ask_record_duty(controller, duty, done_at); });
}

Result<policy::Duties> SqliteStore::duties_of(policy::ControllerNumber controller) {
    const auto reading = opt_outs_.read();
    if (!reading) return fail(reading.error());
    return read_duties(*reading->database, controller);
}

}  // namespace candor::sqlite
