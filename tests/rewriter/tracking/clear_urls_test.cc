#include "rewriter/tracking/clear_urls.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace candor::rewriter;

namespace {

// Written for this test, in the shape of data.min.json.
constexpr std::string_view providers = R"json({"providers": {
  "shop": {
    "urlPattern": "^https?:\\/\\/(?:[a-z0-9-]+\\.)*?shop\\.example",
    "completeProvider": false,
    "rules": ["pd_[a-z]*", "qid"],
    "referralMarketing": ["tag"],
    "rawRules": ["\\/ref=[^\\/\\?]*"],
    "exceptions": ["^https?:\\/\\/pay\\.shop\\.example"],
    "redirections": ["^https?:\\/\\/shop\\.example\\/r\\?u=([^&]*)"],
    "forceRedirection": false
  },
  "counter": {"urlPattern": "^https?:\\/\\/count\\.example", "completeProvider": true},
  "all": {"urlPattern": ".*", "rules": ["(?:%3F)?utm(?:_[a-z_]*)?", "(?!look)ahead"]}
}})json";

ClearUrls loaded() {
    ClearUrls rules;
    const auto unknown = rules.add(providers);
    REQUIRE(unknown);
    CHECK(*unknown == 1);
    CHECK(rules.size() == 3);
    return rules;
}

}  // namespace

TEST_SUITE("rewriter/clear_urls") {
    TEST_CASE("parameters go where a provider's pattern holds and no exception does") {
        const ClearUrls rules = loaded();
        const auto shop = rules.providers_of("https://www.SHOP.example/a?qid=1");
        CHECK(rules.strips(shop, "qid"));
        CHECK(rules.strips(shop, "PD_rd"));
        CHECK(rules.strips(shop, "utm_source"));
        CHECK_FALSE(rules.strips(shop, "xqid"));
        CHECK_FALSE(rules.strips(shop, "tag"));
        CHECK_FALSE(rules.strips(rules.providers_of("https://pay.shop.example/"), "qid"));
        CHECK_FALSE(rules.strips(rules.providers_of("https://other.example/"), "qid"));
    }

    TEST_CASE("raw rules reach into the path") {
        const ClearUrls rules = loaded();
        const std::string url = "https://shop.example/dp/1/ref=abc?x=1";
        CHECK(rules.without_raw(rules.providers_of(url), url) == "https://shop.example/dp/1?x=1");
    }

    TEST_CASE("a complete provider only tracks") {
        const ClearUrls rules = loaded();
        CHECK(rules.blocks(rules.providers_of("https://count.example/x.gif")));
        CHECK_FALSE(rules.blocks(rules.providers_of("https://shop.example/x.gif")));
    }

    TEST_CASE("a value of the wrong kind is not understood, and does no harm") {
        ClearUrls rules;
        CHECK(rules.add(R"({"providers":{"a":{"urlPattern":false,"rules":["x"]}}})").value() == 1);
        CHECK(rules.size() == 0);
    }

    TEST_CASE("a file that is no such list is said to be none, with the line") {
        ClearUrls rules;
        CHECK(rules.add("{\n\"providers\": {\n,}}").error().line == 3);
        CHECK(rules.add("{\"providers\": 1e999}").error().message.starts_with("is JSON"));
        CHECK(rules.add("{}").error().message.starts_with("is no list of ClearURLs"));
        CHECK(rules.add("[1]").error().message.starts_with("is no list of ClearURLs"));
        CHECK(rules.providers_of("https://a.example/").empty());
    }
}
