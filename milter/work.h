// One message on its way through the pipeline: what the steps before have found.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "milter/context.h"
#include "milter/message_facts.h"
#include "milter/pipeline.h"
#include "milter/transaction.h"
#include "policy/decision/facts.h"
#include "policy/tokens/keys.h"
#include "rewriter/plan.h"

namespace candor::milter {

struct Work {
    const Transaction& transaction;
    const policy::Stream& stream;
    const Context& context;
    const policy::Controller& controller;
    const Forced& forced;
    policy::Instant now;
    std::shared_ptr<const policy::KeyRing> ring;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
    rewriter::Survey survey;
    policy::MessageFacts facts;
    Request request;  ///< what the message asks for itself
    policy::CampaignId campaign = 0;
    /// The message itself names its campaign (X-Candor-Campaign), so that an older link of another
    /// campaign in it is a quotation.
    bool campaign_is_named = false;
    bool campaign_is_hidden = false;  ///< its name held an address: see policy/people
    /// Why the message as a whole must stay as it is: a signature that a change would break.
    std::optional<rewriter::Untouchable> sealed_whole;

    [[nodiscard]] const policy::Config& config() const { return context.rules->config; }
    [[nodiscard]] std::span<const rewriter::Header> headers() const { return transaction.headers; }
    [[nodiscard]] bool marketing() const { return stream.kind == policy::StreamKind::Marketing; }
    [[nodiscard]] bool over_time() const {
        return std::chrono::steady_clock::now() - started > config().milter.max_time;
    }
};

}  // namespace candor::milter
