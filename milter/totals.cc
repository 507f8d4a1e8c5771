// Relaxed counting: a line of totals needs no order between its figures.
#include "milter/totals.h"

namespace candor::milter {

void Totals::count_treated(policy::Treatment treatment) {
    switch (treatment) {
        case policy::Treatment::Individual: ++individual_; return;
        case policy::Treatment::Aggregate: ++aggregate_; return;
        case policy::Treatment::Untracked: ++untracked_; return;
        case policy::Treatment::Plaintext: ++plaintext_; return;
        case policy::Treatment::Suppressed: ++suppressed_; return;
    }
}

policy::Journal::Totals Totals::take() {
    return {.messages = messages_.exchange(0),
            .out_of_scope = out_of_scope_.exchange(0),
            .individual = individual_.exchange(0),
            .aggregate = aggregate_.exchange(0),
            .untracked = untracked_.exchange(0),
            .plaintext = plaintext_.exchange(0),
            .suppressed = suppressed_.exchange(0),
            .unchanged = unchanged_.exchange(0),
            .observed = observed_.exchange(0),
            .refused = refused_.exchange(0),
            .failed = failed_.exchange(0),
            .foreign = foreign_.exchange(0)};
}

}  // namespace candor::milter
