// Reads the files; what may be in them says tracker/theme_check.
#include "cli/theme_files.h"

#include <filesystem>
#include <utility>

#include "cli/wiring.h"

namespace candor::cli {

tl::expected<std::shared_ptr<const tracker::Theme>, std::vector<policy::ConfigFault>> load_theme(
    const policy::TrackerSettings& settings) {
    if (settings.theme_dir.empty()) return tracker::Theme::shipped();
    const std::filesystem::path directory = settings.theme_dir;
    std::vector<policy::ConfigFault> faults;
    const auto read = [&](const char* name, bool needed) {
        tracker::ThemeFile file{(directory / name).string(), {}};
        auto text = read_file(file.name);
        const bool is_there = text.has_value();
        if (is_there) {
            file.text = *std::move(text);
        } else if (needed || text.error().fault != Fault::Missing) {
            // read_file() names the file, and so does the fault it becomes.
            faults.push_back({file.name, 0, text.error().message.substr(file.name.size() + 2)});
        }
        return std::pair(std::move(file), is_there);
    };
    const auto [style, has_style] = read("style.css", true);
    const auto [page, has_page] = read("page.html", false);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return tracker::Theme::parse(style, has_page ? &page : nullptr);
}

}  // namespace candor::cli
