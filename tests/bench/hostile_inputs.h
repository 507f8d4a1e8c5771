// Texts that make careless parsers quadratic, each at a size of one's choice.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace candor::bench {

struct HostileInput {
    std::string name;
    std::string text;
};

/// HTML, one of each kind; `scale` 1 is what is usual in such tables (0.3 to 10 MB).
[[nodiscard]] std::vector<HostileInput> hostile_html(double scale = 1);

}  // namespace candor::bench
