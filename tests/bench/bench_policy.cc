// What a decision costs: the rulebook alone, the look-ups before it among millions of contacts, and
// how soon an opt-out of another process is seen. Says which target holds; judges nothing for
// ctest.
//
//   bench_policy [--contacts N]      default: 10,000,000, in a temporary folder of about 2 GB
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "policy/decision/decide.h"
#include "policy/law/packs.h"
#include "sqlite/store.h"

using namespace candor;

namespace {

using Steady = std::chrono::steady_clock;

constexpr policy::Instant noon{std::chrono::seconds{1795435200}};

double microseconds_since(Steady::time_point start) {
    return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

struct Spread {
    double median = 0, p99 = 0;
};
Spread spread_of(std::vector<double> values) {
    std::ranges::sort(values);
    const auto at = [&values](double part) {
        return values.empty()
                   ? 0.0
                   : values[std::min(
                         values.size() - 1,
                         static_cast<std::size_t>(static_cast<double>(values.size()) * part))];
    };
    return {at(0.5), at(0.99)};
}

void report(std::string_view what, const Spread& spread, double limit) {
    fmt::print("  {:<44} {:8.2f} us median, {:8.2f} us p99, at most {:5.1f}  {}\n", what,
               spread.median, spread.p99, limit, spread.median <= limit ? "holds" : "MISSED");
    std::fflush(stdout);
}

// --- the rulebook ---

/// A controller with everything in place, so that every rule is asked.
struct Office {
    policy::Controller controller;
    policy::Stream stream;
    policy::Policy policy;

    Office() {
        controller.name = "acme";
        controller.domains = {"acme.example"};
        controller.tracking_host = "go.acme.example";
        controller.privacy_notice_url = "https://www.acme.example/privacy";
        controller.self_hosted = true;
        controller.retention_days = 90;
        stream.name = "newsletter";
        stream.controller = "acme";
        policy::Lia lia;
        lia.id = "lia-1";
        lia.controller = "acme";
        lia.status = "approved";
        lia.outcome = "pass";
        lia.approved_by = "the DPO";
        lia.approved_at = noon - std::chrono::days{30};
        lia.review_by = noon + std::chrono::days{300};
        lia.jurisdictions = {"US", "IT"};
        lia.treatments = {policy::Treatment::Individual, policy::Treatment::Aggregate};
        lia.eprivacy_analysis = "written down";
        policy.evidence.lias.push_back(lia);
        policy::PrivacyNotice notice;
        notice.controller = "acme";
        notice.url = controller.privacy_notice_url;
        notice.covers = {policy::Measured::Clicks, policy::Measured::Opens};
        notice.attested_at = noon - std::chrono::days{30};
        notice.review_by = noon + std::chrono::days{300};
        policy.evidence.privacy_notices.push_back(notice);
        policy::PolicySources sources;
        sources.pack_name = "strict-2026";
        sources.pack_text = std::string{*policy::shipped_pack_text("strict-2026")};
        policy.effective = *policy::build_policy(sources, "candor.toml");
    }

    [[nodiscard]] policy::Facts facts(const char* jurisdiction) const {
        policy::Facts facts;
        facts.person.contact.emplace();
        facts.person.contact->jurisdiction = jurisdiction;
        facts.person.contact->recipient_class = policy::RecipientClass::B2b;
        facts.recipient_domain = "lumen.example";
        facts.message.has_campaign = true;
        facts.message.from_domain = "acme.example";
        facts.message.visible_opt_out = true;
        facts.message.tracking_aligned = true;
        facts.message.opt_out_tested = facts.message.purge_on_time = true;
        facts.stream = &stream;
        facts.controller = &controller;
        return facts;
    }
};

void measure_decide() {
    const Office office;
    constexpr int in_a_row = 200;
    for (const char* code : {"US", "IT", "FR", "DE", "ZZ"}) {
        const policy::Facts facts = office.facts(code);
        std::vector<double> each;
        for (int round = 0; round < 500; ++round) {
            const auto start = Steady::now();
            std::size_t reasons = 0;
            for (int k = 0; k < in_a_row; ++k) {
                reasons += policy::decide(facts, office.policy, noon).reasons.size();
            }
            if (reasons == 0) std::abort();
            each.push_back(microseconds_since(start) / in_a_row);
        }
        const auto treatment = policy::decide(facts, office.policy, noon).treatment;
        report(fmt::format("decide(), {} -> {}", code, to_string(treatment)), spread_of(each), 2);
    }
}

// --- the store ---

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "candor-bench.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// The id of contact `number`: spread like a keyed hash, and known without a table of them.
policy::RecipientId id_of(std::uint64_t number) {
    policy::RecipientId id;
    std::uint64_t state = number * 0x9E3779B97F4A7C15ULL + 1;
    for (std::size_t k = 0; k < id.bytes.size(); ++k) {
        state ^= state >> 30U;
        state *= 0xBF58476D1CE4E5B9ULL;
        state ^= state >> 27U;
        id.bytes[k] = static_cast<std::uint8_t>(state >> 56U);
        state += 0x9E3779B97F4A7C15ULL;
    }
    return id;
}

void load_contacts(sqlite::SqliteStore& store, std::uint64_t count) {
    constexpr std::uint64_t batch = 200000;
    const auto start = Steady::now();
    std::vector<policy::ContactRow> rows(batch);
    for (std::uint64_t first = 0; first < count; first += batch) {
        rows.resize(std::min(batch, count - first));
        for (std::uint64_t k = 0; k < rows.size(); ++k) {
            policy::ContactRow& row = rows[k];
            row.controller = 1;
            row.recipient = id_of(first + k);
            row.contact.jurisdiction = "US-CA";
            row.contact.recipient_class = policy::RecipientClass::B2b;
            row.contact.source = "crm-2026-11";
            row.contact.sealed_address.assign(40, 'x');
        }
        if (!store.put_contacts(rows, {})) std::abort();
    }
    fmt::print("  {} contacts loaded in {:.0f} s\n", count, microseconds_since(start) / 1e6);
    std::fflush(stdout);
}

void measure_look_ups(sqlite::SqliteStore& store, std::uint64_t contacts) {
    std::mt19937_64 random{17};
    const std::string domain = "lumen.example";
    for (const bool known : {true, false}) {
        std::vector<double> each;
        std::size_t found = 0;
        constexpr std::size_t look_ups = 50000;
        for (std::size_t k = 0; k < look_ups; ++k) {
            const std::uint64_t number = random() % contacts + (known ? 0 : contacts);
            const policy::RecipientId id = id_of(number);
            const auto start = Steady::now();
            const auto person = store.person(1, id, domain);
            each.push_back(microseconds_since(start));
            if (!person) std::abort();
            found += person->contact ? 1U : 0U;
        }
        if (found != (known ? look_ups : std::size_t{0})) std::abort();
        report(fmt::format("person(), {} of {} contacts", known ? "one" : "none", contacts),
               spread_of(each), 20);
    }
}

/// A child commits opt-outs and says so; the parent looks the person up the moment it hears.
void measure_visibility(const std::filesystem::path& state, sqlite::SqliteStore& store) {
    constexpr int opt_outs = 2000;
    int said[2] = {-1, -1};
    if (::pipe(said) != 0) std::abort();
    const pid_t child = ::fork();
    if (child == 0) {
        auto tracker = sqlite::SqliteStore::open({state, sqlite::Role::Tracker, {}});
        for (std::uint64_t k = 0; k < opt_outs; ++k) {
            const bool done =
                tracker && (*tracker)->add_opt_out({1, id_of(k), policy::OptOutScope::All, noon,
                                                    policy::OptOutSource::OneClick});
            if (!done || ::write(said[1], &k, sizeof k) != sizeof k) ::_exit(1);
        }
        ::_exit(0);
    }
    ::close(said[1]);
    std::vector<double> each;
    int missed = 0;
    std::uint64_t number = 0;
    while (::read(said[0], &number, sizeof number) == sizeof number) {
        const auto start = Steady::now();
        const auto person = store.person(1, id_of(number), "lumen.example");
        each.push_back(microseconds_since(start));
        if (!person || !person->opt_outs.all) ++missed;
    }
    ::close(said[0]);
    ::waitpid(child, nullptr, 0);
    fmt::print("  {:<44} {:8} missed of {}, at most 0  {}\n",
               "opt-outs of another process, next look-up", missed, each.size(),
               missed == 0 && each.size() == opt_outs ? "holds" : "MISSED");
    report("the look-up that sees it", spread_of(each), 20);
}

}  // namespace

int main(int count, char** words) {
    std::uint64_t contacts = 10'000'000;
    if (count == 3 && std::strcmp(words[1], "--contacts") == 0) {
        contacts = std::max<std::uint64_t>(1, std::strtoull(words[2], nullptr, 10));
    } else if (count != 1) {
        fmt::print(stderr, "usage: bench_policy [--contacts N]\n");
        return 64;
    }
    fmt::print("The rulebook\n");
    measure_decide();
    fmt::print("\nThe store\n");
    const TemporaryFolder folder;
    auto store = sqlite::SqliteStore::open({folder.path(), sqlite::Role::Milter, {}});
    if (!store) {
        fmt::print(stderr, "bench_policy: {}\n", store.error().message);
        return 75;
    }
    load_contacts(**store, contacts);
    measure_look_ups(**store, contacts);
    measure_visibility(folder.path(), **store);
    return 0;
}
