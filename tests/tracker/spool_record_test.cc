// One event as 48 bytes: what comes back, what does not, and who can be read in them.
#include "tracker/spool_record.h"

#include <doctest/doctest.h>

#include "policy/tokens/digest.h"
#include "tests/fakes.h"

namespace candor::tracker {
namespace {

using tests::noon;

const policy::Day today = policy::day_of(noon);

policy::Event named_event() {
    return {1,
            0x01020304,
            0xF1E2D3C4B5A69788,
            513,
            policy::EventKind::Click,
            policy::Verdict::Machine,
            noon,
            today,
            4,
            policy::VerdictReason::Burst};
}

policy::Event nameless_event() {
    policy::Event event = named_event();
    event.recipient.reset();
    event.sent_on = 0;
    event.retention = 0;
    return event;
}

TEST_SUITE_BEGIN("tracker/spool_record");

TEST_CASE("an event comes back as it was") {
    const tests::FixedKeys keys;
    const auto ring = keys.ring();
    policy::Event nobody = nameless_event();
    nobody.kind = policy::EventKind::Open;
    nobody.verdict = policy::Verdict::Human;
    for (const policy::Event& event : {named_event(), nobody, policy::Event{}}) {
        const std::string record = to_spool_record(event, *ring);
        CHECK(record.size() == spool_record_bytes);
        CHECK(from_spool_record(record, *ring, today) == event);
    }
}

TEST_CASE("the layout is what docs/formats.md says") {
    const tests::FixedKeys keys;
    const std::string record = to_spool_record(named_event(), *keys.ring());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(record.data());
    CHECK(policy::to_hex({bytes, record.size()}) ==
          "01010209"          // version, kind, verdict, reason
          "000000006b042ac0"  // at
          "0001"              // controller
          "01020304"          // campaign
          "0201"              // link
          "512c"              // sent_on
          "04"                // retention
          "00"
          "e85bc71aae72c19471b5c308ccb2e6b5"  // who, sealed
          "5bbd6ebceba20d37");                // checksum
}

TEST_CASE("any changed bit is seen") {
    const tests::FixedKeys keys;
    const auto ring = keys.ring();
    const std::string record = to_spool_record(named_event(), *ring);
    for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
        std::string changed = record;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        CHECK_FALSE(from_spool_record(changed, *ring, today));
    }
    CHECK_FALSE(from_spool_record(std::string(spool_record_bytes, '\0'), *ring, today));
    CHECK_FALSE(from_spool_record(record.substr(1), *ring, today));
}

TEST_CASE("with the daily key, or after its class, the person is gone and the click is not") {
    const tests::FixedKeys keys;
    const auto ring = keys.ring();
    const policy::Event nobody = nameless_event();
    const std::string record = to_spool_record(named_event(), *ring);
    CHECK(from_spool_record(record, policy::KeyRing{}, today) == nobody);
    CHECK(from_spool_record(record, *ring, today + 60) == named_event());
    CHECK(from_spool_record(record, *ring, today + 61) == nobody);
    // A key that was lost and made anew opens nothing.
    policy::KeyRing other;
    other.add_daily_key({1, today, 4}, tests::counting_key<policy::DailyKey>(1));
    CHECK(from_spool_record(record, other, today) == nobody);
    // Without a key to seal the person under, he does not get into the spool.
    CHECK(from_spool_record(to_spool_record(named_event(), policy::KeyRing{}), *ring, today) ==
          nobody);
    CHECK(record.find("\xF1\xE2\xD3\xC4") == std::string::npos);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
