// A small world for tests of the milter: one controller, its streams, the shipped pack, fakes of
// all ports, and an MTA that writes down what it is asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "milter/context.h"
#include "milter/mta.h"
#include "milter/pipeline.h"
#include "milter/session.h"
#include "policy/law/packs.h"
#include "policy/people/recipient_id.h"
#include "rewriter/message.h"
#include "rewriter/message_text.h"
#include "rewriter/rewrite.h"
#include "tests/fakes.h"

namespace candor::tests {

/// Records edits in the order in which they came; fails from the `fail_at`-th request on (0 =
/// never).
class RecordingMta final : public milter::Mta {
  public:
    std::vector<std::string> requests;
    rewriter::Edits edits;            // headers alone
    std::optional<std::string> body;  // its pieces joined
    std::vector<std::size_t> piece_sizes;
    std::string held;
    int fail_at = 0;

    Result<void> edit_header(const rewriter::HeaderEdit& edit) override {
        edits.headers.push_back(edit);
        const char* kind = edit.kind == rewriter::HeaderEdit::Kind::Insert    ? "insert "
                           : edit.kind == rewriter::HeaderEdit::Kind::Replace ? "replace "
                                                                              : "remove ";
        return record(kind + edit.name + " " + std::to_string(edit.index));
    }
    Result<void> delete_recipient(std::string_view raw) override {
        return record("delete " + std::string{raw});
    }
    Result<void> replace_body(std::string_view piece) override {
        (body ? *body : body.emplace()) += piece;
        piece_sizes.push_back(piece.size());
        return record("body");
    }
    Result<void> hold(std::string_view reason) override {
        held = reason;
        return record("hold");
    }

  private:
    Result<void> record(std::string request) {
        requests.push_back(std::move(request));
        if (fail_at > 0 && static_cast<int>(requests.size()) >= fail_at) {
            return fail(Fault::Unavailable, "the MTA hung up");
        }
        return {};
    }
};

class World final : public milter::RulesSource {
  public:
    FixedClock clock;
    FixedKeys keys;
    MemoryStore store;
    RecordingJournal journal;
    milter::Totals totals;
    policy::RecipientKey recipient_key = test_recipient_key();
    std::shared_ptr<milter::Rules> rules_in_force = std::make_shared<milter::Rules>();
    milter::Ports ports{store, keys, clock, journal, recipient_key};

    World() {
        rewriter::init_mime();
        policy::Config& config = rules_in_force->config;
        policy::Controller acme;
        acme.name = "acme";
        acme.number = 1;
        acme.domains = {"acme.example"};
        acme.tracking_host = "go.acme.example";
        acme.privacy_notice_url = "https://www.acme.example/privacy";
        acme.postal_address = "Acme, 1 Main Street, Springfield";
        acme.self_hosted = true;
        acme.retention_days = 90;
        config.controllers.push_back(acme);

        policy::Stream news;
        news.name = "newsletter";
        news.controller = "acme";
        news.match.sender = {"news@acme.example"};
        news.default_class = policy::RecipientClass::B2b;
        config.streams.push_back(news);

        policy::Stream bills;
        bills.name = "bills";
        bills.controller = "acme";
        bills.kind = policy::StreamKind::Transactional;
        bills.match.sender = {"billing@acme.example"};
        config.streams.push_back(bills);

        policy::Stream notices = bills;
        notices.name = "notices";
        notices.match.sender = {"notices@acme.example"};
        notices.clean = true;
        config.streams.push_back(notices);
        for (auto& stream : policy::bulk_unlisted_streams("acme")) config.streams.push_back(stream);

        policy::PolicySources sources;
        sources.pack_name = "strict-2026";
        sources.pack_text = std::string{*policy::shipped_pack_text("strict-2026")};
        rules_in_force->policy.effective = *policy::build_policy(sources, "candor.toml");
        rules_in_force->policy.settings = config.policy;
        add_assessment();
        store.all_duties_done(1, noon);
    }

    [[nodiscard]] std::shared_ptr<const milter::Rules> rules() const override {
        return rules_in_force;
    }
    [[nodiscard]] milter::Context context() const { return {ports, rules_in_force}; }
    [[nodiscard]] policy::Stream& stream(std::size_t index) {
        return rules_in_force->config.streams[index];
    }
    [[nodiscard]] policy::Stream& newsletter() { return stream(0); }

    /// A business contact in `jurisdiction`.
    void know(const std::string& address, const std::string& jurisdiction) {
        policy::ContactRow row{1, id(address), {}};
        row.contact.jurisdiction = jurisdiction;
        row.contact.recipient_class = policy::RecipientClass::B2b;
        if (!store.put_contacts(std::span{&row, 1}, {})) std::abort();
    }
    void opt_out(const std::string& address, policy::OptOutScope scope = policy::OptOutScope::All) {
        if (!store.add_opt_out({1, id(address), scope, noon, policy::OptOutSource::Page}))
            std::abort();
    }
    [[nodiscard]] policy::RecipientId id(const std::string& address) const {
        return policy::recipient_id(recipient_key, {}, 1, address);
    }

  private:
    /// Business contacts in the US may be tracked individually, in Italy in aggregate.
    void add_assessment() {
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
        lia.purpose = lia.necessity = lia.balancing = lia.eprivacy_analysis = "written down";
        rules_in_force->policy.evidence.lias.push_back(lia);
        policy::PrivacyNotice notice;
        notice.controller = "acme";
        notice.url = rules_in_force->config.controllers.front().privacy_notice_url;
        notice.version = "1";
        notice.covers = {policy::Measured::Clicks, policy::Measured::Opens};
        notice.attested_by = "the DPO";
        notice.attested_at = noon - std::chrono::days{30};
        notice.review_by = noon + std::chrono::days{300};
        rules_in_force->policy.evidence.privacy_notices.push_back(notice);
    }
};

inline milter::Transaction transaction_of(std::string_view file, const std::string& sender,
                                          const std::vector<std::string>& recipients) {
    milter::Transaction transaction;
    auto split = rewriter::split_message(file);
    transaction.headers = std::move(split.headers);
    transaction.text = rewriter::SourceText{transaction.headers, split.body};
    transaction.envelope.queue_id = "4F2A1C";
    transaction.envelope.sender = sender;
    for (const std::string& address : recipients) {
        transaction.envelope.recipients.push_back({"<" + address + ">", address});
    }
    return transaction;
}

/// The message as it leaves: what an MTA makes of the edits.
inline rewriter::AppliedMessage applied(const milter::Transaction& transaction,
                                        const rewriter::Edits& edits) {
    return rewriter::apply({transaction.headers, transaction.text.body()}, edits);
}

/// A newsletter of the world's that went the whole way, and its body as it leaves.
struct SentNewsletter {
    milter::Transaction transaction;
    milter::Outcome outcome;
    std::string body;
};
inline SentNewsletter send_newsletter(World& world, milter::Transaction transaction) {
    SentNewsletter sent{std::move(transaction), {}, {}};
    sent.outcome = milter::treat(sent.transaction, world.newsletter(), world.context());
    sent.body = applied(sent.transaction, sent.outcome.edits).body;
    return sent;
}

/// What left, on its second way through the milter.
inline milter::Transaction sent_again(const milter::Transaction& transaction,
                                      const rewriter::Edits& edits) {
    auto [headers, body] = applied(transaction, edits);
    rewriter::SourceText text{headers, body};
    return {transaction.envelope, std::move(headers), std::move(text)};
}

/// A newsletter in both forms, with a placeholder for the opt-out and a pixel.
inline std::string newsletter_text() {
    return "From: News <news@acme.example>\n"
           "Subject: November\n"
           "X-Candor-Campaign: november\n"
           "MIME-Version: 1.0\n"
           "Content-Type: multipart/alternative; boundary=\"b1\"\n"
           "\n"
           "--b1\n"
           "Content-Type: text/plain; charset=utf-8\n"
           "\n"
           "Read https://www.acme.example/one or leave: candor:unsubscribe\n"
           "--b1\n"
           "Content-Type: text/html; charset=utf-8\n"
           "\n"
           "<html><body><p>Read <a href=\"https://www.acme.example/one?a=1&amp;b=2\">the news</a> "
           "and\n"
           "<a href='https://shop.acme.example/two'>the offer</a>.</p>\n"
           "<p><a href=\"candor:unsubscribe\">Unsubscribe</a></p>\n"
           "<img src=\"https://px.mailer.example/o/8f3a9c1d2e4b5f60718293a4b5c6d7e8\" width=\"1\" "
           "height=\"1\">\n"
           "</body></html>\n"
           "--b1--\n";
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
inline std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

}  // namespace candor::tests
