// Two requests. The opt-out of nobody goes the whole way of a real one, to the disk and
// back, and is taken back again; should the process die in between, the next test finds it.
#include "tracker/self_test.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "policy/tokens/token.h"
#include "tracker/self_request.h"

namespace candor::tracker {
namespace {

constexpr std::chrono::minutes again_after_failure{1};

std::string request_of(std::string_view method, std::string_view token, std::string_view host,
                       std::string_view body) {
    std::string request =
        fmt::format("{} /u/{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", method, token, host);
    if (!body.empty()) {
        request +=
            fmt::format("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                        body.size());
    }
    return request.append("\r\n").append(body);
}

/// The answer to `request`, which must be a 200. The message names `method` alone.
Result<std::string> ask_for_200(const Place& place, std::string_view method,
                                const std::string& request) {
    auto answer = answer_of(place, request);
    if (!answer) {
        return fail(answer.error().fault,
                    fmt::format("{} on {}: {}", method, name_of(place), answer.error().message));
    }
    if (!answer->starts_with("HTTP/1.1 200 ")) {
        return fail(Fault::Broken, fmt::format("{} was answered {}", method,
                                               answer->substr(0, answer->find('\r'))));
    }
    return answer;
}

class OptOutOfNobody {
  public:
    OptOutOfNobody(policy::Store& store, policy::ControllerNumber controller)
        : store_(store), controller_(controller) {}

    [[nodiscard]] Result<bool> on_record() const {
        const auto found = store_.opt_outs_of(controller_, policy::nobody.prefix());
        if (!found) return fail(found.error());
        return found->any();
    }
    /// Gone, also when there was none. Of nobody's no moment stays.
    [[nodiscard]] Result<void> take_back() const {
        auto gone = store_.remove_opt_out(controller_, policy::nobody, policy::OptOutScope::All,
                                          policy::Instant{});
        if (!gone && gone.error().fault != Fault::Missing) return gone;
        return {};
    }

  private:
    policy::Store& store_;
    const policy::ControllerNumber controller_;
};

/// `expected` on record, or why not.
Result<void> expect(const OptOutOfNobody& opt_out, bool expected, std::string_view otherwise) {
    const auto found = opt_out.on_record();
    if (!found) return fail(found.error());
    if (*found != expected) return fail(Fault::Broken, std::string(otherwise));
    return {};
}

}  // namespace

Result<void> test_opt_out_page(const policy::Controller& controller, const Place& place,
                               policy::Store& store, const policy::KeyRing& ring) {
    const auto token = policy::seal(ring, policy::OptOutLink{controller.number, policy::nobody, 0,
                                                             policy::OptOutPage::Unsubscribe});
    if (!token) return fail(token.error());
    const std::string_view host =
        controller.tracking_host.empty() ? "localhost" : std::string_view(controller.tracking_host);
    const OptOutOfNobody opt_out(store, controller.number);
    if (auto gone = opt_out.take_back(); !gone) return gone;

    const auto page = ask_for_200(place, "GET", request_of("GET", *token, host, ""));
    if (!page) return fail(page.error());
    if (page->find("<form") == std::string::npos) {
        return fail(Fault::Broken, "GET shows no form to opt out with");
    }
    if (auto unchanged = expect(opt_out, false, "GET opts out, as a mail scanner would");
        !unchanged) {
        return unchanged;
    }
    const auto done =
        ask_for_200(place, "POST", request_of("POST", *token, host, "List-Unsubscribe=One-Click"));
    auto recorded = done ? expect(opt_out, true, "POST was answered 200 and is not on record")
                         : Result<void>(fail(done.error()));
    auto gone = opt_out.take_back();
    return recorded ? gone : recorded;
}

bool SelfTest::is_due(policy::ControllerNumber controller, policy::Instant now) const {
    const auto found = tried_.find(controller);
    if (found == tried_.end()) return true;
    const auto age = now - found->second.at;
    const auto pause = found->second.passed ? std::chrono::seconds(policy::duty_every)
                                            : std::chrono::seconds(again_after_failure);
    return age >= pause || age < std::chrono::seconds{0};  // the clock was put back
}

void SelfTest::run_due(const policy::Config& config, const Place& place) {
    const auto ring = keys_.ring();
    for (const policy::Controller& controller : config.controllers) {
        const policy::Instant now = clock_.now();
        if (!is_due(controller.number, now)) continue;
        if (!ring->sealing_link_key_id(controller.number)) continue;
        auto passed = test_opt_out_page(controller, place, store_, *ring);
        if (passed) {
            passed = store_.record_duty(controller.number, policy::Duty::TestOptOut, now);
        }
        tried_[controller.number] = {now, passed.has_value()};
        if (passed) continue;
        journal_.error("opt_out_test_failed",
                       fmt::format("controller {}: {}", controller.name, passed.error().message));
        return;  // one wait at a time: the caller has signals to answer
    }
}

}  // namespace candor::tracker
