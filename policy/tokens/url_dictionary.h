// The frozen URL dictionary of token version 2: one byte of 0x80 to 0xFF for a text that many URLs
// hold, every other byte as it is. The table is policy/tokens/url_dictionary.tsv.
#pragma once

#include <string>
#include <string_view>

namespace candor::policy {

/// Never longer than `url`, which is ASCII (as a serialised destination is). The longest text of
/// the table that fits is taken, from the left. Same in, same out.
[[nodiscard]] std::string shortened_url(std::string_view url);

/// The other way. Every byte string has one meaning, also one that shortened_url() would not write:
/// another choice of codes is no other format.
[[nodiscard]] std::string restored_url(std::string_view shortened);

}  // namespace candor::policy
