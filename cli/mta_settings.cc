#include "cli/mta_settings.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "cli/mta_text.h"
#include "cli/wiring.h"

extern char** environ;

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

constexpr int deepest_expansion = 20;
/// What is asked of Postfix; it needs the others only inside values.
constexpr std::array asked_names{"smtpd_milters", "non_smtpd_milters", "milter_default_action",
                                 "queue_directory"};

/// postconf(5): the defaults of what is asked here.
std::string_view postfix_default(std::string_view name) {
    if (name == "milter_default_action") return "tempfail";
    if (name == "queue_directory") return "/var/spool/postfix";
    return "";
}

/// "name" of `$name`, `${name}`, `$(name)` at the start of `text`, and how long that is.
std::pair<std::string_view, std::size_t> variable_at(std::string_view text) {
    const std::string_view rest = text.substr(1);
    if (!rest.empty() && (rest.front() == '{' || rest.front() == '(')) {
        const std::size_t end = rest.find(rest.front() == '{' ? '}' : ')');
        if (end == rest.npos) return {{}, 1};
        return {rest.substr(1, end - 1), end + 2};
    }
    const auto is_name_char = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    const auto end = std::ranges::find_if_not(rest, is_name_char);
    const auto length = static_cast<std::size_t>(end - rest.begin());
    return {rest.substr(0, length), length + 1};
}

/// What `postconf` prints for `name`, or nothing where it cannot be asked.
std::optional<std::string> asked_of_postconf(const fs::path& directory, const std::string& name) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::array<std::string, 6> words{"postconf", "-c", directory.string(), "-x", "-h", name};
    std::array<char*, 7> arguments{};
    std::ranges::transform(words, arguments.begin(), [](std::string& word) { return word.data(); });
    pid_t child = 0;
    const bool started =
        ::posix_spawnp(&child, "postconf", &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    std::string said;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; started && (got = ::read(ends[0], piece.data(), piece.size())) > 0;) {
        said.append(piece.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    if (!started || ::waitpid(child, &status, 0) != child) return std::nullopt;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
    return std::string{trimmed(said)};
}

/// Kind, and what stands behind it: host and port, or a path.
struct Address {
    std::string kind, host, port, path;
};

Address address_of(std::string_view socket, std::string_view queue_directory) {
    Address address;
    const std::size_t colon = socket.find(':');
    address.kind = lower(socket.substr(0, colon));
    const std::string_view rest = colon == socket.npos ? "" : socket.substr(colon + 1);
    if (address.kind == "unix" || address.kind == "local") {
        address.kind = "unix";
        fs::path path{rest};
        if (path.is_relative()) path = fs::path{queue_directory} / path;
        address.path = path.lexically_normal().string();
        return address;
    }
    if (address.kind == "inet6") address.kind = "inet";
    const std::size_t last = rest.rfind(':');
    address.host = lower(rest.substr(0, last == rest.npos ? 0 : last));
    address.port = rest.substr(last == rest.npos ? 0 : last + 1);
    const std::array<std::string_view, 4> loopback{"127.0.0.1", "localhost", "[::1]", "::1"};
    const std::array<std::string_view, 5> any{"", "0.0.0.0", "*", "[::]", "::"};
    if (std::ranges::find(loopback, address.host) != loopback.end()) address.host = "loopback";
    if (std::ranges::find(any, address.host) != any.end()) address.host = "any";
    return address;
}

}  // namespace

std::vector<MilterEntry> milter_entries(std::string_view value) {
    std::vector<MilterEntry> entries;
    constexpr std::string_view separators = ", \t\r\n";
    while (true) {
        value.remove_prefix(std::min(value.find_first_not_of(separators), value.size()));
        if (value.empty()) return entries;
        const bool braced = value.front() == '{';
        const std::size_t end =
            std::min(braced ? value.find('}') : value.find_first_of(separators), value.size());
        std::string_view words = value.substr(braced ? 1 : 0, end - (braced ? 1 : 0));
        value.remove_prefix(std::min(value.size(), end + 1));

        MilterEntry entry;
        constexpr std::string_view action = "default_action";
        while (!words.empty()) {
            const std::size_t comma = std::min(words.find(','), words.size());
            const std::string_view word = trimmed(words.substr(0, comma));
            words.remove_prefix(std::min(words.size(), comma + 1));
            const std::size_t equals = word.find('=');
            if (entry.socket.empty()) {
                entry.socket = word;
            } else if (equals != word.npos && trimmed(word.substr(0, equals)) == action) {
                entry.default_action = lower(trimmed(word.substr(equals + 1)));
            }
        }
        if (!entry.socket.empty()) entries.push_back(std::move(entry));
    }
}

PostfixSettings PostfixSettings::parse(std::string_view text, std::string file) {
    PostfixSettings settings;
    settings.file_ = std::move(file);
    MtaSetting* continued = nullptr;
    for (int line = 1; !text.empty(); ++line) {
        const std::string_view raw = take_line(text);
        const std::string_view words = trimmed(raw);
        // A comment or an empty line may stand between the lines of one value.
        if (words.empty() || words.front() == '#') continue;
        if (blanks.find(raw.front()) != blanks.npos) {
            if (continued == nullptr) continue;
            if (!continued->value.empty()) continued->value += ' ';
            continued->value += words;
            continue;
        }
        const std::size_t equals = words.find('=');
        if (equals == words.npos) continue;
        continued = &settings.own_[std::string{trimmed(words.substr(0, equals))}];
        *continued = {std::string{trimmed(words.substr(equals + 1))}, line};
    }
    return settings;
}

Result<PostfixSettings> PostfixSettings::read(const fs::path& path) {
    std::error_code ignored;
    const fs::path file = fs::is_directory(path, ignored) ? path / "main.cf" : path;
    const auto text = read_file(file.string());
    if (!text) return fail(text.error());
    PostfixSettings settings = parse(*text, file.string());
    if (file.filename() != "main.cf") return settings;  // postconf reads no other name
    for (const char* name : asked_names) {
        const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path{"."};
        if (auto said = asked_of_postconf(directory, name))
            settings.asked_[name] = *std::move(said);
    }
    if (const auto master = read_file(settings.master_file())) settings.add_services(*master);
    return settings;
}

MtaSetting PostfixSettings::get(const std::string& name) const {
    const auto own = own_.find(name);
    MtaSetting setting{std::string{postfix_default(name)}, 0};
    if (own != own_.end()) setting = own->second;
    if (const auto asked = asked_.find(name); asked != asked_.end()) {
        setting.value = asked->second;
        return setting;
    }
    setting.value = expanded(std::move(setting.value));
    return setting;
}

std::string PostfixSettings::expanded(std::string text) const {
    for (int depth = 0; depth < deepest_expansion; ++depth) {
        const std::size_t dollar = text.find('$');
        if (dollar == text.npos) break;
        const auto [variable, length] = variable_at(std::string_view{text}.substr(dollar));
        const auto other = own_.find(std::string{variable});
        const std::string value =
            other != own_.end() ? other->second.value : std::string{postfix_default(variable)};
        text.replace(dollar, length, value);
    }
    return text;
}

std::string PostfixSettings::master_file() const {
    return (fs::path{file_}.parent_path() / "master.cf").string();
}

void PostfixSettings::add_services(std::string_view master) {
    constexpr std::string_view option = "smtpd_milters=";
    for (int line = 1; !master.empty(); ++line) {
        const std::string_view words = trimmed(take_line(master));
        const std::size_t at = words.find(option);
        const bool is_option = at != words.npos && at > 0 && words.front() != '#' &&
                               (words[at - 1] == ' ' || words[at - 1] == '\t');
        if (!is_option) continue;
        const std::string_view value = words.substr(at + option.size());
        services_.push_back({expanded(std::string{value.substr(0, value.find(" -o "))}), line});
    }
}

bool same_socket(std::string_view one, std::string_view other, std::string_view queue_directory) {
    const Address left = address_of(one, queue_directory);
    const Address right = address_of(other, queue_directory);
    if (left.kind != right.kind) return false;
    if (left.kind == "unix") return left.path == right.path;
    const bool hosts_meet = left.host == right.host || left.host == "any" || right.host == "any";
    return left.kind == "inet" && left.port == right.port && hosts_meet;
}

}  // namespace candor::cli
