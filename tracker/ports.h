// What the routes lean on: ports of `policy`, the event queue, and what a reload replaces.
#pragma once

#include <memory>

#include "policy/clock.h"
#include "policy/config/config.h"
#include "policy/journal.h"
#include "policy/store.h"
#include "policy/tokens/keys.h"
#include "tracker/certificates.h"
#include "tracker/event_queue.h"
#include "tracker/metrics.h"
#include "tracker/rare_warning.h"
#include "tracker/scanner_networks.h"
#include "tracker/theme.h"

namespace candor::tracker {

/// All are borrowed and must outlive the Routes; all are safe to call from any thread.
struct Ports {
    policy::Store& store;
    const policy::KeySource& keys;
    const policy::Clock& clock;
    policy::Journal& journal;
    EventSink& events;
    Metrics* metrics = nullptr;  ///< may be null
};

/// As read from the operator's files; only certificates may be null.
struct Settings {
    std::shared_ptr<const policy::Config> config;
    std::shared_ptr<const Theme> theme = Theme::shipped();
    std::shared_ptr<const ScannerNetworks> scanners = ScannerNetworks::shipped();
    std::shared_ptr<const Certificates> certificates = nullptr;  ///< null = no TLS of our own
};

}  // namespace candor::tracker
