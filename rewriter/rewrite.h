// The rewriter's front door: parse -> survey -> (somebody decides) -> rewrite.
#pragma once

#include "policy/result.h"
#include "rewriter/message.h"
#include "rewriter/plan.h"

namespace candor::rewriter {

/// What is in the message. Changes nothing, cannot fail: what cannot be read is `untouchable`.
[[nodiscard]] Survey survey(const Message& message, const RewritePlan& rules_for_tracking = {});

/// The edits that make `message` obey `plan`. An empty plan gives empty edits. The same plan on the
/// result gives empty edits (twice is once). Never puts a line over 998 octets into the body.
/// Errors: Malformed (a part that must change cannot be encoded), OverLimit (links).
[[nodiscard]] Result<Edits> rewrite(const Message& message, const RewritePlan& plan);

/// The header that an MTA makes of `edits`: added fields come last.
[[nodiscard]] std::vector<Header> edited_headers(std::span<const Header> headers,
                                                 std::span<const HeaderEdit> edits);

/// `edits` applied to a message, in one piece: for tests. Who sends a body sends SplicedPieces.
struct AppliedMessage {
    std::vector<Header> headers;
    std::string body;
};
[[nodiscard]] AppliedMessage apply(const RawMessage& raw, const Edits& edits);

}  // namespace candor::rewriter
