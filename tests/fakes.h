// Fakes of the ports of `policy`, for the tests of every folder: a store in memory
// (memory_store.h), a clock that stands still, fixed keys, a journal that remembers its lines.
// Header only; no I/O, no randomness.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/clock.h"
#include "policy/journal.h"
#include "policy/people/recipient_id.h"
#include "policy/tokens/keys.h"
#include "tests/memory_store.h"

namespace candor::tests {

/// 2026-11-23 12:00:00 UTC, a Monday: what FixedClock shows unless told otherwise.
inline constexpr policy::Instant noon{std::chrono::seconds{1795435200}};

class FixedClock final : public policy::Clock {
  public:
    explicit FixedClock(policy::Instant instant = noon) : now_(instant) {}
    [[nodiscard]] policy::Instant now() const override {
        const std::scoped_lock lock(mutex_);
        return now_;
    }
    void set(policy::Instant instant) {
        const std::scoped_lock lock(mutex_);
        now_ = instant;
    }
    void advance(std::chrono::seconds by) {
        const std::scoped_lock lock(mutex_);
        now_ += by;
    }

  private:
    mutable std::mutex mutex_;
    policy::Instant now_;
};

/// The keys behind the test vectors of docs/formats.md: any change there is a change of format.
template <class Key>
[[nodiscard]] Key counting_key(std::size_t first) {
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(first + i);
    return key;
}
[[nodiscard]] inline policy::RecipientKey test_recipient_key() {
    return counting_key<policy::RecipientKey>(0x20);
}
[[nodiscard]] inline policy::AddressKey test_address_key() {
    return counting_key<policy::AddressKey>(0x80);
}
[[nodiscard]] inline policy::LinkKey test_link_key(policy::ControllerNumber controller) {
    return counting_key<policy::LinkKey>(std::size_t{controller} * 0x40);
}
[[nodiscard]] inline policy::DailyKey test_daily_key(const policy::KeyRing::DailyName& name) {
    return counting_key<policy::DailyKey>(static_cast<std::size_t>(name.day) +
                                          std::size_t{name.retention} * 0x20 +
                                          std::size_t{name.controller} * 0x90);
}

/// The id of `address` (already normalised) under the test key.
[[nodiscard]] inline policy::RecipientId id_of(std::string_view address,
                                               policy::ControllerNumber controller = 0) {
    return policy::recipient_id(test_recipient_key(), {}, controller, address);
}

/// Link key 1 and the daily keys of every class from the day before `today` to two days after, for
/// controllers 0 and 1. `lose_daily_keys()` and `lose_link_keys()` are what a bad day looks like.
class FixedKeys final : public policy::KeySource {
  public:
    explicit FixedKeys(policy::Day today = policy::day_of(noon)) : today_(today) { rebuild(); }

    [[nodiscard]] std::shared_ptr<const policy::KeyRing> ring() const override {
        const std::scoped_lock lock(mutex_);
        return ring_;
    }
    void lose_daily_keys() {
        daily_ = false;
        rebuild();
    }
    void lose_link_keys() {
        link_ = false;
        rebuild();
    }
    /// What was sealed until now was sealed under a key that is not here.
    void lose_old_link_keys() {
        ++link_id_;
        rebuild();
    }

  private:
    void rebuild() {
        auto ring = std::make_shared<policy::KeyRing>();
        for (const policy::ControllerNumber controller :
             std::array<policy::ControllerNumber, 2>{0, 1}) {
            if (link_) ring->add_link_key(controller, link_id_, test_link_key(controller));
            for (policy::Day day = today_ - 1; daily_ && day <= today_ + 2; ++day) {
                for (policy::RetentionClass k = 1; k < policy::retention_class_days.size(); ++k) {
                    const policy::KeyRing::DailyName name{controller, day, k};
                    ring->add_daily_key(name, test_daily_key(name));
                }
            }
        }
        const std::scoped_lock lock(mutex_);
        ring_ = std::move(ring);
    }

    policy::Day today_;
    bool link_ = true, daily_ = true;
    std::uint8_t link_id_ = 1;
    mutable std::mutex mutex_;
    std::shared_ptr<const policy::KeyRing> ring_;
};

/// Remembers every call as one line `event key=value ...`, values as given, for
/// CHECK(contains(..)).
class RecordingJournal final : public policy::Journal {
  public:
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::scoped_lock lock(mutex_);
        return lines_;
    }
    /// Whether some line holds `text`.
    [[nodiscard]] bool contains(std::string_view text) const {
        const std::scoped_lock lock(mutex_);
        return std::ranges::any_of(
            lines_, [&](const std::string& line) { return line.find(text) != std::string::npos; });
    }
    /// How many lines start with `event`.
    [[nodiscard]] std::size_t count(std::string_view event) const {
        const std::scoped_lock lock(mutex_);
        return static_cast<std::size_t>(std::ranges::count_if(
            lines_, [&](const std::string& line) { return line.starts_with(event); }));
    }
    /// All lines with line breaks, for a failing test's message.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const std::string& line : lines()) all += line + "\n";
        return all;
    }
    void clear() {
        const std::scoped_lock lock(mutex_);
        lines_.clear();
    }

    void message_treated(const Treated& line) override {
        std::string who;
        for (const policy::RecipientId& id : line.recipients) who += " recipient=" + id.hex();
        add("message_treated",
            {{"queue_id", line.queue_id},
             {"stream", line.stream},
             {"treatment", line.treatment},
             {"jurisdiction", line.jurisdiction},
             {"rule", line.rule},
             {"why", line.why},
             {"links", std::to_string(line.links)},
             {"pixels", std::to_string(line.pixels)},
             {"enclosed", std::to_string(line.enclosed)},
             {"foreign", std::to_string(line.foreign)},
             {"notes", line.notes},
             {"observed_only", line.observed_only ? "yes" : "no"},
             {"would", line.would},
             {"because", line.because},
             {"text", line.text}},
            who);
    }
    void recipient_suppressed(std::string_view queue_id, std::string_view stream,
                              const policy::RecipientId& recipient, std::string_view how) override {
        add("recipient_suppressed", {{"queue_id", queue_id},
                                     {"stream", stream},
                                     {"recipient", recipient.hex()},
                                     {"how", how}});
    }
    void message_refused(std::string_view queue_id, std::string_view stream,
                         std::string_view action, std::string_view word,
                         std::string_view text) override {
        add("message_refused", {{"queue_id", queue_id},
                                {"stream", stream},
                                {"action", action},
                                {"word", word},
                                {"text", text}});
    }
    void passed_untreated(std::string_view queue_id, std::string_view stream,
                          std::string_view word) override {
        add("passed_untreated", {{"queue_id", queue_id}, {"stream", stream}, {"word", word}});
    }
    void totals(const Totals& line) override {
        add("totals", {{"messages", std::to_string(line.messages)},
                       {"out_of_scope", std::to_string(line.out_of_scope)},
                       {"individual", std::to_string(line.individual)},
                       {"aggregate", std::to_string(line.aggregate)},
                       {"untracked", std::to_string(line.untracked)},
                       {"plaintext", std::to_string(line.plaintext)},
                       {"suppressed", std::to_string(line.suppressed)},
                       {"unchanged", std::to_string(line.unchanged)},
                       {"observed", std::to_string(line.observed)},
                       {"refused", std::to_string(line.refused)},
                       {"failed", std::to_string(line.failed)},
                       {"foreign", std::to_string(line.foreign)}});
    }
    void opt_out_recorded(const policy::RecipientId& recipient, std::string_view scope,
                          std::string_view source) override {
        add("opt_out_recorded",
            {{"recipient", recipient.hex()}, {"scope", scope}, {"source", source}});
    }
    void opt_outs_imported(std::size_t count) override {
        add("opt_outs_imported", {{"count", std::to_string(count)}});
    }
    void opt_out_removed(const policy::RecipientId& recipient, std::string_view scope,
                         std::string_view source) override {
        add("opt_out_removed",
            {{"recipient", recipient.hex()}, {"scope", scope}, {"source", source}});
    }
    void opt_out_undone(const policy::RecipientId& recipient, std::string_view scope) override {
        add("opt_out_undone", {{"recipient", recipient.hex()}, {"scope", scope}});
    }
    void data_requested(const policy::RecipientId& recipient, std::string_view kind) override {
        add("data_requested", {{"recipient", recipient.hex()}, {"kind", kind}});
    }
    void scanner_systems_skipped(std::size_t rows) override {
        add("scanner_systems_skipped", {{"rows", std::to_string(rows)}});
    }
    void clicks_written(std::size_t events, std::chrono::milliseconds /*took*/) override {
        add("clicks_written", {{"events", std::to_string(events)}});
    }
    void decision_head(std::uint64_t number, std::string_view link) override {
        add("decision_head", {{"number", std::to_string(number)}, {"link", link}});
    }
    void started(std::string_view daemon, std::string_view listening_on) override {
        add("started", {{"daemon", daemon}, {"listening_on", listening_on}});
    }
    void stopping(std::string_view daemon, std::string_view why) override {
        add("stopping", {{"daemon", daemon}, {"why", why}});
    }
    void reloaded(std::string_view config_file, std::string_view policy_digest) override {
        add("reloaded", {{"config_file", config_file}, {"policy_digest", policy_digest}});
    }
    void reload_refused(std::string_view first_fault, std::size_t faults) override {
        add("reload_refused", {{"first_fault", first_fault}, {"faults", std::to_string(faults)}});
    }
    void warning(std::string_view event, std::string_view message) override {
        add("warning", {{"event", event}, {"message", message}});
    }
    void error(std::string_view event, std::string_view message) override {
        add("error", {{"event", event}, {"message", message}});
    }

  private:
    struct Field {
        std::string_view key;
        std::string value;
        Field(std::string_view k, std::string_view v) : key(k), value(v) {}
        Field(std::string_view k, const char* v) : key(k), value(v) {}
        Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
    };
    void add(std::string_view event, const std::vector<Field>& fields, std::string_view rest = {}) {
        std::string line(event);
        for (const Field& field : fields) {
            line.append(" ").append(field.key).append("=").append(field.value);
        }
        line.append(rest);
        const std::scoped_lock lock(mutex_);
        lines_.push_back(std::move(line));
    }

    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

}  // namespace candor::tests
