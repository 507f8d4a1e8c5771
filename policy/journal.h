// Port: what operators read. Every line is one function, so one review finds every leak.
// No function takes an address: whom a line is about is said by a RecipientId.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/people/recipient_id.h"
#include "policy/treatment.h"

namespace candor::policy {

/// Safe to call from any thread. Text that comes from a message is escaped by the implementation.
class Journal {
  public:
    virtual ~Journal() = default;

    struct Treated {
        std::string_view queue_id, stream, treatment, jurisdiction, rule, why;
        std::span<const RecipientId> recipients;
        std::size_t links = 0, pixels = 0;
        std::size_t foreign = 0;  ///< links through others' click trackers that nobody can open
        std::chrono::milliseconds took{0};
        bool observed_only = false;
        std::size_t enclosed = 0;     ///< messages inside the message, which nobody looked into
        std::string_view notes = {};  ///< words that the sender should look at, apart by commas
        /// In observe mode, what would have become of a message or recipient that was let through:
        /// reject, hold, tempfail, pass; rejected, removed, discarded. `because` and `text` say
        /// why.
        std::string_view would = {}, because = {}, text = {};
    };
    /// One line per message and recipient group; in observe mode one more for each recipient who
    /// would have got nothing.
    virtual void message_treated(const Treated& line) = 0;

    /// An opted-out recipient was kept from a message; `how` is rejected, removed or discarded.
    virtual void recipient_suppressed(std::string_view queue_id, std::string_view stream,
                                      const RecipientId& recipient, std::string_view how) = 0;
    /// The message goes nowhere: 550, hold or 4xx; `action` says which.
    virtual void message_refused(std::string_view queue_id, std::string_view stream,
                                 std::string_view action, std::string_view word,
                                 std::string_view text) = 0;
    /// It should have lost something and went on (`untreatable = "pass"`): to be alerted on.
    virtual void passed_untreated(std::string_view queue_id, std::string_view stream,
                                  std::string_view word) = 0;

    struct Totals {
        std::uint64_t messages = 0, out_of_scope = 0, individual = 0, aggregate = 0, untracked = 0,
                      plaintext = 0, suppressed = 0, unchanged = 0, observed = 0, refused = 0,
                      failed = 0, foreign = 0;
    };
    virtual void totals(const Totals& line) = 0;

    /// `what` is opt-out, undo ...; `scope` all or tracking.
    virtual void opt_out_recorded(const RecipientId& recipient, std::string_view scope,
                                  std::string_view source) = 0;
    /// So many, by one step of an import.
    virtual void opt_outs_imported(std::size_t count) = 0;
    /// Taken back by anybody but its page; `source` as above.
    virtual void opt_out_removed(const RecipientId& recipient, std::string_view scope,
                                 std::string_view source) = 0;
    /// The page on which it was made took it back.
    virtual void opt_out_undone(const RecipientId& recipient, std::string_view scope) = 0;
    /// `kind` is access or erasure.
    virtual void data_requested(const RecipientId& recipient, std::string_view kind) = 0;
    virtual void clicks_written(std::size_t events, std::chrono::milliseconds took) = 0;

    /// The end of the decision log, once an hour and at the end: noted where the log cannot reach,
    /// so that a log that was cut off is found. `link` is 64 hex digits.
    virtual void decision_head(std::uint64_t number, std::string_view link) = 0;

    /// Rows of the table of scanners that name an autonomous system, which is not looked up.
    virtual void scanner_systems_skipped(std::size_t rows) = 0;
    virtual void started(std::string_view daemon, std::string_view listening_on) = 0;
    virtual void stopping(std::string_view daemon, std::string_view why) = 0;
    virtual void reloaded(std::string_view config_file, std::string_view policy_digest) = 0;
    virtual void reload_refused(std::string_view first_fault, std::size_t faults) = 0;

    /// Something an operator should look at; `message` comes from an Error and holds no address.
    virtual void warning(std::string_view event, std::string_view message) = 0;
    virtual void error(std::string_view event, std::string_view message) = 0;
};

}  // namespace candor::policy
