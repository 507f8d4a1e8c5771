// A message as the milter holds it when its last byte has come, and individual links as it would
// send them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "milter/link_plan.h"
#include "rewriter/message.h"
#include "tests/bench/bench_set.h"

namespace candor::bench {

class WholeMessage {
  public:
    WholeMessage();
    ~WholeMessage();

    /// Message::parse and rewrite(): every link decided, sealed and put back into its encoding.
    /// Links that now lead through the tracker; 0 when the message has more links than the limit.
    std::size_t rewrite(const BenchMail& mail) const;
    /// The same after survey(), as the milter works.
    std::size_t survey_and_rewrite(const BenchMail& mail) const;

    [[nodiscard]] std::string sealed_link(const std::string& destination) const;

  private:
    [[nodiscard]] milter::LinkPlanInput input() const;
    [[nodiscard]] std::size_t rewrite(const rewriter::Message& message) const;

    struct Setting;
    std::unique_ptr<Setting> setting_;
};

}  // namespace candor::bench
