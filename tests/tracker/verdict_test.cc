// The verdict as a table: what people's programs send, and what machines send.
#include "tracker/verdict.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace candor::tracker {
namespace {

using policy::Verdict;
using policy::VerdictReason;

TEST_SUITE_BEGIN("tracker/verdict");

const std::string chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36";
const std::string bare_webkit = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko)";

Request request_of(std::string agent) {
    Request request;
    request.method = Method::Get;
    request.user_agent = std::move(agent);
    return request;
}

TEST_CASE("each signal of a request gives its verdict and its reason") {
    struct Row {
        Method method;
        std::string agent, purpose;
        VerdictReason reason;
    };
    const std::vector<Row> rows{
        {Method::Get, chrome, "", VerdictReason::None},
        {Method::Get, "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/90 Safari/537.36", "",
         VerdictReason::None},
        {Method::Get, bare_webkit, "", VerdictReason::None},
        {Method::Get, "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "",
         VerdictReason::None},
        {Method::Head, chrome, "", VerdictReason::Head},
        {Method::Get, chrome, "prefetch", VerdictReason::Prefetch},
        {Method::Get, chrome, "Prefetch;Prerender", VerdictReason::Prefetch},
        {Method::Get, chrome, "preview", VerdictReason::Prefetch},
        {Method::Get, "", "", VerdictReason::NoUserAgent},
        {Method::Get, " \t", "", VerdictReason::NoUserAgent},
        {Method::Get, "Mozilla/5.0", "", VerdictReason::MailPrivacy},
        {Method::Get, "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", "",
         VerdictReason::ImageProxy},
        {Method::Get, "YahooMailProxy; https://help.yahoo.com", "", VerdictReason::ImageProxy},
        {Method::Get, "Mozilla/5.0 (compatible; Googlebot/2.1)", "", VerdictReason::UserAgent},
        {Method::Get, "Mozilla/5.0 (compatible; BingPreview/1.0b)", "", VerdictReason::UserAgent},
        {Method::Get, "curl/7.88.1", "", VerdictReason::UserAgent},
        {Method::Get, "python-requests/2.31", "", VerdictReason::UserAgent},
        {Method::Get, "Go-http-client/1.1", "", VerdictReason::UserAgent},
        {Method::Get, "Mozilla/5.0 HeadlessChrome/120", "", VerdictReason::UserAgent},
        {Method::Get, "Mozilla/5.0 (Barracuda Sentinel (EE))", "", VerdictReason::UserAgent},
        {Method::Get, "cubot-bot/1.0", "", VerdictReason::UserAgent},
    };
    for (const Row& row : rows) {
        CAPTURE(row.agent);
        CAPTURE(row.purpose);
        Request request = request_of(row.agent);
        request.method = row.method;
        request.purpose = row.purpose;
        const Judgement judgement = judge(request, {}, {});
        CHECK(judgement.reason == row.reason);
        CHECK((judgement.verdict == Verdict::Human) == (row.reason == VerdictReason::None));
    }
}

TEST_CASE(
    "an open by the proxy of a mailbox is its reader's, but not Apple's, which opens everything") {
    const Circumstances open{policy::EventKind::Open, Certainty::Certain, {}, false};
    CHECK(judge(request_of("Mozilla/5.0 (via ggpht.com GoogleImageProxy)"), open, {}) ==
          Judgement{Verdict::Human, VerdictReason::ImageProxy});
    CHECK(judge(request_of("YahooMailProxy; https://help.yahoo.com"), open, {}) ==
          Judgement{Verdict::Human, VerdictReason::ImageProxy});
    CHECK(judge(request_of("Mozilla/5.0"), open, {}) ==
          Judgement{Verdict::Machine, VerdictReason::MailPrivacy});
    CHECK(judge(request_of(chrome), open, {}) ==
          Judgement{Verdict::Machine, VerdictReason::Network});
}

TEST_CASE("what is known around a request") {
    using std::chrono::seconds;
    constexpr auto click = policy::EventKind::Click, open = policy::EventKind::Open;
    struct Row {
        std::string agent;
        Circumstances around;
        VerdictReason reason;
    };
    const std::vector<Row> rows{
        {chrome, {click, Certainty::Certain, seconds{9999}, false}, VerdictReason::Network},
        {chrome, {click, Certainty::Probable, {}, false}, VerdictReason::None},
        {chrome, {click, Certainty::Probable, seconds{59}, false}, VerdictReason::TooFast},
        {chrome, {click, Certainty::Probable, seconds{60}, false}, VerdictReason::None},
        {chrome, {click, Certainty::None, seconds{0}, false}, VerdictReason::TooFast},
        {chrome, {click, Certainty::None, seconds{9}, false}, VerdictReason::TooFast},
        {chrome, {click, Certainty::None, seconds{10}, false}, VerdictReason::None},
        {chrome, {click, Certainty::None, seconds{10}, true}, VerdictReason::Burst},
        {chrome, {click, Certainty::None, {}, false, true}, VerdictReason::Honeypot},
        {"curl/7.88.1", {click, Certainty::Certain, {}, true, true}, VerdictReason::Honeypot},
        {bare_webkit, {open, Certainty::None, seconds{59}, false}, VerdictReason::TooFast},
        {bare_webkit, {open, Certainty::None, seconds{60}, false}, VerdictReason::None},
        {bare_webkit, {click, Certainty::None, seconds{59}, false}, VerdictReason::None},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.reason));
        const Judgement judgement = judge(request_of(row.agent), row.around, {});
        CHECK(judgement.reason == row.reason);
        CHECK((judgement.verdict == Verdict::Human) == (row.reason == VerdictReason::None));
    }
    const VerdictLimits off{seconds{0}, seconds{0}};
    CHECK(judge(request_of(chrome), {click, Certainty::Probable, seconds{0}, false}, off) ==
          Judgement{});
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
