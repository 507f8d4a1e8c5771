// [[controller]]: the companies mail is sent for.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "policy/config/config_checks.h"
#include "policy/config/config_sections.h"
#include "policy/people/domains.h"

namespace candor::policy {
namespace {

/// As it is compared and written into links: lower case, A-labels.
void to_ascii(std::string& domain) {
    if (auto ascii = to_ascii_domain(domain)) domain = std::move(*ascii);
}

Controller read_controller(TableReader& table) {
    Controller controller;
    controller.line = table.line();
    table.text("name", controller.name, wrong_name);
    int number = controller.number;
    table.number("number", number, 0, std::numeric_limits<ControllerNumber>::max());
    controller.number = static_cast<ControllerNumber>(number);
    if (table.texts("domains", controller.domains, wrong_host)) {
        for (std::string& domain : controller.domains) to_ascii(domain);
    }
    if (table.text("tracking_host", controller.tracking_host, wrong_host)) {
        to_ascii(controller.tracking_host);
    }
    table.text("privacy_notice_url", controller.privacy_notice_url, wrong_https_url);
    table.text("postal_address", controller.postal_address, wrong_blank);
    if (table.text("jurisdiction", controller.jurisdiction, wrong_jurisdiction)) {
        controller.jurisdiction = canonical_jurisdiction(controller.jurisdiction);
    }
    table.flag("self_hosted", controller.self_hosted);
    table.texts("processors", controller.processors, wrong_blank);
    table.number("retention_days", controller.retention_days, 7, 3650);
    table.report_unknown_keys();
    return controller;
}

void check_unique(TableReader& table, const Controller& controller,
                  const std::vector<Controller>& earlier) {
    const auto same_name = std::ranges::find(earlier, controller.name, &Controller::name);
    if (table.has("name") && same_name != earlier.end()) {
        table.fault("name", fmt::format("controller name `{}` is already in line {}",
                                        controller.name, same_name->line));
    }
    const auto same_number = std::ranges::find(earlier, controller.number, &Controller::number);
    if (table.has("number") && same_number != earlier.end()) {
        table.fault("number",
                    fmt::format("controller number {} is already in line {}: it stands in rows "
                                "and links and must be one company's only",
                                controller.number, same_number->line));
    }
}

}  // namespace

void read_controllers(TableReader& top, Config& config) {
    std::vector<TableReader> tables = top.tables("controller");
    for (TableReader& table : tables) {
        Controller controller = read_controller(table);
        if (tables.size() > 1) {
            table.require("name", "with several controllers each needs one");
            table.require("number",
                          "with several controllers each needs one, and keeps it for ever");
        }
        check_unique(table, controller, config.controllers);
        config.controllers.push_back(std::move(controller));
    }
    if (config.controllers.empty()) config.controllers.emplace_back();
}

}  // namespace candor::policy
