// The rewriter's steps one by one, on the same mails as the race: where the time of a message goes.
#include <benchmark/benchmark.h>

#include "policy/links/destination.h"
#include "rewriter/contents.h"
#include "rewriter/html/html_tokens.h"
#include "rewriter/links/click_redirectors.h"
#include "rewriter/links/links.h"
#include "rewriter/mime/signatures.h"
#include "rewriter/mime/transfer_encoding.h"
#include "rewriter/rewrite.h"
#include "rewriter/text/plaintext.h"
#include "rewriter/tracking/pixels.h"
#include "tests/bench/bench_set.h"
#include "tests/bench/html_rewriters.h"
#include "tests/bench/whole_message.h"

using namespace candor;
using namespace candor::bench;

namespace {

const BenchSet& mails() {
    static const BenchSet set = load_bench_set();
    return set;
}

/// Every web link of every mail.
const std::vector<std::string>& urls() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> found;
        for (const BenchMail& mail : mails().mails) {
            for (const auto& link : rewriter::find_html_links(mail.html)) {
                if (is_web_url(link.decoded)) found.push_back(link.decoded);
            }
        }
        return found;
    }();
    return all;
}

void count_mails(benchmark::State& state, std::size_t bytes) {
    const auto passes = static_cast<std::int64_t>(state.iterations());
    state.SetItemsProcessed(passes * static_cast<std::int64_t>(mails().mails.size()));
    state.SetBytesProcessed(passes * static_cast<std::int64_t>(bytes));
}

template <class Job>
void over_html(benchmark::State& state, Job job) {
    for (auto _ : state) {
        for (const BenchMail& mail : mails().mails) benchmark::DoNotOptimize(job(mail.html));
    }
    count_mails(state, mails().html_bytes);
}

template <class Job>
void over_messages(benchmark::State& state, Job job) {
    for (auto _ : state) {
        for (const BenchMail& mail : mails().mails) benchmark::DoNotOptimize(job(mail));
    }
    count_mails(state, mails().wire_bytes);
}

template <class Job>
void over_urls(benchmark::State& state, Job job) {
    for (auto _ : state) {
        for (const std::string& url : urls()) benchmark::DoNotOptimize(job(url));
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                            static_cast<std::int64_t>(urls().size()));
}

rewriter::Message parsed(const BenchMail& mail) {
    return std::move(*rewriter::Message::parse(mail.split.headers, mail.source, {}));
}

std::optional<std::string> to_new_url(const rewriter::FoundLink& link) {
    if (!is_web_url(link.url)) return std::nullopt;
    return std::string{new_url};
}

void html_tokens(benchmark::State& state) {
    over_html(state, [](std::string_view html) {
        rewriter::HtmlTokenizer tokens{html};
        std::size_t count = 0;
        while (tokens.next()) ++count;
        return count;
    });
}
void html_links(benchmark::State& state) {
    over_html(state, [](std::string_view html) { return rewriter::find_html_links(html); });
}
void html_rewrite(benchmark::State& state) {
    over_html(state, rewrite_by_candor);
}
void html_pixels(benchmark::State& state) {
    over_html(state, [](std::string_view html) { return rewriter::find_tracking(html, {}); });
}
void html_to_text(benchmark::State& state) {
    over_html(state, [](std::string_view html) { return rewriter::html_to_text(html); });
}

void message_parse(benchmark::State& state) {
    over_messages(state, [](const BenchMail& mail) { return parsed(mail).parts().size(); });
}
void message_contents(benchmark::State& state) {
    over_messages(state,
                  [](const BenchMail& mail) { return parsed(mail).contents().parts.size(); });
}
void message_survey(benchmark::State& state) {
    over_messages(
        state, [](const BenchMail& mail) { return rewriter::survey(parsed(mail)).links.size(); });
}
void message_rewrite_unsealed(benchmark::State& state) {
    rewriter::RewritePlan plan;
    plan.replace_link = to_new_url;
    over_messages(state, [&plan](const BenchMail& mail) {
        return rewriter::rewrite(parsed(mail), plan).has_value();
    });
}
void message_rewrite_sealed(benchmark::State& state) {
    const WholeMessage whole;
    over_messages(state, [&whole](const BenchMail& mail) { return whole.rewrite(mail); });
}
void message_untracked(benchmark::State& state) {
    rewriter::RewritePlan plan;
    plan.remove_tracking = true;
    over_messages(state, [&plan](const BenchMail& mail) {
        return rewriter::rewrite(parsed(mail), plan).has_value();
    });
}
void message_plaintext(benchmark::State& state) {
    rewriter::RewritePlan plan;
    plan.plaintext_only = true;
    over_messages(state, [&plan](const BenchMail& mail) {
        return rewriter::rewrite(parsed(mail), plan).has_value();
    });
}
void message_signatures(benchmark::State& state) {
    over_messages(state, [](const BenchMail& mail) {
        return rewriter::carried_signatures(mail.raw()).size();
    });
}

void url_destination(benchmark::State& state) {
    over_urls(state, policy::serialise_destination);
}
void url_host(benchmark::State& state) {
    over_urls(state, policy::host_of);
}
void url_foreign_tracker(benchmark::State& state) {
    over_urls(state, [](std::string_view url) { return rewriter::foreign_tracker(url, {}); });
}
void url_parameters(benchmark::State& state) {
    over_urls(state, [](std::string_view url) { return rewriter::without_parameters(url, {}); });
}
void url_sealed(benchmark::State& state) {
    const WholeMessage whole;
    over_urls(state, [&whole](const std::string& url) { return whole.sealed_link(url); });
}

BENCHMARK(html_tokens);
BENCHMARK(html_links);
BENCHMARK(html_rewrite);
BENCHMARK(html_pixels);
BENCHMARK(html_to_text);
BENCHMARK(message_parse);
BENCHMARK(message_contents);
BENCHMARK(message_survey);
BENCHMARK(message_rewrite_unsealed);
BENCHMARK(message_rewrite_sealed);
BENCHMARK(message_untracked);
BENCHMARK(message_plaintext);
BENCHMARK(message_signatures);
BENCHMARK(url_destination);
BENCHMARK(url_host);
BENCHMARK(url_foreign_tracker);
BENCHMARK(url_parameters);
BENCHMARK(url_sealed);

}  // namespace

BENCHMARK_MAIN();
