// One job, several ways: find the web links of an HTML text and put a 70-byte URL into each.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace candor::bench {

/// What stands in for a sealed token: 70 bytes that need no escaping anywhere.
inline constexpr std::string_view new_url =
    "https://go.acme.example/c/EgABAAFsT2c5bWFyay10aGlzLWlzLXNldmVudHktYnl0";
static_assert(new_url.size() == 70);

[[nodiscard]] bool is_web_url(std::string_view url);

/// Byte offsets of the values of http(s) links of `a` and `area`, ascending.
using Offsets = std::vector<std::size_t>;

[[nodiscard]] Offsets links_by_candor(std::string_view html);
[[nodiscard]] std::string rewrite_by_candor(std::string_view html);

[[nodiscard]] Offsets links_by_gumbo(std::string_view html);
[[nodiscard]] std::string rewrite_by_gumbo(std::string_view html);

/// libxml2 knows no positions: only how many it finds.
[[nodiscard]] std::size_t count_links_by_libxml2_sax(std::string_view html);
/// Tree, new attribute values, serialised again: the bytes around the links change too.
[[nodiscard]] std::string rewrite_by_libxml2(std::string_view html, std::size_t* count = nullptr);

}  // namespace candor::bench
