// What every policy::Store promises, as cases to run on each of them: one line per store and case.
// One file, because the port is one.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes.h"

namespace candor::tests {

inline policy::Event click(std::optional<std::uint64_t> recipient, policy::Instant at = noon) {
    return {0,
            7,
            recipient,
            1,
            policy::EventKind::Click,
            policy::Verdict::Human,
            at,
            policy::day_of(noon),
            static_cast<policy::RetentionClass>(recipient ? 3 : 0)};
}

inline void check_people(policy::Store& store) {
    const auto anna = id_of("anna@example.com");
    CHECK(store.person(0, anna, "example.com").value() == policy::Person{});

    const policy::Contact contact{"US-CA",    policy::RecipientClass::B2b, {"b2b", "vip"}, true,
                                  "crm-2026", std::string("\0\xFF\n x", 5)};
    const policy::DomainRow domain{"IT", policy::RecipientClass::B2c, "import"};
    const policy::Consent consent{policy::ConsentPurpose::Click,
                                  noon,
                                  noon + std::chrono::days{365},
                                  std::nullopt,
                                  "form",
                                  "https://acme.example/form",
                                  "v3",
                                  "proof-17"};
    const std::array contacts{policy::ContactRow{0, anna, contact}};
    const std::array domains{policy::DomainImport{0, "example.com", domain}};
    const std::array consents{policy::ConsentRow{0, anna, consent}};
    for (int twice = 0; twice < 2; ++twice) {
        REQUIRE(store.put_contacts(contacts, {}));
        REQUIRE(store.put_domains(domains));
        REQUIRE(store.put_consents(consents, noon));
        const auto person = store.person(0, anna, "example.com");
        REQUIRE(person);
        CHECK(person->contact == contact);
        CHECK(person->domain == domain);
        CHECK(person->consents == std::vector{consent});
    }
    CHECK(store.person(1, anna, "example.com").value() == policy::Person{});  // another controller

    policy::ConsentRow withdrawn{0, anna, consent};
    withdrawn.consent.withdrawn_at = noon + std::chrono::hours{1};
    REQUIRE(store.put_consents(std::array{withdrawn}, noon));
    CHECK(store.person(0, anna, "").value().consents == std::vector{withdrawn.consent});

    REQUIRE(store.add_opt_out({0, anna, policy::OptOutScope::All, noon}));
    REQUIRE(store.delete_contact(0, anna, noon));
    CHECK(store.delete_contact(0, anna, noon).error().fault == Fault::Missing);
    const auto left = store.person(0, anna, "example.com").value();
    CHECK_FALSE(left.contact);
    CHECK(left.consents.empty());
    CHECK(left.opt_outs.all);
}

/// A file without a column takes nothing away: above all no GPC opt-out and no withdrawal.
inline void check_what_stays(policy::Store& store) {
    const auto anna = id_of("anna@example.com");
    const policy::Contact contact{"US-CA", policy::RecipientClass::B2b, {"vip"}, true, "crm",
                                  "sealed"};
    REQUIRE(store.put_contacts(std::array{policy::ContactRow{0, anna, contact}}, {}));
    policy::ContactColumns columns;
    columns.jurisdiction = columns.segments = columns.gpc = false;
    const policy::Contact other{"", policy::RecipientClass::B2c, {}, false, "crm-2", ""};
    REQUIRE(store.put_contacts(std::array{policy::ContactRow{0, anna, other}}, columns));
    const policy::Contact mixed{"US-CA", policy::RecipientClass::B2c, {"vip"}, true, "crm-2",
                                "sealed"};
    CHECK(store.person(0, anna, "").value().contact == mixed);
    REQUIRE(store.put_contacts(std::array{policy::ContactRow{0, anna, other}},
                               {false, false, false, false, false}));
    CHECK(store.person(0, anna, "").value().contact == mixed);
    policy::ContactColumns gpc{false, false, false, true, false};
    REQUIRE(store.put_contacts(std::array{policy::ContactRow{0, anna, other}}, gpc));
    CHECK_FALSE(store.person(0, anna, "").value().contact->gpc);

    policy::ConsentRow given{
        0, anna, {policy::ConsentPurpose::Open, noon, {}, {}, "form", "", "", ""}};
    policy::ConsentRow withdrawn = given;
    withdrawn.consent.withdrawn_at = noon + std::chrono::hours{2};
    REQUIRE(store.put_consents(std::array{withdrawn}, noon));
    given.consent.proof = "later export";
    REQUIRE(store.put_consents(std::array{given}, noon));
    auto consents = store.person(0, anna, "").value().consents;
    REQUIRE(consents.size() == 1);
    CHECK(consents[0].withdrawn_at == noon + std::chrono::hours{2});
    CHECK(consents[0].proof == "later export");
    for (const int hours : {3, 1}) {
        withdrawn.consent.withdrawn_at = noon + std::chrono::hours{hours};
        REQUIRE(store.put_consents(std::array{withdrawn}, noon));
    }
    consents = store.person(0, anna, "").value().consents;
    CHECK(consents[0].withdrawn_at == noon + std::chrono::hours{1});
}

/// A withdrawal, from the moment it is news, and a consent that goes with its contact: what was
/// sealed before names nobody, whatever consent comes later; what is sealed later is decided anew.
inline void check_ended_consents(policy::Store& store) {
    using policy::EventKind;
    const auto anna = id_of("anna@example.com");
    const auto bert = id_of("bert@example.com");
    const auto of = [&](const policy::RecipientId& id) {
        return store.opt_outs_of(0, id.prefix()).value();
    };
    const auto later = noon + policy::still_under_way + std::chrono::seconds{1};
    policy::ConsentRow clicks{
        0, anna, {policy::ConsentPurpose::Click, noon, {}, {}, "form", "", "", ""}};
    policy::ConsentRow opens = clicks, profile = clicks, of_bert = clicks;
    opens.consent.purpose = policy::ConsentPurpose::Open;
    profile.consent.purpose = policy::ConsentPurpose::Profile;
    profile.consent.withdrawn_at = noon;
    of_bert.recipient = bert;
    REQUIRE(store.put_consents(std::array{clicks, opens, profile, of_bert}, noon));
    CHECK(of(anna) == policy::OptOuts{});

    opens.consent.withdrawn_at = noon - std::chrono::days{1};  // said yesterday, heard now
    REQUIRE(store.put_consents(std::array{opens}, noon));
    CHECK(of(anna).allow_naming(EventKind::Click, noon));
    CHECK_FALSE(of(anna).allow_naming(EventKind::Open, noon));
    CHECK(of(anna).allow_naming(EventKind::Open, later));

    clicks.consent.withdrawn_at = noon;
    REQUIRE(store.put_consents(std::array{clicks}, noon));
    CHECK_FALSE(of(anna).allow_naming(EventKind::Click, noon));
    CHECK_FALSE(of(anna).allow_naming(EventKind::Open, noon));
    CHECK(of(anna).allow_naming(EventKind::Click, later));

    // The same file every night is no news, and a new consent brings nothing old back.
    policy::ConsentRow anew = clicks;
    anew.consent.given_at = later;
    anew.consent.withdrawn_at.reset();
    REQUIRE(store.put_consents(std::array{clicks, opens, anew}, noon + std::chrono::days{9}));
    CHECK(of(anna).allow_naming(EventKind::Open, later));
    CHECK_FALSE(of(anna).allow_naming(EventKind::Click, noon));
    // Another withdrawal is: the latest moment counts.
    anew.consent.withdrawn_at = later;
    REQUIRE(store.put_consents(std::array{anew}, later));
    CHECK_FALSE(of(anna).allow_naming(EventKind::Click, later));

    // An end that was later when links were made; not one that is new, the same, or later.
    const auto cleo = id_of("cleo@example.com");
    policy::ConsentRow ending = of_bert;
    ending.recipient = cleo;
    for (const int days : {400, 400, 500}) {
        ending.consent.expires_at = noon + std::chrono::days{days};
        REQUIRE(store.put_consents(std::array{ending}, noon));
        CHECK(of(cleo) == policy::OptOuts{});
    }
    ending.consent.expires_at = noon + std::chrono::days{20};
    REQUIRE(store.put_consents(std::array{ending}, noon));
    CHECK_FALSE(of(cleo).allow_naming(EventKind::Click, noon));
    CHECK(of(cleo).allow_naming(EventKind::Click, later));

    CHECK(of(bert).allow_naming(EventKind::Click, noon));
    REQUIRE(store.delete_contact(0, bert, noon));
    CHECK_FALSE(of(bert).allow_naming(EventKind::Click, noon));
    CHECK(of(bert).allow_naming(EventKind::Click, later));
    // Nobody said these: no list has them, and they are no reason to send less mail.
    CHECK(store.opt_outs_after(0, {}, 100).value().empty());
    CHECK_FALSE(store.person(0, anna, "").value().opt_outs.any());
}

/// Every row of a list once and in order, whatever the size of a page.
inline void check_pages(policy::Store& store) {
    std::vector<policy::ContactRow> contacts;
    std::vector<policy::DomainImport> domains;
    std::vector<policy::ConsentRow> consents;
    std::vector<policy::OptOut> opt_outs;
    for (int i = 0; i < 7; ++i) {
        const auto id = id_of(std::to_string(i) + "@example.com");
        contacts.push_back({0, id, {"US", policy::RecipientClass::B2b, {"vip"}, true, "crm", "s"}});
        domains.push_back({0, std::to_string(i) + ".example", {"IT", {}, "crm"}});
        for (const auto purpose : {policy::ConsentPurpose::Click, policy::ConsentPurpose::Open}) {
            policy::Consent consent{purpose, noon, noon, {}, "form", "url", "v1", "p"};
            consents.push_back({0, id, consent});
            consent.given_at += std::chrono::hours{1};
            consents.push_back({0, id, consent});
        }
        opt_outs.push_back({0, id, policy::OptOutScope::All, noon, policy::OptOutSource::Import});
        opt_outs.push_back(
            {0, id, policy::OptOutScope::Tracking, noon, policy::OptOutSource::Page});
    }
    REQUIRE(store.put_contacts(contacts, {}));
    REQUIRE(store.put_domains(domains));
    REQUIRE(store.put_consents(consents, noon));
    REQUIRE(store.add_opt_outs(opt_outs));
    REQUIRE(store.put_contacts(std::array{policy::ContactRow{1, id_of("x@y.example"), {}}}, {}));
    std::ranges::sort(contacts, {}, &policy::ContactRow::recipient);
    const auto in_order = [](const auto& one, const auto& other) {
        return one.recipient < other.recipient;
    };
    std::ranges::stable_sort(consents, in_order);
    std::ranges::stable_sort(opt_outs, in_order);

    const auto all_of = [](auto page_after, auto place_of) {
        std::remove_cvref_t<decltype(page_after({}).value())> all;
        std::optional<decltype(place_of(all.front()))> after;
        for (;;) {
            const auto page = page_after(after).value();
            if (page.empty()) return all;
            all.insert(all.end(), page.begin(), page.end());
            after = place_of(all.back());
        }
    };
    for (const std::size_t limit : {1U, 3U, 100U}) {
        CAPTURE(limit);
        CHECK(all_of(
                  [&](const std::optional<policy::RecipientId>& after) {
                      return store.contacts_after(0, after, limit);
                  },
                  [](const auto& row) { return row.recipient; }) == contacts);
        CHECK(all_of(
                  [&](const std::optional<std::string>& after) {
                      return store.domains_after(0, after, limit);
                  },
                  [](const auto& row) { return row.domain; }) == domains);
        CHECK(all_of(
                  [&](const std::optional<policy::ConsentPlace>& after) {
                      return store.consents_after(0, after, limit);
                  },
                  [](const auto& row) {
                      return policy::ConsentPlace{row.recipient, row.consent.purpose,
                                                  row.consent.given_at};
                  }) == consents);
        CHECK(all_of(
                  [&](const std::optional<policy::OptOutPlace>& after) {
                      return store.opt_outs_after(0, after, limit);
                  },
                  [](const auto& row) {
                      return policy::OptOutPlace{row.recipient, row.scope};
                  }) == opt_outs);
    }
}

inline void check_feeds(policy::Store& store) {
    CHECK_FALSE(store.feed_ran_at(0, "crm").value());
    REQUIRE(store.record_feed_run(0, "crm", noon));
    REQUIRE(store.record_feed_run(0, "crm", noon - std::chrono::hours{1}));  // the latest word
    CHECK(store.feed_ran_at(0, "crm").value() == noon - std::chrono::hours{1});
    CHECK_FALSE(store.feed_ran_at(1, "crm").value());
    CHECK(!store.record_feed_run(0, std::string(256, 'x'), noon));
}

inline void check_duties(policy::Store& store) {
    using policy::Duty;
    CHECK(store.duties_of(0).value() == policy::Duties{});
    REQUIRE(store.record_duty(0, Duty::TestOptOut, noon));
    CHECK(store.duties_of(0).value() == policy::Duties{noon, {}, {}});
    REQUIRE(store.record_duty(0, Duty::PurgeEvents, noon + std::chrono::hours{1}));
    REQUIRE(store.record_duty(0, Duty::ShredKeys, noon + std::chrono::hours{2}));
    // The latest word, not the latest time: a clock that was ahead must not count for years.
    REQUIRE(store.record_duty(0, Duty::TestOptOut, noon - std::chrono::hours{1}));
    CHECK(store.duties_of(0).value() == policy::Duties{noon - std::chrono::hours{1},
                                                       noon + std::chrono::hours{1},
                                                       noon + std::chrono::hours{2}});
    CHECK(store.duties_of(1).value() == policy::Duties{});  // another controller
}

inline void check_nobody(policy::Store& store) {
    const policy::OptOut test{0, policy::nobody, policy::OptOutScope::All, noon};
    const policy::OptOut anna{0, id_of("anna@example.com"), policy::OptOutScope::All, noon};
    REQUIRE(store.add_opt_out(test));
    REQUIRE(store.add_opt_out(anna));
    CHECK(store.opt_outs_of(0, policy::nobody.prefix()).value().all);
    // A page that is shorter than it may be is the last one.
    for (const std::size_t limit : {1U, 100U}) {
        CHECK(store.opt_outs_after(0, {}, limit).value() == std::vector{anna});
    }
    REQUIRE(store.remove_opt_out(0, policy::nobody, policy::OptOutScope::All, noon));
    CHECK(store.undone_opt_outs(0).value().empty());
    CHECK_FALSE(store.opt_outs_of(0, policy::nobody.prefix()).value().any());
}

inline void check_all_rows_or_none(policy::Store& store) {
    const auto anna = id_of("anna@example.com");
    std::array<policy::ContactRow, 2> contacts{};
    contacts[0].recipient = anna;
    contacts[1].contact.segments = {"two\nlines"};
    CHECK(store.put_contacts(contacts, {}).error().fault == Fault::Malformed);
    CHECK_FALSE(store.person(0, anna, "").value().contact);
    std::array<policy::DomainImport, 2> domains{};
    domains[0].domain = "other.example";
    CHECK(store.put_domains(domains).error().fault == Fault::Malformed);
    CHECK_FALSE(store.person(0, anna, "other.example").value().domain);
}

inline void check_opt_outs(policy::Store& store) {
    const auto anna = id_of("anna@example.com"), bert = id_of("bert@example.com");
    const policy::OptOut first{0, anna, policy::OptOutScope::Tracking, noon,
                               policy::OptOutSource::OneClick};
    policy::OptOut later = first;
    later.at += std::chrono::hours{1};
    CHECK(store.add_opt_out(first).value() == first);
    CHECK(store.add_opt_out(later).value() == first);
    CHECK(store.person(0, anna, "").value().opt_outs == policy::OptOuts{false, true});
    CHECK(store.opt_outs_of(0, anna.prefix()).value() == policy::OptOuts{false, true});
    CHECK_FALSE(store.opt_outs_of(1, anna.prefix()).value().any());
    CHECK_FALSE(store.opt_outs_of(0, bert.prefix()).value().any());
    CHECK(store.opt_outs_after(0, {}, 100).value() == std::vector{first});

    policy::RecipientId twin = anna;  // the same 64 bits, another person: both are spared
    twin.bytes[15] ^= 1;
    REQUIRE(store.add_opt_out({0, twin, policy::OptOutScope::All, noon}));
    CHECK(store.opt_outs_of(0, anna.prefix()).value() == policy::OptOuts{true, true});
    CHECK(store.person(0, anna, "").value().opt_outs == policy::OptOuts{false, true});

    REQUIRE(store.remove_opt_out(0, anna, policy::OptOutScope::Tracking, noon));
    CHECK_FALSE(store.person(0, anna, "").value().opt_outs.any());
    CHECK(store.remove_opt_out(0, anna, policy::OptOutScope::Tracking, noon).error().fault ==
          Fault::Missing);
}

inline void check_undone_opt_outs(policy::Store& store) {
    const auto anna = id_of("anna@example.com");
    constexpr std::uint64_t one = 0xFEDCBA9876543210, two = 2;  // the first has the sign bit set
    const auto said_by = [&](std::uint64_t page) {
        return policy::OptOut{0,   anna, policy::OptOutScope::All, noon, policy::OptOutSource::Page,
                              page};
    };
    const policy::Instant later = noon + std::chrono::minutes{5};
    const auto missing = [&](std::uint64_t page) {
        return store.undo_opt_out(said_by(page), later).error().fault == Fault::Missing;
    };
    CHECK(store.add_opt_out(said_by(one)).value() == said_by(one));
    CHECK(store.add_opt_out(said_by(one)).value() == said_by(one));  // a double click
    CHECK(store.opt_outs_after(0, {}, 100).value() == std::vector{said_by(one)});
    CHECK(missing(two));
    CHECK(missing(0));
    policy::OptOut other = said_by(one);
    other.scope = policy::OptOutScope::Tracking;
    CHECK(store.undo_opt_out(other, later).error().fault == Fault::Missing);
    other = said_by(one);
    other.controller = 1;
    CHECK(store.undo_opt_out(other, later).error().fault == Fault::Missing);

    REQUIRE(store.undo_opt_out(said_by(one), later));
    CHECK_FALSE(store.person(0, anna, "").value().opt_outs.any());
    CHECK(missing(one));
    CHECK(store.undone_opt_outs(0).value() ==
          std::vector{policy::UndoneOptOut{said_by(one), later}});
    CHECK(store.undone_opt_outs(1).value().empty());
    CHECK(store.times_undone(0, anna, policy::OptOutScope::All).value() == 1);
    CHECK(store.times_undone(0, anna, policy::OptOutScope::Tracking).value() == 0);
    CHECK(store.times_undone(1, anna, policy::OptOutScope::All).value() == 0);

    // Said before, or again, by anybody: no page takes it back.
    policy::Instant removed_at = later;
    for (const std::uint64_t again : {two, std::uint64_t{0}}) {
        REQUIRE(store.add_opt_out(said_by(one)));
        CHECK(store.add_opt_out(said_by(again)).value() == said_by(0));
        CHECK(missing(one));
        CHECK(missing(two));
        CHECK(missing(0));
        CHECK(store.person(0, anna, "").value().opt_outs.all);
        removed_at += std::chrono::hours{1};
        REQUIRE(store.remove_opt_out(0, anna, policy::OptOutScope::All, removed_at));
    }
    // What an operator removes is evidence, too: of no page.
    const auto undone = store.undone_opt_outs(0).value();
    REQUIRE(undone.size() == 3);
    CHECK(undone.back() == policy::UndoneOptOut{said_by(0), removed_at});
}

inline void check_requests(policy::Store& store) {
    const auto anna = id_of("anna@example.com"), bert = id_of("bert@example.com");
    const auto asked = [](const policy::RecipientId& who, policy::RequestKind kind, int hours) {
        return policy::DataRequest{0, who, kind, noon + std::chrono::hours{hours}, {}};
    };
    using Kind = policy::RequestKind;
    CHECK(store.add_request(asked(anna, Kind::Access, 0)).value());
    CHECK_FALSE(store.add_request(asked(anna, Kind::Access, 1)).value());  // open already: one
    REQUIRE(store.add_request(asked(anna, Kind::Erasure, 2)));
    REQUIRE(store.add_request(asked(bert, Kind::Access, 3)));
    CHECK(store.requests(0).value() == std::vector{asked(anna, Kind::Access, 0),
                                                   asked(anna, Kind::Erasure, 2),
                                                   asked(bert, Kind::Access, 3)});
    CHECK(store.requests(1).value().empty());

    const policy::Instant answered = noon + std::chrono::hours{4};
    REQUIRE(store.close_request(0, anna, Kind::Access, answered));
    CHECK(store.close_request(0, anna, Kind::Access, answered).error().fault == Fault::Missing);
    CHECK(store.close_request(1, bert, Kind::Access, answered).error().fault == Fault::Missing);
    CHECK(store.close_request(0, bert, Kind::Erasure, answered).error().fault == Fault::Missing);
    CHECK(store.add_request(asked(anna, Kind::Access, 5)).value());  // asked anew
    const auto all = store.requests(0).value();
    REQUIRE(all.size() == 4);
    CHECK(all[0].closed_at == answered);
    CHECK(all[3] == asked(anna, Kind::Access, 5));
}

inline void check_campaigns(policy::Store& store) {
    const auto one = store.campaign(0, "spring", noon).value();
    CHECK(one != 0);
    CHECK(store.campaign(0, "spring", noon + std::chrono::hours{1}).value() == one);
    const auto two = store.campaign(1, "spring", noon).value();
    const auto three = store.campaign(0, "Spring", noon).value();
    CHECK(one != two);
    CHECK(one != three);
    CHECK(two != three);
    CHECK(store.campaign(0, std::string(255, 'x'), noon));
    CHECK(store.campaign(0, "", noon).error().fault == Fault::Malformed);
    CHECK(store.campaign(0, std::string(256, 'x'), noon).error().fault == Fault::Malformed);
}

inline void check_events(policy::Store& store) {
    // The greatest prefix has the sign bit of a 64-bit integer set.
    const std::array events{click(~std::uint64_t{0}), click(5, noon + std::chrono::hours{1}),
                            click(std::nullopt), click(5, noon + std::chrono::days{31})};
    REQUIRE(store.append(events, {}));
    CHECK(store.append({}, {}));
    const auto rows = store.events_of(0, 7).value();
    CHECK(rows == std::vector{events[0], events[1]});  // the third is nobody's, the last too late
    CHECK(store.events_of(1, 7).value().empty());
    CHECK(store.events_of(0, 8).value().empty());
    const auto totals = store.totals_of(0, 7).value();
    REQUIRE(totals.size() == 3);
    CHECK(totals[0].count == 2);
    CHECK(totals[0].hour == noon.time_since_epoch().count() / 3600);
    CHECK(totals[1].count == 1);
    CHECK(totals[2].count == 1);
}

/// Over all campaigns and days, by time, and nobody else's.
inline void check_events_of_person(policy::Store& store) {
    const auto anna = id_of("anna@example.com"), bert = id_of("bert@example.com");
    policy::Event opened = click(anna.prefix(), noon + std::chrono::hours{2});
    opened.kind = policy::EventKind::Open;
    opened.verdict = policy::Verdict::Machine;
    opened.reason = policy::VerdictReason::MailPrivacy;
    opened.campaign = 8;
    policy::Event earlier_mail = click(anna.prefix(), noon + std::chrono::hours{1});
    earlier_mail.sent_on -= 3;
    earlier_mail.retention = 2;
    earlier_mail.link = 5;
    policy::Event elsewhere = click(anna.prefix());
    elsewhere.controller = 1;
    const std::array events{opened,    click(bert.prefix()), click(std::nullopt), earlier_mail,
                            elsewhere, click(anna.prefix())};
    REQUIRE(store.append(events, {}));
    CHECK(store.events_of_person(0, anna).value() == std::vector{events[5], earlier_mail, opened});
    CHECK(store.events_of_person(1, anna).value() == std::vector{elsewhere});
    CHECK(store.events_of_person(1, bert).value().empty());
    policy::RecipientId twin = anna;  // the same 64 bits: a row does not say which of them it was
    twin.bytes[15] ^= 1;
    CHECK(store.events_of_person(0, twin).value().size() == 3);
}

/// What was recorded of a person goes, and what was recorded before the erasure and arrives after
/// it names nobody. What is recorded later does again.
inline void check_erased_events(policy::Store& store) {
    const auto anna = id_of("anna@example.com"), bert = id_of("bert@example.com");
    const auto later = noon + policy::still_under_way + std::chrono::seconds{1};
    const std::array events{click(anna.prefix()), click(bert.prefix()),
                            click(anna.prefix(), noon + std::chrono::hours{1})};
    REQUIRE(store.append(events, {9, 3}));
    policy::Event of_another = click(anna.prefix());
    of_another.controller = 1;
    REQUIRE(store.append(std::array{of_another}, {}));
    CHECK(store.erase_events(0, anna, noon).value() == 2);
    CHECK(store.events_of(0, 7).value() == std::vector{events[1]});
    CHECK(store.events_of(1, 7).value() == std::vector{of_another});
    CHECK_FALSE(
        store.opt_outs_of(0, anna.prefix()).value().allow_naming(policy::EventKind::Click, noon));

    // Waited in the spool meanwhile.
    policy::Event late = click(anna.prefix(), noon + std::chrono::seconds{1});
    policy::Event opened = late;
    opened.kind = policy::EventKind::Open;
    REQUIRE(store.append(std::array{late, opened, click(bert.prefix(), late.at)}, {9, 6}));
    const auto left = store.events_of(0, 7).value();
    CHECK(left.size() == 2);
    for (const policy::Event& event : left) CHECK(event.recipient == bert.prefix());
    const auto totals = store.totals_of(0, 7).value();
    std::int64_t counted = 0;
    for (const policy::Total& total : totals) counted += total.count;
    CHECK(counted == 6);  // counts stay, with whom they were of or without
    REQUIRE(store.append(std::array{click(anna.prefix(), later)}, {9, 7}));
    CHECK(store.events_of(0, 7).value().back().recipient == anna.prefix());
    CHECK(store.erase_events(0, id_of("nobody@example.com"), noon).value() == 0);
}

inline void check_spool_positions(policy::Store& store) {
    const auto counted = [&store] {
        const auto totals = store.totals_of(0, 7).value();
        return totals.empty() ? 0 : totals[0].count;
    };
    // The greatest number has the sign bit of a 64-bit integer set.
    constexpr std::uint64_t spool = ~std::uint64_t{0};
    CHECK(store.taken_from(spool).value() == 0);
    const std::array two{click(5), click(6)};
    REQUIRE(store.append(two, {spool, 2}));
    CHECK(store.taken_from(spool).value() == 2);
    REQUIRE(store.append(two, {spool, 2}));
    REQUIRE(store.append(std::array{click(4)}, {spool, 1}));
    CHECK(counted() == 2);
    CHECK(store.taken_from(spool).value() == 2);
    CHECK(store.events_of(0, 7).value().size() == 2);
    // Records that could not be read leave nothing but the position.
    REQUIRE(store.append({}, {spool, 5}));
    CHECK(store.taken_from(spool).value() == 5);
    // Another spool, and events of none, are their own.
    REQUIRE(store.append(two, {7, 2}));
    REQUIRE(store.append(two, {}));
    CHECK(counted() == 6);
    CHECK(store.taken_from(7).value() == 2);
}

inline policy::DecisionRecord decision_about(std::string_view address,
                                             std::string_view queue_id = "4F2A1C",
                                             policy::Instant at = noon) {
    policy::DecisionRecord record;
    record.recipient = id_of(address);
    record.campaign = 7;
    record.at = at;
    record.queue_id = queue_id;
    record.evidence = "lia-us-2026";
    record.grounds = std::make_shared<const std::string>("treatment individual\nrule x\n");
    record.body = policy::BodyDigest{{1, 2}, {3, 4}};
    return record;
}

inline void check_decisions(policy::Store& store) {
    const auto queue_ids = [&store](const policy::DecisionQuery& query) {
        std::vector<std::string> ids;
        const auto found = store.decisions(query).value();
        for (const auto& kept : found) ids.push_back(kept.record.queue_id);
        return ids;
    };
    using Ids = std::vector<std::string>;
    CHECK(queue_ids({}).empty());
    const auto later = noon + std::chrono::days{40};
    policy::DecisionRecord elsewhere = decision_about("anna@example.com", "E");
    elsewhere.controller = 1;
    policy::DecisionRecord refused = decision_about("bob@example.com", "D", later);
    refused.outcome = policy::DecisionOutcome::Suppressed;
    refused.campaign = 0;
    refused.body.reset();
    REQUIRE(store.append_decisions(std::array{decision_about("anna@example.com", "A"),
                                              decision_about("bob@example.com", "B"), elsewhere}));
    REQUIRE(store.append_decisions(
        std::array{decision_about("anna@example.com", "C", later), refused}));

    policy::DecisionQuery anna;
    anna.controller = 0;
    anna.recipient = id_of("anna@example.com");
    CHECK(queue_ids(anna) == Ids{"A", "C"});
    CHECK(queue_ids({}) == Ids{"A", "B", "E", "C", "D"});
    policy::DecisionQuery some;
    some.campaign = 7;
    some.since = noon + std::chrono::seconds{1};
    CHECK(queue_ids(some) == Ids{"C"});
    some = {};
    some.until = noon;
    some.limit = 2;
    CHECK(queue_ids(some) == Ids{"B", "E"});
    some = {};
    some.queue_id = "D";
    const auto found = store.decisions(some).value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].number == 5);
    CHECK(found[0].record.outcome == policy::DecisionOutcome::Suppressed);
    CHECK(found[0].record.at == later);
    CHECK(found[0].record.evidence == "lia-us-2026");
    CHECK(*found[0].record.grounds == "treatment individual\nrule x\n");
    CHECK_FALSE(found[0].record.body);
    CHECK(store.decisions(anna).value()[0].record.body == policy::BodyDigest{{1, 2}, {3, 4}});

    // Erased: nothing about them is found any more, at this controller.
    CHECK(store.erase_decisions(0, id_of("anna@example.com"), later).value() == 2);
    CHECK(queue_ids({}) == Ids{"B", "E", "D"});
    const auto again = store.erase_decisions(0, id_of("anna@example.com"), later);
    REQUIRE_FALSE(again);
    CHECK(again.error().fault == Fault::Missing);
}

}  // namespace candor::tests
