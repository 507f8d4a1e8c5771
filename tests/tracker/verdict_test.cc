// The verdict as a table: what people's programs send, and what machines send.
#include "tracker/verdict.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace candor::tracker {
namespace {

TEST_SUITE_BEGIN("tracker/verdict");

TEST_CASE("each signal gives its verdict and says why") {
    const std::string chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36";
    struct Row {
        Method method;
        std::string agent, purpose, why;
    };
    const std::vector<Row> rows{
        {Method::Get, chrome, "", ""},
        {Method::Get, "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/90 Safari/537.36", "", ""},
        {Method::Get, "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko)", "", ""},
        {Method::Get, "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "",
         ""},
        {Method::Head, chrome, "", "head"},
        {Method::Get, chrome, "prefetch", "prefetch"},
        {Method::Get, chrome, "Prefetch;Prerender", "prefetch"},
        {Method::Get, chrome, "preview", "prefetch"},
        {Method::Get, "", "", "no_user_agent"},
        {Method::Get, " \t", "", "no_user_agent"},
        {Method::Get, "Mozilla/5.0", "", "mail_proxy"},
        {Method::Get, "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", "", "mail_proxy"},
        {Method::Get, "YahooMailProxy; https://help.yahoo.com", "", "mail_proxy"},
        {Method::Get, "Mozilla/5.0 (compatible; Googlebot/2.1)", "", "user_agent"},
        {Method::Get, "Mozilla/5.0 (compatible; BingPreview/1.0b)", "", "user_agent"},
        {Method::Get, "curl/7.88.1", "", "user_agent"},
        {Method::Get, "python-requests/2.31", "", "user_agent"},
        {Method::Get, "Go-http-client/1.1", "", "user_agent"},
        {Method::Get, "Mozilla/5.0 HeadlessChrome/120", "", "user_agent"},
        {Method::Get, "Mozilla/5.0 (Barracuda Sentinel (EE))", "", "user_agent"},
        {Method::Get, "cubot-bot/1.0", "", "user_agent"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.agent);
        CAPTURE(row.purpose);
        Request request;
        request.method = row.method;
        request.user_agent = row.agent;
        request.purpose = row.purpose;
        const Judgement judgement = judge(request);
        CHECK(judgement.why == row.why);
        CHECK((judgement.verdict == policy::Verdict::Human) == row.why.empty());
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
