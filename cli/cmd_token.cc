// candor token open TOKEN
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/state.h"
#include "policy/tokens/token.h"

namespace candor::cli {
namespace {

std::string day_text(policy::Day day) {
    return fmt::format("{:%Y-%m-%d}", policy::start_of(day));
}

/// A whole URL may be given; its last path segment is the token.
std::string token_of(const std::string& text) {
    std::string token = text.substr(text.rfind('/') + 1);
    return token.substr(0, token.find_first_of("?#"));
}

void print(const policy::IndividualLink& link) {
    fmt::print(
        "kind         individual link\ncontroller   {}\ncampaign     {}\nlink         {}\nsent     "
        "    {}\n"
        "forgets on   {}\ndestination  {}\n",
        link.controller, link.campaign, link.ordinal, day_text(policy::day_of(link.sealed_at)),
        day_text(policy::last_day_of(policy::day_of(link.sealed_at), link.retention) + 1),
        link.destination);
}
void print(const policy::AggregateLink& link) {
    fmt::print(
        "kind         aggregate link, the same for every recipient\ncontroller   {}\ncampaign     "
        "{}\n"
        "link         {}\ndestination  {}\n",
        link.controller, link.campaign, link.ordinal, link.destination);
}
void print(const policy::ForgottenLink& link) {
    fmt::print(
        "kind         individual link that has forgotten whom it was for\ncontroller   {}\nsent    "
        "     {}\n"
        "destination  {}\n",
        link.controller, day_text(link.day), link.destination);
}
void print(const policy::OptOutLink& link) {
    const char* page = link.page == policy::OptOutPage::Unsubscribe    ? "unsubscribe"
                       : link.page == policy::OptOutPage::StopTracking ? "stop tracking"
                                                                       : "privacy";
    fmt::print("kind         opt-out link ({}), valid for ever\ncontroller   {}\ncampaign     {}\n",
               page, link.controller, link.campaign);
}

int open_token(const Command& command, const std::string& text) {
    const Loaded loaded = load_for(command);
    if (!loaded.rules) return loaded.exit_code;
    const auto state = State::open(*loaded.rules, StateRole::Command);
    if (!state) return report(state.error());
    const auto ring = (*state)->keys().ring();
    const policy::Instant now = SystemClock{}.now();
    if (const auto image = policy::open_image(*ring, token_of(text), now)) {
        fmt::print("purpose      open pixel, which leads nowhere\n");
        std::visit([](const auto& link) { print(link); }, *image);
        return EX_OK;
    }
    const auto opened = policy::open(*ring, token_of(text), now);
    if (!opened) return report(opened.error());
    if (policy::is_honeypot(*opened)) fmt::print("purpose      honeypot, which nobody sees\n");
    std::visit([](const auto& link) { print(link); }, *opened);
    return EX_OK;
}

}  // namespace

void add_token_commands(CLI::App& app, Command& command) {
    CLI::App* group = app.add_subcommand("token", "tracking links");
    group->require_subcommand(1);
    CLI::App* open = group->add_subcommand(
        "open", "what a link is: destination, campaign, day; never the person");
    auto* token = open->add_option("TOKEN", "the token, or the whole URL")->required();
    open->callback([&command, token] {
        command.run = [&command, token] { return open_token(command, token->as<std::string>()); };
    });
}

}  // namespace candor::cli
