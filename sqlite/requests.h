// What a process asks of the writer of a file: one JSON object a line, as `messages` reads it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "policy/store.h"

namespace candor::sqlite {

[[nodiscard]] std::string ask_put_contacts(std::span<const policy::ContactRow> rows,
                                           const policy::ContactColumns& columns);
[[nodiscard]] std::string ask_put_domains(std::span<const policy::DomainImport> rows);
[[nodiscard]] std::string ask_put_consents(std::span<const policy::ConsentRow> rows,
                                           policy::Instant now);
[[nodiscard]] std::string ask_delete_contact(policy::ControllerNumber controller,
                                             const policy::RecipientId& recipient,
                                             policy::Instant now);
[[nodiscard]] std::string ask_add_opt_outs(std::span<const policy::OptOut> opt_outs);
[[nodiscard]] std::string ask_remove_opt_out(policy::ControllerNumber controller,
                                             const policy::RecipientId& recipient,
                                             policy::OptOutScope scope, policy::Instant now);
[[nodiscard]] std::string ask_record_duty(policy::ControllerNumber controller, policy::Duty duty,
                                          policy::Instant done_at);
[[nodiscard]] std::string ask_close_request(policy::ControllerNumber controller,
                                            const policy::RecipientId& recipient,
                                            policy::RequestKind kind, policy::Instant now);
[[nodiscard]] std::string ask_record_feed_run(policy::ControllerNumber controller,
                                              std::string_view feed, policy::Instant at);
[[nodiscard]] std::string ask_campaign(policy::ControllerNumber controller, std::string_view name,
                                       policy::Instant now);
[[nodiscard]] std::string ask_erase_decisions(policy::ControllerNumber controller,
                                              const policy::RecipientId& recipient,
                                              policy::Instant now);
[[nodiscard]] std::string ask_erase_events(policy::ControllerNumber controller,
                                           const policy::RecipientId& recipient,
                                           policy::Instant now);

}  // namespace candor::sqlite
