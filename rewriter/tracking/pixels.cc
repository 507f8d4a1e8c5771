// Tracking images: nobody is meant to see them, and they are known or made for one message. Only
// the value goes, never the tag: a missing <img> moves the layout.
#include "rewriter/tracking/pixels.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rewriter/html/css_urls.h"
#include "rewriter/html/fetched_urls.h"
#include "rewriter/html/hidden_content.h"
#include "rewriter/html/html_tokens.h"
#include "rewriter/html/sheet_sizes.h"
#include "rewriter/links/links.h"
#include "rewriter/tracking/ad_networks.h"
#include "rewriter/tracking/personal_parameters.h"
#include "rewriter/tracking/remote_urls.h"
#include "rewriter/tracking/tracker_judgement.h"
#include "rewriter/tracking/tracker_patterns.h"

namespace candor::rewriter {
namespace {

/// One transparent pixel, which is what an open image is. Without any picture a client shows that
/// one is missing: its words, or a sign with a size of its own.
constexpr std::string_view empty_picture =
    "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
/// For frames, films, backgrounds and style sheets, of which nobody sees that they are missing.
constexpr std::string_view nothing = "data:,";

class TrackingFinder {
  public:
    TrackingFinder(HtmlTokenizer tokens, const PixelRules& rules, bool conditional, bool hidden,
                   TrackingFound& found)
        : tokens_(std::move(tokens)),
          rules_(rules),
          conditional_(conditional),
          hidden_around_(hidden),
          found_(found) {}

    void find() {
        while (tokens_.next()) {
            const HtmlToken& token = tokens_.token();
            switch (token.kind) {
                case TokenKind::StartTag: on_start_tag(); break;
                case TokenKind::EndTag:
                    hidden_.note(tokens_);
                    if (tokens_.name_is("picture")) open_picture(false);
                    break;
                case TokenKind::Text:
                    if (in_style_) on_style(token.content);
                    break;
                case TokenKind::Comment:
                    if (!conditional_ && tokens_.is_conditional_comment()) {
                        TrackingFinder{tokens_.inside(token.content), rules_, true,
                                       is_hidden_here(), found_}
                            .find();
                    }
                    break;
                case TokenKind::Doctype: break;
            }
        }
        judge_choices();
        // A tiny static image that closes the mail is a pixel too: its name is all there is to see.
        if (last_candidate_) {
            // What was cut from it goes with it.
            std::erase_if(found_.replacements, [this](const Replacement& replacement) {
                return replacement.where == last_candidate_->where;
            });
            found_.parameters -= last_cut_;
            put(last_candidate_->where, std::string{empty_picture});
            ++found_.images;
        }
    }

  private:
    [[nodiscard]] bool is_hidden_here() const { return hidden_around_ || hidden_.inside(); }

    void on_start_tag() {
        hidden_.note(tokens_);
        in_style_ = sheets_.open(tokens_);
        if (tokens_.name_is("picture")) open_picture(true);
        if (tokens_.name_is("img")) last_candidate_.reset();
        find_fetched(tokens_, fetched_);
        const bool chooses = !choices_.empty() && tokens_.name_is("img");
        if (fetched_.empty() && !chooses) return;
        sight_.reset();
        std::vector<RemoteUrl> sources;
        for (const FetchedAttribute& fetched : fetched_) {
            switch (fetched.as) {
                case FetchedAs::Source:
                case FetchedAs::Candidates:
                    std::ranges::move(remote_urls(tokens_, fetched), std::back_inserter(sources));
                    break;
                case FetchedAs::Background: on_background(fetched); break;
                case FetchedAs::Refresh: on_refresh(fetched); break;
                case FetchedAs::Css: on_linked_css(fetched); break;
                case FetchedAs::Style: on_style_attribute(fetched.attribute->value); break;
            }
        }
        if (!sources.empty() || chooses) on_sources(std::move(sources));
    }

    void note_ad_network(const RemoteUrl& fetched) {
        if (found_.ad_network.empty()) found_.ad_network = ad_network(fetched.url);
    }

    void open_picture(bool open) {
        judge_choices();
        in_picture_ = open;
    }

    /// Choices of a picture that no <img> came for: programs differ in what they make of them.
    void judge_choices() {
        if (choices_.empty()) return;
        sight_ = Sight::NoSize;
        judge(std::exchange(choices_, {}), FetchKind::Image);
        sight_.reset();
    }

    [[nodiscard]] FetchKind kind() const { return fetch_kind_of(tokens_); }
    Sight sight() {
        if (!sight_) sight_ = sight_of(tokens_, is_hidden_here(), sheets_);
        return *sight_;
    }
    /// Of what lies behind the element, whose own size it does not have.
    Sight sight_behind() { return sight() == Sight::Seen ? Sight::NoSize : sight(); }

    /// All that one picture may be loaded from goes together.
    void on_sources(std::vector<RemoteUrl> sources) {
        for (const RemoteUrl& source : sources) note_ad_network(source);
        if (in_picture_ && tokens_.name_is("source")) {  // which picture it is for, its <img> says
            std::ranges::move(sources, std::back_inserter(choices_));
            return;
        }
        if (tokens_.name_is("img")) {
            std::ranges::move(choices_, std::back_inserter(sources));
            choices_.clear();
        }
        judge(std::move(sources), kind());
    }

    void judge(std::vector<RemoteUrl> sources, FetchKind kind) {
        if (std::ranges::any_of(sources, [&](const RemoteUrl& source) { return keep(source); })) {
            return;
        }
        const bool own = std::ranges::any_of(sources, [&](const RemoteUrl& source) {
            return is_own_open_image(source.url, rules_.own_hosts);
        });
        const bool goes =
            own || std::ranges::any_of(sources, [&](const RemoteUrl& source) {
                return tracks(source.url, kind, sight(), rules_) || is_personal_dot(source);
            });
        if (goes) {
            ++found_.images;
            const bool picture = kind == FetchKind::Image;
            for (const RemoteUrl& source : sources) {
                put_nothing(source.whole, picture ? empty_picture : nothing);
            }
            return;
        }
        std::size_t parameters = 0;
        for (const RemoteUrl& source : sources) parameters += cut(source.where);
        if (sources.size() == 1) note_as_last(sources.front(), parameters);
    }

    /// One of ours that already tells what the message is to tell.
    bool keep(const RemoteUrl& image) {
        if (!rules_.keep_open_image || !is_own_open_image(image.url, rules_.own_hosts) ||
            !rules_.keep_open_image(image.url)) {
            return false;
        }
        found_.open_image_kept = true;
        return true;
    }

    bool is_personal_dot(const RemoteUrl& source) {
        return rules_.images && sight() == Sight::Tiny && !is_trusted(source.url, rules_) &&
               names_a_person(source.url, rules_);
    }

    /// `cut`: how many parameters went already.
    void note_as_last(const RemoteUrl& source, std::size_t cut) {
        if (!rules_.images || conditional_ || !tokens_.name_is("img")) return;
        if (sight() != Sight::Tiny || is_spacer(source.url)) return;
        if (is_trusted(source.url, rules_)) return;
        last_candidate_ = source;
        last_cut_ = cut;
    }

    void on_background(const FetchedAttribute& attribute) {
        for (const RemoteUrl& background : remote_urls(tokens_, attribute)) {
            on_image(background, sight_behind(), background.where);
        }
    }

    /// A single URL that is its own picture; `where` is what of it may be cut.
    void on_image(const RemoteUrl& image, Sight sight, Span where,
                  UrlForm form = UrlForm::Attribute) {
        note_ad_network(image);
        const bool own = is_own_open_image(image.url, rules_.own_hosts);
        if (own || tracks(image.url, kind(), sight, rules_)) {
            ++found_.images;
            put_nothing(image.whole);
        } else {
            cut(where, form);
        }
    }

    void on_refresh(const FetchedAttribute& attribute) {
        for (const RemoteUrl& page : remote_urls(tokens_, attribute)) {
            on_image(page, Sight::NoSize, {});
        }
    }

    void on_linked_css(const FetchedAttribute& attribute) {
        for (const RemoteUrl& sheet : remote_urls(tokens_, attribute)) {
            on_remote_css(sheet, FetchKind::StyleSheet);
        }
    }
    void on_remote_css(const RemoteUrl& sheet, FetchKind as) {
        note_ad_network(sheet);
        ++found_.remote_css;
        if (is_tracker(sheet.url, as, Sight::NoSize, rules_)) {
            ++found_.images;
        } else if (!rules_.remote_css) {
            return;
        }
        put_nothing(sheet.whole);
    }

    void on_style(Span css) {
        sheets_.add(tokens_.text(css));
        for (CssUrl& url : find_css_urls(tokens_.text(css))) {
            on_css_url(url, css.begin, Sight::NoSize, UrlForm::Plain);
        }
    }
    void on_style_attribute(Span style) {
        for (CssUrl& url : find_css_urls_in_attribute(tokens_.text(style))) {
            on_css_url(url, style.begin, sight_behind(), UrlForm::Attribute);
        }
    }
    void on_css_url(CssUrl& css, std::size_t begin, Sight sight, UrlForm form) {
        const Span where{css.value.begin + begin, css.value.end + begin};
        const RemoteUrl fetched{where, trim_url(css.url), where};
        if (!is_remote(fetched.url)) return;
        if (css.use != CssUse::Image) {
            return on_remote_css(fetched,
                                 css.use == CssUse::Font ? FetchKind::Font : FetchKind::StyleSheet);
        }
        const bool escaped = tokens_.text(fetched.where).find('\\') != std::string_view::npos;
        on_image(fetched, sight, escaped ? Span{} : fetched.where, form);
    }

    std::size_t cut(Span where, UrlForm form = UrlForm::Attribute) {
        if (!rules_.parameters || tokens_.text(where).find('?') == std::string_view::npos) return 0;
        CutParameters result = cut_parameters(tokens_.text(where), parameter_rules(rules_), form);
        // `--` and a `>` behind it would end the comment.
        if (result.count == 0 || (conditional_ && result.url.ends_with('-'))) return 0;
        put(where, std::move(result.url));
        found_.parameters += result.count;
        return result.count;
    }

    void put_nothing(Span where, std::string_view with = nothing) {
        const bool again =
            !found_.replacements.empty() && found_.replacements.back().where == where;
        if (!again) put(where, std::string{with});
    }
    void put(Span where, std::string with) {
        found_.replacements.push_back({where, std::move(with)});
    }

    HtmlTokenizer tokens_;
    const PixelRules& rules_;
    bool conditional_;
    bool hidden_around_;
    TrackingFound& found_;
    HiddenContent hidden_;
    SheetSizes sheets_;
    bool in_style_ = false;
    std::optional<Sight> sight_;  ///< of the latest start tag, once somebody has asked
    std::vector<FetchedAttribute> fetched_;
    bool in_picture_ = false;
    std::vector<RemoteUrl> choices_;  ///< of the `source` elements of the picture that is open
    std::optional<RemoteUrl> last_candidate_;
    std::size_t last_cut_ = 0;
};

}  // namespace

TrackingFound find_tracking(std::string_view html, const PixelRules& rules) {
    TrackingFound found;
    TrackingFinder{HtmlTokenizer{html}, rules, false, false, found}.find();
    std::ranges::stable_sort(found.replacements, {},
                             [](const Replacement& edit) { return edit.where.begin; });
    return found;
}

}  // namespace candor::rewriter
