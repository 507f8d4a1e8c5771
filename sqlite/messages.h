// What a process says to the writer of a file over its control socket: one JSON object a line, and
// one line back. Knows the words; leaves sockets to `control`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "policy/store.h"

namespace candor::sqlite {

[[nodiscard]] std::string ask_put_contacts(std::span<const policy::ContactRow> rows);
[[nodiscard]] std::string ask_put_domains(std::span<const policy::DomainImport> rows);
[[nodiscard]] std::string ask_put_consents(std::span<const policy::ConsentRow> rows);
[[nodiscard]] std::string ask_delete_contact(policy::ControllerNumber controller,
                                             const policy::RecipientId& recipient);
[[nodiscard]] std::string ask_remove_opt_out(policy::ControllerNumber controller,
                                             const policy::RecipientId& recipient,
                                             policy::OptOutScope scope);
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

/// Does what `line` asks and says how it went, as a line without its break. Never throws for what
/// a peer may send.
[[nodiscard]] std::string answer(policy::Store& store, std::string_view line);

/// What the writer answered: a campaign's id, how many decisions were erased, or 0 for the other
/// requests.
/// Errors: those of the request; Broken (not an answer).
[[nodiscard]] Result<policy::CampaignId> read_answer(std::string_view line);

}  // namespace candor::sqlite
