// One loop over the pages of a list; what a row becomes is said four times below it.
#include "cli/people_export.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <functional>
#include <optional>
#include <vector>

#include "cli/csv.h"
#include "cli/people_words.h"
#include "cli/wiring.h"

namespace candor::cli {
namespace {

constexpr std::size_t page_rows = 1000;

/// Every row of a list to `write_row`, in its order.
template <class Place, class PageAfter, class PlaceOf, class WriteRow>
Result<std::size_t> write_pages(std::FILE* out, Progress& progress, PageAfter&& page_after,
                                PlaceOf&& place_of, WriteRow&& write_row) {
    std::optional<Place> after;
    std::size_t rows = 0;
    for (;;) {
        const auto page = page_after(after);
        if (!page) return fail(page.error());
        for (const auto& row : *page) {
            if (auto written = write_row(row); !written) return fail(written.error());
        }
        rows += page->size();
        progress.show("exporting", 0, 0, rows);
        // A closed pipe wants no more of it; the end of main() says so.
        if (page->size() < page_rows || std::ferror(out) != 0) return rows;
        after = place_of(page->back());
    }
}

/// The addresses that contact rows keep sealed.
class Addresses {
  public:
    Addresses(policy::Store& store, const Identities& identities)
        : store_(store), identities_(identities) {}

    [[nodiscard]] std::string unsealed(const std::string& sealed) {
        if (sealed.empty()) return {};
        auto address = identities_.unseal(sealed);
        if (!address) ++unreadable_;
        return std::move(address).value_or(std::string{});
    }
    /// Errors: Unavailable.
    [[nodiscard]] Result<std::string> of(const policy::RecipientId& recipient) {
        const auto person = store_.person(identities_.controller, recipient, {});
        if (!person) return fail(person.error());
        return person->contact ? unsealed(person->contact->sealed_address) : std::string{};
    }
    [[nodiscard]] std::size_t unreadable() const { return unreadable_; }

  private:
    policy::Store& store_;
    const Identities& identities_;
    std::size_t unreadable_ = 0;
};

}  // namespace

Result<Exported> export_contacts(policy::Store& store, const Identities& identities, std::FILE* out,
                                 Progress& progress) {
    Addresses addresses(store, identities);
    fmt::print(out, "recipient_id,address,jurisdiction,class,segments,source,gpc\n");
    const auto rows = write_pages<policy::RecipientId>(
        out, progress,
        [&](const auto& after) {
            return store.contacts_after(identities.controller, after, page_rows);
        },
        [](const policy::ContactRow& row) { return row.recipient; },
        [&](const policy::ContactRow& row) -> Result<void> {
            const policy::Contact& contact = row.contact;
            fmt::print(out, "{},{},{},{},{},{},{}\n", row.recipient.hex(),
                       csv_field(addresses.unsealed(contact.sealed_address)), contact.jurisdiction,
                       to_word(contact.recipient_class),
                       csv_field(fmt::format("{}", fmt::join(contact.segments, " "))),
                       csv_field(contact.source), contact.gpc ? "yes" : "no");
            return {};
        });
    if (!rows) return fail(rows.error());
    return Exported{*rows, addresses.unreadable()};
}

Result<Exported> export_domains(policy::Store& store, const Identities& identities, std::FILE* out,
                                Progress& progress) {
    fmt::print(out, "domain,jurisdiction,class,source\n");
    const auto rows = write_pages<std::string>(
        out, progress,
        [&](const auto& after) {
            return store.domains_after(identities.controller, after, page_rows);
        },
        [](const policy::DomainImport& row) { return row.domain; },
        [&](const policy::DomainImport& row) -> Result<void> {
            fmt::print(out, "{},{},{},{}\n", row.domain, row.row.jurisdiction,
                       to_word(row.row.recipient_class), csv_field(row.row.source));
            return {};
        });
    if (!rows) return fail(rows.error());
    return Exported{*rows, 0};
}

Result<Exported> export_consents(policy::Store& store, const Identities& identities, std::FILE* out,
                                 Progress& progress) {
    Addresses addresses(store, identities);
    fmt::print(out,
               "recipient_id,address,purpose,given_at,method,source,text_version,proof,expires_at,"
               "withdrawn_at\n");
    const auto rows = write_pages<policy::ConsentPlace>(
        out, progress,
        [&](const auto& after) {
            return store.consents_after(identities.controller, after, page_rows);
        },
        [](const policy::ConsentRow& row) {
            return policy::ConsentPlace{row.recipient, row.consent.purpose, row.consent.given_at};
        },
        [&](const policy::ConsentRow& row) -> Result<void> {
            const policy::Consent& consent = row.consent;
            const auto address = addresses.of(row.recipient);
            if (!address) return fail(address.error());
            fmt::print(out, "{},{},{},{},{},{},{},{},{},{}\n", row.recipient.hex(),
                       csv_field(*address), to_word(consent.purpose), to_text(consent.given_at),
                       csv_field(consent.method), csv_field(consent.source),
                       csv_field(consent.text_version), csv_field(consent.proof),
                       to_text(consent.expires_at), to_text(consent.withdrawn_at));
            return {};
        });
    if (!rows) return fail(rows.error());
    return Exported{*rows, addresses.unreadable()};
}

Result<Exported> export_opt_outs(policy::Store& store, const Identities& identities, std::FILE* out,
                                 Progress& progress) {
    Addresses addresses(store, identities);
    fmt::print(out, "recipient_id,address,scope,at,source\n");
    const auto rows = write_pages<policy::OptOutPlace>(
        out, progress,
        [&](const auto& after) {
            return store.opt_outs_after(identities.controller, after, page_rows);
        },
        [](const policy::OptOut& row) {
            return policy::OptOutPlace{row.recipient, row.scope};
        },
        [&](const policy::OptOut& row) -> Result<void> {
            const auto address = addresses.of(row.recipient);
            if (!address) return fail(address.error());
            fmt::print(out, "{},{},{},{},{}\n", row.recipient.hex(), csv_field(*address),
                       to_word(row.scope), to_text(row.at), to_word(row.source));
            return {};
        });
    if (!rows) return fail(rows.error());
    return Exported{*rows, addresses.unreadable()};
}

int reported_export(const Result<Exported>& exported) {
    if (!exported) return report(exported.error());
    if (exported->unreadable == 0) return EX_OK;
    fmt::print(stderr,
               "candor: {} addresses are sealed under another address key; their rows have the "
               "RecipientId alone\n",
               exported->unreadable);
    return EX_DATAERR;
}

}  // namespace candor::cli
