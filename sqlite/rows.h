// The SQL of contacts, domains, consents, opt-outs and campaigns, on a connection that somebody
// else chose, locked and opened.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

// people.db. Errors of all: Unavailable.

/// Contact, domain row and consents; the opt-outs lie in another file.
[[nodiscard]] Result<policy::Person> read_person(Database& people,
                                                 policy::ControllerNumber controller,
                                                 const policy::RecipientId& recipient,
                                                 std::string_view domain);
/// All rows in one commit. Errors: Malformed too.
[[nodiscard]] Result<void> write_contacts(Database& people,
                                          std::span<const policy::ContactRow> rows);
[[nodiscard]] Result<void> write_domains(Database& people,
                                         std::span<const policy::DomainImport> rows);
[[nodiscard]] Result<void> write_consents(Database& people,
                                          std::span<const policy::ConsentRow> rows);
/// Gone from the file and its WAL when it returns. Errors: Missing too.
[[nodiscard]] Result<void> erase_contact(Database& people, policy::ControllerNumber controller,
                                         const policy::RecipientId& recipient);

/// The later of this run and the one on record.
[[nodiscard]] Result<void> write_feed_run(Database& people, policy::ControllerNumber controller,
                                          std::string_view feed, policy::Instant at);
[[nodiscard]] Result<std::optional<policy::Instant>> read_feed_run(
    Database& people, policy::ControllerNumber controller, std::string_view feed);

// optouts.db

/// Of everybody whose id lies between `first` and `last`, both included.
[[nodiscard]] Result<policy::OptOuts> read_opt_outs(Database& opt_outs,
                                                    policy::ControllerNumber controller,
                                                    const policy::RecipientId& first,
                                                    const policy::RecipientId& last);
/// In one commit; one that is on record already stays as it is.
[[nodiscard]] Result<void> write_opt_outs(Database& opt_outs, std::span<const policy::OptOut> rows);
/// Errors: Missing too.
[[nodiscard]] Result<void> erase_opt_out(Database& opt_outs, policy::ControllerNumber controller,
                                         const policy::RecipientId& recipient,
                                         policy::OptOutScope scope);
[[nodiscard]] Result<std::vector<policy::OptOut>> list_opt_outs(
    Database& opt_outs, policy::ControllerNumber controller);

[[nodiscard]] Result<void> write_duty(Database& opt_outs, policy::ControllerNumber controller,
                                      policy::Duty duty, policy::Instant done_at);
[[nodiscard]] Result<policy::Duties> read_duties(Database& opt_outs,
                                                 policy::ControllerNumber controller);

// campaigns.db

[[nodiscard]] Result<std::optional<policy::CampaignId>> find_campaign(
    Database& campaigns, policy::ControllerNumber controller, std::string_view name);
[[nodiscard]] Result<policy::CampaignId> add_campaign(Database& campaigns,
                                                      policy::ControllerNumber controller,
                                                      std::string_view name, policy::Instant now);

}  // namespace candor::sqlite
