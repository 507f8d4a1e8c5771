// Every request to the MTA of one message is made here and nowhere else.
#include "milter/apply_edits.h"

#include <algorithm>
#include <optional>

namespace candor::milter {
namespace {

using rewriter::HeaderEdit;

/// Indexes count the fields before any edit, the MTA counts those that are left: from the last to
/// the first both agree.
std::vector<HeaderEdit> in_safe_order(const std::vector<HeaderEdit>& edits) {
    std::vector<HeaderEdit> ordered = edits;
    std::ranges::stable_sort(ordered, [](const HeaderEdit& a, const HeaderEdit& b) {
        const auto rank = [](const HeaderEdit& edit) {
            return edit.kind == HeaderEdit::Kind::Insert ? 1 : 0;
        };
        if (rank(a) != rank(b)) return rank(a) < rank(b);
        return rank(a) == 0 && a.index > b.index;
    });
    return ordered;
}

/// Sends pieces of any size as full packets. A long piece is not copied.
class BodySender {
  public:
    explicit BodySender(Mta& mta) : mta_(mta) {}

    Result<void> add(std::string_view piece) {
        while (waiting_.size() + piece.size() >= max_body_piece) {
            const std::string_view head = piece.substr(0, max_body_piece - waiting_.size());
            piece.remove_prefix(head.size());
            if (auto sent = send(waiting_.empty() ? head : waiting_ += head); !sent) return sent;
            waiting_.clear();
        }
        waiting_ += piece;
        return {};
    }
    /// An empty body is a body too: without a packet the MTA would keep the old one.
    Result<void> finish() { return waiting_.empty() && sent_ ? Result<void>{} : send(waiting_); }

  private:
    Result<void> send(std::string_view packet) {
        sent_ = true;
        return mta_.replace_body(packet);
    }

    Mta& mta_;
    std::string waiting_;
    bool sent_ = false;
};

Result<void> send_body(std::string_view body, std::span<const rewriter::Replacement> edits,
                       Mta& mta) {
    BodySender sender(mta);
    rewriter::SplicedPieces pieces(body, edits);
    while (const auto piece = pieces.next()) {
        if (auto sent = sender.add(*piece); !sent) return sent;
    }
    return sender.finish();
}

}  // namespace

std::optional<std::string> without_source_route(std::string_view raw) {
    const auto open = raw.find("<@");
    if (open == std::string_view::npos) return std::nullopt;
    const auto colon = raw.find(':', open);
    if (colon == std::string_view::npos) return std::nullopt;
    return "<" + std::string{raw.substr(colon + 1)};
}

Result<void> apply_edits(std::span<const std::string> raw_recipients, const rewriter::Edits& edits,
                         std::string_view body, Mta& mta) {
    for (const std::string& raw : raw_recipients) {
        if (auto deleted = mta.delete_recipient(raw); !deleted) return deleted;
        // Postfix does not find a source-routed recipient by what the client typed.
        const auto plain = without_source_route(raw);
        if (!plain) continue;
        if (auto deleted = mta.delete_recipient(*plain); !deleted) return deleted;
    }
    // Headers before the body: if we die half-way, tracked links must not travel without their
    // opt-out.
    for (const HeaderEdit& edit : in_safe_order(edits.headers)) {
        if (auto sent = mta.edit_header(edit); !sent) return sent;
    }
    // The body last and in one run: Postfix refuses body pieces that are mixed with other edits.
    if (edits.body.empty()) return {};
    return send_body(body, edits.body, mta);
}

}  // namespace candor::milter
