#include "tests/bench/hostile_inputs.h"

#include <string_view>

namespace candor::bench {
namespace {

std::string repeated(std::string_view unit, double times) {
    std::string text;
    const auto count = static_cast<std::size_t>(times);
    text.reserve(unit.size() * count);
    for (std::size_t i = 0; i < count; ++i) text += unit;
    return text;
}

/// Attributes of different names: a list of those seen would be searched for each.
std::string many_attributes(double count) {
    std::string tag = "<a";
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        tag += " x" + std::to_string(i) + "=1";
    }
    return tag + " href=\"https://shop.example/\">text</a>";
}

}  // namespace

std::vector<HostileInput> hostile_html(double scale) {
    const auto times = [scale](std::string_view unit, double count) {
        return repeated(unit, count * scale);
    };
    return {
        {"60,000 attributes in one tag", many_attributes(60000 * scale)},
        {"100,000 nested <div>", times("<div>", 100000)},
        {"50,000 nested <a><b>", times("<a><b>", 50000)},
        {"50,000 nested <a href><b>", times("<a href=\"https://shop.example/\"><b>", 50000)},
        {"10 MB attribute value", "<a href=\"" + times("x", 10e6) + "\">text</a>"},
        {"1 M unclosed <!--", times("<!--", 1e6)},
        {"200,000 <style></styl", times("<style></styl", 200000)},
        {"200,000 <a href=\"", times("<a href=\"", 200000)},
        {"500,000 <", times("<", 500000)},
        {"500,000 &amp", times("&amp", 500000)},
        {"100,000 nested <svg><title>", times("<svg><title>", 100000)},
        {"50,000 nested tables", times("<table><tr><td>", 50000)},
        {"50,000 nested hidden <div>", times("<div style=display:none>", 50000)},
        {"100,000 1x1 images", times("<img width=1 src=\"https://x.example/o/a\">", 100000)},
        {"30,000 comments <!--[if mso]>", times("<!--[if mso]><a href=x><![endif]-->", 30000)},
        {"200,000 open <!--[if mso]>", times("<!--[if mso]>", 200000)},
        {"200,000 <script><!--<script>", times("<script><!--<script>", 200000)},
        {"100,000 <ul><li>", times("<ul><li>", 100000)},
    };
}

}  // namespace candor::bench
