// A list of an operator may hold anything: it is read or refused, and then any URL can be asked
// about. The first line is the URL, the rest the list.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rewriter/tracking/filter_lists.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace candor::rewriter;
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    const std::string_view url = text.substr(0, text.find('\n'));
    const std::string_view list = text.substr(std::min(url.size() + 1, text.size()));
    FilterLists lists;
    const auto report = lists.add(list);
    if (!report) {
        require(!report.error().message.empty(), "a refusal says why");
        return 0;
    }
    (void)lists.blocks(url, FetchKind::Image);
    (void)lists.blocks(url, FetchKind::StyleSheet);
    const UrlProviders providers = lists.providers_of(url);
    (void)lists.strips(providers, "utm_source");
    const std::string once = lists.without_raw(providers, std::string{url});
    require(once.size() <= url.size(), "taking out makes nothing longer");
    return 0;
}
