// What the pages say, in 14 languages, and which of them a browser asked for.
// One file per language under tracker/languages, compiled in. Knows no markup and no HTTP.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/result.h"

namespace candor::tracker {

/// Every sentence of one language, as plain text without `<`, `>` and `&`. What a placeholder
/// stands for comes behind a colon: no grammar depends on it.
struct Texts {
    std::string tag;                ///< BCP 47, for `lang` and Content-Language
    std::vector<std::string> also;  ///< other tags that get this language
    std::string direction;          ///< for `dir`: ltr or rtl

    std::string sender;  ///< {sender}
    std::string notice;
    std::string choice_title, choice_intro, choice_legend, choice_missing;
    std::string all, all_hint, tracking, tracking_hint, save, nothing_yet;
    std::string privacy_title, kept_title, kept_contact;
    std::string kept_mail;  ///< {months}
    std::string kept_clicks;
    std::string kept_days;  ///< {days}
    std::string kept_choice, not_kept;
    std::string data_title, data_intro, ask_access, ask_erasure, asked_title, asked_text;
    std::string done_title, done_all, done_tracking, done_close;
    std::string undo_intro, undo, undone_title, undone_text, undo_late_title, undo_late_text;
    std::string later_title, later_text;
    std::string bad_opt_out_title, bad_opt_out_text, bad_link_title, bad_link_text;
    std::string no_page_title, no_page_text, method_title, method_text;
};

/// The name of each sentence in the files, and where it is kept.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string Texts::*>> sentences();

/// Errors: Malformed (syntax, a sentence that is missing, empty or unknown; the first one).
[[nodiscard]] Result<Texts> parse_texts(std::string_view toml, std::string_view file);

/// All languages, English first. They live as long as the program.
[[nodiscard]] std::span<const Texts> languages();

/// The best language for the value of Accept-Language (RFC 9110, section 12.5.4): by weight, then
/// in the order written, each range by looking up `de-AT`, then `de` (RFC 4647, section 3.4).
/// English where nothing fits. Linear in the value.
[[nodiscard]] const Texts& preferred_language(std::string_view accept_language);

}  // namespace candor::tracker
