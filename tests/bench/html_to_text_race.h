// HTML to text: ours in this process, html2text and w3m as the processes they are.
#pragma once

#include "tests/bench/bench_set.h"

namespace candor::bench {

void print_html_to_text_race(const BenchSet& set);

}  // namespace candor::bench
