// [[stream]]: match rules and what a class of mail asks for.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "policy/config/config_checks.h"
#include "policy/config/config_sections.h"
#include "policy/config/nearest_word.h"
#include "policy/law/pack_text.h"

namespace candor::policy {
namespace {

constexpr std::pair<std::string_view, StreamKind> kind_words[]{
    {"marketing", StreamKind::Marketing},
    {"transactional", StreamKind::Transactional},
    {"internal", StreamKind::Internal}};
constexpr std::pair<std::string_view, RecipientClass> class_words[]{
    {"unknown", RecipientClass::Unknown},
    {"b2b", RecipientClass::B2b},
    {"b2c", RecipientClass::B2c}};
constexpr std::pair<std::string_view, CampaignSource> campaign_words[]{
    {"header", CampaignSource::Header},
    {"feedback-id", CampaignSource::FeedbackId},
    {"list-id", CampaignSource::ListId},
    {"fixed", CampaignSource::Fixed}};
constexpr std::pair<std::string_view, ListUnsubscribe> list_unsubscribe_words[]{
    {"add", ListUnsubscribe::Add},
    {"replace", ListUnsubscribe::Replace},
    {"keep", ListUnsubscribe::Keep}};
constexpr std::pair<std::string_view, Footer> footer_words[]{{"off", Footer::Off},
                                                             {"append", Footer::Append}};
constexpr std::pair<std::string_view, MultiRecipient> multi_recipient_words[]{
    {"share", MultiRecipient::Share}, {"split", MultiRecipient::Split}};
constexpr std::size_t max_campaign_bytes = 255;

std::string wrong_campaign(std::string_view text) {
    if (std::string wrong = wrong_blank(text); !wrong.empty()) return wrong;
    return text.size() <= max_campaign_bytes ? "" : "must be at most 255 bytes";
}

/// Whether there is a condition at all, right or wrong (a wrong one has its own fault).
bool asks_something(const TableReader& match) {
    const std::initializer_list<std::string_view> keys{"sasl_user",      "sender",      "from",
                                                       "client_address", "daemon_name", "header"};
    return std::ranges::any_of(keys,
                               [&](std::string_view key) { return !match.is_empty_list(key); });
}

void read_match(TableReader& stream, StreamMatch& match) {
    stream.require("match", "it says which mail is of this stream");
    std::optional<TableReader> table = stream.table("match");
    if (!table) return;
    table->texts("sasl_user", match.sasl_user, wrong_glob);
    table->texts("sender", match.sender, wrong_glob);
    table->texts("from", match.from, wrong_glob);
    table->texts("client_address", match.client_address, wrong_network);
    table->texts("daemon_name", match.daemon_name, wrong_glob);
    for (TableReader& header : table->tables("header")) {
        HeaderMatch wanted;
        header.text("name", wanted.name, wrong_header_name);
        header.text("value", wanted.value_glob, wrong_glob);
        header.require("name");
        header.report_unknown_keys();
        match.header.push_back(std::move(wanted));
    }
    table->report_unknown_keys();
    // A rule without a condition would take in every mail that passes.
    if (!asks_something(*table)) {
        stream.fault("match",
                     "`stream.match` names no condition; `sender = [\"*\"]` would match all mail");
    }
}

/// Settings that contradict each other or can have no effect.
void check_together(TableReader& table, const Stream& stream) {
    const bool is_fixed = std::ranges::find(stream.campaign_from, CampaignSource::Fixed) !=
                          stream.campaign_from.end();
    if (is_fixed) table.require("campaign", "campaign_from has `fixed` in it");
    if (!is_fixed && table.has("campaign")) {
        table.fault("campaign", "`stream.campaign` has no effect without `fixed` in campaign_from");
    }
    if (stream.list_unsubscribe != ListUnsubscribe::Keep && table.has("opt_out_feed")) {
        table.fault("opt_out_feed",
                    "`stream.opt_out_feed` has no effect without list_unsubscribe = \"keep\"");
    }
    if (stream.clean && stream.kind == StreamKind::Marketing) {
        table.fault("clean",
                    "`stream.clean` is for transactional and internal mail; for marketing mail say "
                    "ceiling = \"untracked\"");
    }
}

void read_controller_name(TableReader& table, const Config& config, std::string& controller) {
    std::vector<std::string_view> names;
    for (const Controller& known : config.controllers) names.emplace_back(known.name);
    if (names.size() == 1) {
        controller = names.front();
    } else {
        table.require("controller", "there are several, and every mail is one company's");
    }
    table.text("controller", controller, [&](std::string_view name) -> std::string {
        if (std::ranges::find(names, name) != names.end()) return {};
        return fmt::format("is not the name of a [[controller]] ({}){}", fmt::join(names, ", "),
                           did_you_mean(name, names));
    });
}

Stream read_stream(TableReader& table, const Config& config) {
    Stream stream;
    stream.line = table.line();
    table.text("name", stream.name, wrong_name);
    table.require("name");
    read_controller_name(table, config, stream.controller);
    table.word<StreamKind>("kind", stream.kind, kind_words);
    read_match(table, stream.match);
    table.word<Treatment>("ceiling", stream.ceiling, row_treatment_words);
    table.word<RecipientClass>("default_class", stream.default_class, class_words);
    table.texts("segments", stream.segments, wrong_name);
    table.words<CampaignSource>("campaign_from", stream.campaign_from, campaign_words);
    table.text("campaign", stream.campaign, wrong_campaign);
    table.word<ListUnsubscribe>("list_unsubscribe", stream.list_unsubscribe,
                                list_unsubscribe_words);
    table.text("opt_out_feed", stream.opt_out_feed, wrong_name);
    table.word<Footer>("footer", stream.footer, footer_words);
    table.flag("open_pixel", stream.open_pixel);
    table.flag("honeypot", stream.honeypot);
    table.word<MultiRecipient>("multi_recipient", stream.multi_recipient, multi_recipient_words);
    SuppressAction suppress{};
    if (table.word<SuppressAction>("suppress", suppress, suppress_words))
        stream.suppress = suppress;
    table.flag("clean", stream.clean);
    table.report_unknown_keys();
    check_together(table, stream);
    return stream;
}

/// Whose mail it is that nobody named: the configured controller's, else the first one's.
void add_bulk_unlisted(TableReader& top, Config& config) {
    std::string controller = config.policy.bulk_unlisted_controller;
    if (controller.empty()) controller = config.controllers.front().name;
    if (config.controller(controller) == nullptr) {
        if (std::optional<TableReader> policy = top.table("policy")) {
            policy->fault("bulk_unlisted_controller",
                          fmt::format("`policy.bulk_unlisted_controller` `{}` is not the name of a "
                                      "[[controller]]",
                                      controller));
        }
    }
    if (!config.policy.bulk_unlisted) return;
    for (Stream& stream : bulk_unlisted_streams(controller))
        config.streams.push_back(std::move(stream));
}

}  // namespace

void read_streams(TableReader& top, Config& config) {
    const std::vector<Stream> shipped = bulk_unlisted_streams("");
    for (TableReader& table : top.tables("stream")) {
        Stream stream = read_stream(table, config);
        const auto same = std::ranges::find(config.streams, stream.name, &Stream::name);
        if (!stream.name.empty() && same != config.streams.end()) {
            table.fault("name", fmt::format("stream name `{}` is already in line {}", stream.name,
                                            same->line));
        }
        const bool is_shipped =
            std::ranges::find(shipped, stream.name, &Stream::name) != shipped.end();
        if (is_shipped && config.policy.bulk_unlisted) {
            table.fault("name",
                        fmt::format("stream name `{}` is that of the stream that ships; say "
                                    "policy.bulk_unlisted = false to write your own",
                                    stream.name));
        }
        config.streams.push_back(std::move(stream));
    }
    add_bulk_unlisted(top, config);
}

}  // namespace candor::policy
