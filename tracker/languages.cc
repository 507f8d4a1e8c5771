// Reads the files of tracker/languages and the header that chooses among them.
#include "tracker/languages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "embedded/languages.h"
#include "policy/config/toml_text.h"
#include "tracker/forms.h"

namespace candor::tracker {
namespace {

using Sentence = std::pair<std::string_view, std::string Texts::*>;

constexpr std::array all_sentences{
    Sentence{"sender", &Texts::sender},
    Sentence{"notice", &Texts::notice},
    Sentence{"choice_title", &Texts::choice_title},
    Sentence{"choice_intro", &Texts::choice_intro},
    Sentence{"choice_legend", &Texts::choice_legend},
    Sentence{"choice_missing", &Texts::choice_missing},
    Sentence{"all", &Texts::all},
    Sentence{"all_hint", &Texts::all_hint},
    Sentence{"tracking", &Texts::tracking},
    Sentence{"tracking_hint", &Texts::tracking_hint},
    Sentence{"save", &Texts::save},
    Sentence{"nothing_yet", &Texts::nothing_yet},
    Sentence{"privacy_title", &Texts::privacy_title},
    Sentence{"kept_title", &Texts::kept_title},
    Sentence{"kept_contact", &Texts::kept_contact},
    Sentence{"kept_mail", &Texts::kept_mail},
    Sentence{"kept_clicks", &Texts::kept_clicks},
    Sentence{"kept_days", &Texts::kept_days},
    Sentence{"kept_choice", &Texts::kept_choice},
    Sentence{"not_kept", &Texts::not_kept},
    Sentence{"data_title", &Texts::data_title},
    Sentence{"data_intro", &Texts::data_intro},
    Sentence{"ask_access", &Texts::ask_access},
    Sentence{"ask_erasure", &Texts::ask_erasure},
    Sentence{"asked_title", &Texts::asked_title},
    Sentence{"asked_text", &Texts::asked_text},
    Sentence{"done_title", &Texts::done_title},
    Sentence{"done_all", &Texts::done_all},
    Sentence{"done_tracking", &Texts::done_tracking},
    Sentence{"done_close", &Texts::done_close},
    Sentence{"undo_intro", &Texts::undo_intro},
    Sentence{"undo", &Texts::undo},
    Sentence{"undone_title", &Texts::undone_title},
    Sentence{"undone_text", &Texts::undone_text},
    Sentence{"undo_late_title", &Texts::undo_late_title},
    Sentence{"undo_late_text", &Texts::undo_late_text},
    Sentence{"later_title", &Texts::later_title},
    Sentence{"later_text", &Texts::later_text},
    Sentence{"bad_opt_out_title", &Texts::bad_opt_out_title},
    Sentence{"bad_opt_out_text", &Texts::bad_opt_out_text},
    Sentence{"bad_link_title", &Texts::bad_link_title},
    Sentence{"bad_link_text", &Texts::bad_link_text},
    Sentence{"no_page_title", &Texts::no_page_title},
    Sentence{"no_page_text", &Texts::no_page_text},
    Sentence{"method_title", &Texts::method_title},
    Sentence{"method_text", &Texts::method_text},
};
// `tag` and `direction` are no sentences; a new one that is not listed above fails here.
static_assert(sizeof(Texts) ==
              (all_sentences.size() + 2) * sizeof(std::string) + sizeof(std::vector<std::string>));

std::vector<Texts> read_languages() {
    std::vector<Texts> all;
    for (const auto& [file, toml] : embedded::languages) {
        auto texts = parse_texts(toml, file);
        if (!texts) throw std::logic_error(texts.error().message);
        all.push_back(*std::move(texts));
    }
    return all;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// In thousandths; nothing for what is no weight (RFC 9110, section 12.4.2).
std::optional<int> weight_of(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char digit : text.substr(std::min<std::size_t>(text.size(), 2))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        weight += (digit - '0') * unit;
        unit /= 10;
    }
    if (weight > 1000) return std::nullopt;
    return weight;
}

struct Range {
    std::string_view tag;
    int weight = 1000;
};

/// `de-AT;q=0.8`. One with a weight that cannot be read, or with another parameter, weighs 1.
Range range_of(std::string_view item) {
    const std::size_t semicolon = item.find(';');
    Range range{trimmed(item.substr(0, semicolon))};
    if (semicolon == std::string_view::npos) return range;
    const std::string_view parameter = trimmed(item.substr(semicolon + 1));
    if (parameter.size() < 2 || !equal_ignoring_case(parameter.substr(0, 2), "q=")) return range;
    range.weight = weight_of(trimmed(parameter.substr(2))).value_or(1000);
    return range;
}

template <class Take>
void each_range(std::string_view header, Take&& take) {
    while (!header.empty()) {
        const std::size_t comma = std::min(header.find(','), header.size());
        if (const Range range = range_of(header.substr(0, comma)); !range.tag.empty()) take(range);
        header.remove_prefix(std::min(comma + 1, header.size()));
    }
}

bool is_called(const Texts& texts, std::string_view tag) {
    return equal_ignoring_case(texts.tag, tag) ||
           std::ranges::any_of(texts.also, [tag](const std::string& other) {
               return equal_ignoring_case(other, tag);
           });
}

/// RFC 4647, section 3.4: subtags are taken off from the end until something fits.
const Texts* look_up(std::string_view range) {
    while (!range.empty()) {
        const auto all = languages();
        const auto found = std::ranges::find_if(
            all, [range](const Texts& texts) { return is_called(texts, range); });
        if (found != all.end()) return &*found;
        const std::size_t hyphen = range.rfind('-');
        range = range.substr(0, hyphen == std::string_view::npos ? 0 : hyphen);
    }
    return nullptr;
}

}  // namespace

std::span<const std::pair<std::string_view, std::string Texts::*>> sentences() {
    return all_sentences;
}

Result<Texts> parse_texts(std::string_view toml, std::string_view file) {
    const auto table = policy::parse_toml(toml, file);
    if (!table) return fail(Fault::Malformed, policy::to_line(table.error()));
    const auto wrong = [file](int line, std::string_view key, std::string_view what) {
        return fail(Fault::Malformed, fmt::format("{}:{}: `{}` {}", file, line, key, what));
    };
    Texts texts;
    const auto read = [&](std::string_view key, std::string& into) -> Result<void> {
        const auto* entry = table->find(key);
        if (entry == nullptr) return wrong(1, key, "is missing");
        const auto* text = entry->value.as<std::string>();
        if (text == nullptr || text->empty()) return wrong(entry->line, key, "is no text");
        into = *text;
        return {};
    };
    if (auto done = read("tag", texts.tag); !done) return fail(done.error());
    if (auto done = read("direction", texts.direction); !done) return fail(done.error());
    for (const auto& [key, member] : all_sentences) {
        if (auto done = read(key, texts.*member); !done) return fail(done.error());
    }
    for (const auto& entry : table->entries) {
        if (entry.key == "tag" || entry.key == "direction" || entry.key == "also") continue;
        if (std::ranges::find(all_sentences, entry.key, &Sentence::first) == all_sentences.end()) {
            return wrong(entry.line, entry.key, "is no sentence of the pages");
        }
    }
    const auto* also = table->find("also");
    const auto* tags = also == nullptr ? nullptr : also->value.as<policy::TomlArray>();
    if (tags == nullptr) return wrong(1, "also", "is no list");
    for (const auto& tag : tags->items) {
        const auto* text = tag.as<std::string>();
        if (text == nullptr) return wrong(tag.line, "also", "holds what is no text");
        texts.also.push_back(*text);
    }
    return texts;
}

std::span<const Texts> languages() {
    static const std::vector<Texts> all = read_languages();
    return all;
}

const Texts& preferred_language(std::string_view accept_language) {
    const Texts* best = nullptr;
    int best_weight = 0, any_weight = 0;
    std::vector<const Texts*> refused;
    each_range(accept_language, [&](const Range& range) {
        if (range.tag == "*") {
            any_weight = std::max(any_weight, range.weight);
            return;
        }
        const Texts* found = look_up(range.tag);
        if (found == nullptr) return;
        if (range.weight == 0 && std::ranges::find(refused, found) == refused.end()) {
            refused.push_back(found);
        }
        if (range.weight <= best_weight) return;  // of equal weight the first counts
        best = found;
        best_weight = range.weight;
    });
    if (best != nullptr && best_weight >= any_weight) return *best;
    const auto all = languages();
    // `*` is any language that is not named (RFC 9110, section 12.5.4).
    const auto other = std::ranges::find_if(all, [&](const Texts& texts) {
        return any_weight > 0 && std::ranges::find(refused, &texts) == refused.end();
    });
    return other == all.end() ? all.front() : *other;
}

}  // namespace candor::tracker
