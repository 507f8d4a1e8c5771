// The rewriter against others and against the limits of the machine, in one run, in turns; then
// hostile inputs. Says which target holds. Measures, judges nothing for ctest: a busy machine is no
// fault of the code.
//
//   bench_rewriter_peers [--rounds N]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <numeric>
#include <string_view>

#include "rewriter/html/html_tokens.h"
#include "rewriter/links/links.h"
#include "rewriter/text/plaintext.h"
#include "rewriter/tracking/pixels.h"
#include "tests/bench/bench_set.h"
#include "tests/bench/hostile_inputs.h"
#include "tests/bench/html_rewriters.h"
#include "tests/bench/html_to_text_race.h"
#include "tests/bench/race.h"
#include "tests/bench/whole_message.h"

using namespace candor;
using namespace candor::bench;

namespace {

// Something that the compiler cannot prove unused.
volatile std::size_t sink = 0;
void keep(std::size_t value) {
    sink = sink + value;
}

std::size_t count_tokens(std::string_view html) {
    rewriter::HtmlTokenizer tokens{html};
    std::size_t count = 0;
    while (tokens.next()) ++count;
    return count;
}

std::size_t count_by_memchr(std::string_view text, char wanted) {
    std::size_t count = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    while ((at = static_cast<const char*>(
                std::memchr(at, wanted, static_cast<std::size_t>(end - at)))) != nullptr) {
        ++count;
        ++at;
    }
    return count;
}

// --- what every contender finds ---

struct Found {
    std::size_t links = 0;
    std::size_t mails_that_differ = 0;
};

/// Ours, as offsets, must be what gumbo has; libxml2 knows only how many.
void print_found(const BenchSet& set, const WholeMessage& whole) {
    std::size_t sealed = 0;
    Found ours, gumbo, sax, tree;
    for (const BenchMail& mail : set.mails) {
        const Offsets reference = links_by_candor(mail.html);
        const Offsets by_gumbo = links_by_gumbo(mail.html);
        const std::size_t by_sax = count_links_by_libxml2_sax(mail.html);
        std::size_t by_tree = 0;
        keep(rewrite_by_libxml2(mail.html, &by_tree).size());
        sealed += whole.rewrite(mail);
        ours.links += reference.size();
        gumbo.links += by_gumbo.size();
        sax.links += by_sax;
        tree.links += by_tree;
        if (by_gumbo != reference) ++gumbo.mails_that_differ;
        if (by_sax != reference.size()) ++sax.mails_that_differ;
        if (by_tree != reference.size()) ++tree.mails_that_differ;
    }
    fmt::print("Web links found: candor {}", ours.links);
    for (const auto& [name, found] :
         {std::pair{"gumbo", gumbo}, {"libxml2 SAX", sax}, {"libxml2 tree", tree}}) {
        fmt::print(", {} {} ({} mails differ)", name, found.links, found.mails_that_differ);
    }
    fmt::print(
        "\nWhole messages, text parts included: {} links sealed; the rules keep the others\n\n",
        sealed);
}

// --- the race ---

enum Entrant : std::size_t {
    Copy,
    Memchr,
    Tokens,
    Scan,
    Rewrite,
    GumboRewrite,
    LibxmlSax,
    LibxmlRewrite,
    Whole,
    SurveyedWhole,
    entrants
};

template <class Job>
std::function<void()> over_html(const BenchSet& set, Job job) {
    return [&set, job] {
        for (const BenchMail& mail : set.mails) keep(job(mail.html));
    };
}

std::vector<Contender> contenders_of(const BenchSet& set, const WholeMessage& whole) {
    const auto rewriting = [&set, &whole](auto member) {
        return [&set, &whole, member] {
            for (const BenchMail& mail : set.mails) keep((whole.*member)(mail));
        };
    };
    // Each mail to a place of its own, as whoever writes a changed text does.
    auto room = std::make_shared<std::string>(set.html_bytes, '\0');
    std::vector<Contender> all(entrants);
    all[Copy] = {"limit: memcpy", [&set, room] {
                     std::size_t at = 0;
                     for (const BenchMail& mail : set.mails) {
                         std::memcpy(room->data() + at, mail.html.data(), mail.html.size());
                         at += mail.html.size();
                     }
                     keep(static_cast<std::size_t>((*room)[at / 2]));
                 }};
    all[Memchr] = {"limit: memchr from < to <", over_html(set, [](std::string_view html) {
                       return count_by_memchr(html, '<');
                   })};
    all[Tokens] = {"candor: all tokens", over_html(set, count_tokens)};
    all[Scan] = {"candor: find links", over_html(set, [](std::string_view html) {
                     return rewriter::find_html_links(html).size();
                 })};
    all[Rewrite] = {"candor: rewrite", over_html(set, [](std::string_view html) {
                        return rewrite_by_candor(html).size();
                    })};
    all[GumboRewrite] = {"gumbo: rewrite", over_html(set, [](std::string_view html) {
                             return rewrite_by_gumbo(html).size();
                         })};
    all[LibxmlSax] = {"libxml2 SAX: find links", over_html(set, count_links_by_libxml2_sax)};
    all[LibxmlRewrite] = {
        "libxml2 tree: rewrite, serialise",
        over_html(set, [](std::string_view html) { return rewrite_by_libxml2(html).size(); })};
    using Job = std::size_t (WholeMessage::*)(const BenchMail&) const;
    all[Whole] = {"candor: whole message, sealed", rewriting(Job{&WholeMessage::rewrite})};
    all[SurveyedWhole] = {"candor: the same after survey",
                          rewriting(Job{&WholeMessage::survey_and_rewrite})};
    return all;
}

void print_race(const BenchSet& set, std::span<const Contender> contenders,
                std::span<const Lap> laps) {
    fmt::print("{:<34} {:>9} {:>9} {:>11} {:>10} {:>9}\n", "", "MB/s", "best", "us per mail",
               "x memcpy", "x gumbo");
    for (std::size_t i = 0; i < laps.size(); ++i) {
        const auto megabytes_a_second = [&](double nanoseconds) {
            return static_cast<double>(set.html_bytes) * 1e3 / nanoseconds;
        };
        fmt::print("{:<34} {:>9.0f} {:>9.0f} {:>11.1f} {:>10.4f} {:>9.1f}\n", contenders[i].name,
                   megabytes_a_second(laps[i].median()), megabytes_a_second(laps[i].best()),
                   laps[i].median() / 1e3 / static_cast<double>(set.mails.size()),
                   times_as_fast(laps[i], laps[Copy]), times_as_fast(laps[i], laps[GumboRewrite]));
    }
    fmt::print(
        "MB/s of decoded HTML, median and best of the rounds; the ratios are medians of the "
        "rounds' ratios.\n\n");
}

// --- hostile inputs ---

struct Job {
    const char* name;
    std::function<std::size_t(const BenchMail& mail)> run;
};

std::vector<Job> hostile_jobs(const WholeMessage& whole) {
    return {
        {"tokens", [](const BenchMail& mail) { return count_tokens(mail.html); }},
        {"links",
         [](const BenchMail& mail) { return rewriter::find_html_links(mail.html).size(); }},
        {"pixels",
         [](const BenchMail& mail) { return rewriter::find_tracking(mail.html, {}).images; }},
        {"to text", [](const BenchMail& mail) { return rewriter::html_to_text(mail.html).size(); }},
        {"whole message",
         [&whole](const BenchMail& mail) { return whole.survey_and_rewrite(mail); }},
    };
}

/// The best of some rounds: what the job costs when nobody disturbs it.
double nanoseconds_per_byte(const Job& job, std::span<const BenchMail> mails) {
    std::size_t bytes = 0;
    for (const BenchMail& mail : mails) bytes += mail.html.size();
    const Contender all{"", [&] {
                            for (const BenchMail& mail : mails) keep(job.run(mail));
                        }};
    const auto laps = race({&all, 1}, 5, std::chrono::milliseconds{10});
    return laps[0].best() / static_cast<double>(bytes);
}

/// The worst of the last job, the whole message, as a multiple of its normal time per byte.
double print_hostile(const BenchSet& set, const WholeMessage& whole) {
    const std::vector<Job> jobs = hostile_jobs(whole);
    fmt::print(
        "Hostile HTML: time per byte, as a multiple of the same job's on the mails above; in "
        "brackets:\ntime per byte over that of half the input (1 is linear)\n{:<32}",
        "");
    std::vector<double> normal;
    for (const Job& job : jobs) {
        normal.push_back(nanoseconds_per_byte(job, set.mails));
        fmt::print(" {:>14}", job.name);
    }
    fmt::print("\n{:<32}", "the mails above, ns per byte");
    for (const double nanoseconds : normal) fmt::print(" {:>14.2f}", nanoseconds);
    fmt::print("\n");

    double worst = 0;
    const auto inputs = hostile_html(1);
    const auto halves = hostile_html(0.5);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        fmt::print("{:<32}", inputs[i].name);
        const BenchMail mail = mail_of_html(inputs[i].text);
        const BenchMail half = mail_of_html(halves[i].text);
        for (std::size_t j = 0; j < jobs.size(); ++j) {
            const double now = nanoseconds_per_byte(jobs[j], {&mail, 1});
            const double growth = now / nanoseconds_per_byte(jobs[j], {&half, 1});
            fmt::print(" {:>7.2f} ({:>4.1f})", now / normal[j], growth);
            if (j + 1 == jobs.size()) worst = std::max(worst, now / normal[j]);
        }
        fmt::print("\n");
    }
    fmt::print("\n");
    return worst;
}

void print_target(std::string_view target, double value, bool holds) {
    fmt::print("{:<62} {:>8.3f}  {}\n", target, value, holds ? "holds" : "MISSED");
}

}  // namespace

int main(int count, char** arguments) {
    int rounds = 15;
    for (int i = 1; i + 1 < count; ++i) {
        if (std::string_view{arguments[i]} == "--rounds") rounds = std::atoi(arguments[i + 1]);
    }
    const BenchSet set = load_bench_set();
    const WholeMessage whole;
    fmt::print("{} {}: {:.2f} MB decoded HTML, {:.2f} MB as they travel\n", set.mails.size(),
               set.origin, static_cast<double>(set.html_bytes) / 1e6,
               static_cast<double>(set.wire_bytes) / 1e6);
    print_found(set, whole);

    const auto contenders = contenders_of(set, whole);
    const auto laps = race(contenders, rounds, std::chrono::milliseconds{60});
    print_race(set, contenders, laps);
    print_html_to_text_race(set);
    const double hostile = print_hostile(set, whole);

    const double over_gumbo = times_as_fast(laps[Rewrite], laps[GumboRewrite]);
    const double over_copy = times_as_fast(laps[Rewrite], laps[Copy]);
    const double whole_over_gumbo = times_as_fast(laps[Whole], laps[GumboRewrite]);
    print_target("rewrite of decoded HTML over gumbo, at least 40", over_gumbo, over_gumbo >= 40);
    print_target("rewrite of decoded HTML over memcpy, at least 0.06", over_copy,
                 over_copy >= 0.06);
    print_target("whole message over gumbo's rewrite alone, at least 10", whole_over_gumbo,
                 whole_over_gumbo >= 10);
    print_target("hostile HTML over normal, whole message, at most 4", hostile, hostile <= 4);
    return 0;
}
