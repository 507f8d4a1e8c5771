// By the page that it leads to: a token of ours is opened to learn it.
#include "milter/opt_out_links.h"

#include "milter/message_facts.h"
#include "milter/placeholders.h"
#include "policy/tokens/token.h"
#include "rewriter/shown_texts.h"

namespace candor::milter {
namespace {

using policy::OptOutPage;

bool is_opt_out(const Work& work, std::string_view url) {
    if (const auto page = placeholder_page(url)) return *page != OptOutPage::Privacy;
    const auto token = own_token(url, work.controller.tracking_host, 'u');
    if (!token) return false;
    const auto opened = policy::open(*work.ring, *token, work.now);
    const auto* link = opened ? std::get_if<policy::OptOutLink>(&*opened) : nullptr;
    return link != nullptr && link->page != OptOutPage::Privacy;
}

}  // namespace

rewriter::OptOutTest opt_out_test(const Work& work) {
    return [&work](std::string_view url) { return is_opt_out(work, url); };
}

bool visible_opt_out(const Work& work, const rewriter::Message& message) {
    if (work.stream.footer == policy::Footer::Append) return true;
    return rewriter::shown_texts(message, opt_out_test(work)).opt_out == rewriter::OptOut::Shown;
}

}  // namespace candor::milter
