// The SQL of people.db: contacts, domains, consents, runs of feeds. Whoever calls has chosen,
// locked and opened the connection. Errors of all: Unavailable.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/store.h"
#include "sqlite/database.h"

namespace candor::sqlite {

/// Contact, domain row and consents; the opt-outs lie in another file.
[[nodiscard]] Result<policy::Person> read_person(Database& people,
                                                 policy::ControllerNumber controller,
                                                 const policy::RecipientId& recipient,
                                                 std::string_view domain);
/// All rows in one commit. Errors: Malformed too.
[[nodiscard]] Result<void> write_contacts(Database& people,
                                          std::span<const policy::ContactRow> rows,
                                          const policy::ContactColumns& columns);
[[nodiscard]] Result<void> write_domains(Database& people,
                                         std::span<const policy::DomainImport> rows);
[[nodiscard]] Result<void> write_consents(Database& people,
                                          std::span<const policy::ConsentRow> rows);
/// Gone from the file and its WAL when it returns. Errors: Missing too.
[[nodiscard]] Result<void> erase_contact(Database& people, policy::ControllerNumber controller,
                                         const policy::RecipientId& recipient);

/// Pages, as policy::Store promises them.
[[nodiscard]] Result<std::vector<policy::ContactRow>> read_contacts_after(
    Database& people, policy::ControllerNumber controller,
    const std::optional<policy::RecipientId>& after, std::size_t limit);
[[nodiscard]] Result<std::vector<policy::DomainImport>> read_domains_after(
    Database& people, policy::ControllerNumber controller, const std::optional<std::string>& after,
    std::size_t limit);
[[nodiscard]] Result<std::vector<policy::ConsentRow>> read_consents_after(
    Database& people, policy::ControllerNumber controller,
    const std::optional<policy::ConsentPlace>& after, std::size_t limit);

/// The later of this run and the one on record.
[[nodiscard]] Result<void> write_feed_run(Database& people, policy::ControllerNumber controller,
                                          std::string_view feed, policy::Instant at);
[[nodiscard]] Result<std::optional<policy::Instant>> read_feed_run(
    Database& people, policy::ControllerNumber controller, std::string_view feed);

}  // namespace candor::sqlite
