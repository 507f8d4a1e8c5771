// A rule that a fuzz target found broken ends the program, which is what libFuzzer reports.
#pragma once

#include <cstdio>
#include <cstdlib>

inline void require(bool rule, const char* words) {
    if (rule) return;
    std::fprintf(stderr, "broken rule: %s\n", words);
    std::abort();
}
