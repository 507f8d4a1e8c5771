#include "cli/check_state.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "cli/check_keys.h"
#include "cli/key_files.h"
#include "sqlite/store.h"

namespace candor::tests {
namespace {

namespace fs = std::filesystem;
constexpr std::array<policy::ControllerNumber, 1> controllers{0};

class StateFolder {
  public:
    StateFolder() {
        std::string name = (fs::temp_directory_path() / "candor-check-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
    }
    StateFolder(const StateFolder&) = delete;
    StateFolder& operator=(const StateFolder&) = delete;
    ~StateFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }
    /// Keys and a store with one opt-out.
    void fill() const {
        REQUIRE(cli::KeyFiles::open(path_ / "keys", controllers, cli::KeyMode::Create));
        const auto store = sqlite::SqliteStore::open({path_, sqlite::Role::None});
        REQUIRE(store);
        REQUIRE((*store)->add_opt_out({}));
        REQUIRE((*store)->person(0, {}, "b.example"));
    }
    /// What the fault about `file` says; empty when there is none.
    [[nodiscard]] std::string fault_about(const char* file) const {
        for (const auto& fault : cli::check_state(path_).faults) {
            if (fault.file == (path_ / file).string()) return fault.message;
        }
        return {};
    }

  private:
    fs::path path_;
};

}  // namespace

TEST_SUITE("cli/check_state") {
    TEST_CASE("an empty state directory has no fault, and nothing is made in it") {
        const StateFolder folder;
        const auto found = cli::check_state(folder.path());
        CHECK(found.faults.empty());
        REQUIRE(!found.notes.empty());
        CHECK(found.notes.back().find("first start of the milter") != std::string::npos);
        CHECK(fs::is_empty(folder.path()));
    }

    TEST_CASE("keys and a store as they are made have no fault") {
        const StateFolder folder;
        folder.fill();
        CHECK(cli::check_state(folder.path()).faults.empty());
    }

    TEST_CASE("every fault of keys and store comes at once, each with its file") {
        const StateFolder folder;
        folder.fill();
        REQUIRE(::chmod((folder.path() / "keys/recipient.key").c_str(), 0644) == 0);
        REQUIRE(::chmod((folder.path() / "store/optouts/optouts.db").c_str(), 0666) == 0);
        std::ofstream{folder.path() / "keys/address.key"} << "short";
        std::ofstream{folder.path() / "store/people/people.db"} << "no database";
        CHECK(folder.fault_about("keys/recipient.key").find("mode 0644") != std::string::npos);
        CHECK(folder.fault_about("keys/address.key").find("not a key") != std::string::npos);
        CHECK(folder.fault_about("store/optouts/optouts.db").find("0666") != std::string::npos);
        CHECK(!folder.fault_about("store/people/people.db").empty());
    }

    TEST_CASE("a duty that no daemon has done in time is a line for its controller") {
        const StateFolder folder;
        const auto now = policy::start_of(20780);
        policy::Config config;
        config.file = "candor.toml";
        config.state_dir = folder.path().string();
        config.controllers.emplace_back();
        config.controllers.back().name = "acme";
        config.controllers.back().line = 7;
        CHECK(cli::neglected_duties(config, now).empty());  // no store yet
        CHECK(fs::is_empty(folder.path()));

        folder.fill();
        const auto lines = cli::neglected_duties(config, now);
        REQUIRE(lines.size() == 2);
        CHECK(lines[0].starts_with(
            "candor.toml:7: warning: nothing of controller `acme` is tracked: the opt-out page"));
        CHECK(lines[1].find("retention") != std::string::npos);

        const auto store = sqlite::SqliteStore::open({folder.path(), sqlite::Role::None});
        REQUIRE(store);
        for (const policy::Duty duty : policy::all_duties) {
            REQUIRE((*store)->record_duty(0, duty, now));
        }
        CHECK(cli::neglected_duties(config, now).empty());
        CHECK(cli::neglected_duties(config, now + std::chrono::hours{30}).size() == 1);
        CHECK(cli::neglected_duties(config, now + std::chrono::hours{50}).size() == 2);
    }

    TEST_CASE("keys of a controller that is not configured any more are named") {
        const StateFolder folder;
        policy::Config config;
        config.state_dir = folder.path().string();
        CHECK(cli::keys_left_behind(config).empty());
        folder.fill();
        for (const char* other : {"keys/01", "keys/70000", "keys/backup", "keys/7"}) {
            fs::create_directories(folder.path() / other);  // 7 is one, but holds no key
        }
        const auto lines = cli::keys_left_behind(config);
        REQUIRE(lines.size() == 1);
        CHECK(lines.front().starts_with((folder.path() / "keys/0").string() + ": warning: "));
        config.controllers.emplace_back();  // number 0
        CHECK(cli::keys_left_behind(config).empty());
    }

    TEST_CASE("what is lost is a fault, by what was made after it") {
        const StateFolder folder;
        folder.fill();
        fs::remove_all(folder.path() / "store/optouts");
        CHECK(folder.fault_about("store/optouts/optouts.db").find("every opt-out") !=
              std::string::npos);
        fs::remove(folder.path() / "optouts.made");
        CHECK(folder.fault_about("store/optouts/optouts.db").empty());
        CHECK(folder.fault_about("store/evidence/campaigns.db").empty());  // none was sent yet
        std::ofstream{folder.path() / "store/decisions/202611.db"} << "";
        fs::remove(folder.path() / "store/people/people.db");
        CHECK(folder.fault_about("store/people/people.db").find("lost") != std::string::npos);
        CHECK(folder.fault_about("store/evidence/campaigns.db").find("lost") != std::string::npos);
        CHECK(folder.fault_about("keys/0/link-001.key").empty());
        const auto keys =
            cli::KeyFiles::open(folder.path() / "keys", controllers, cli::KeyMode::Create);
        REQUIRE(keys->ensure_daily(20780));
        fs::remove(folder.path() / "keys/0/link-001.key");
        CHECK(folder.fault_about("keys/0/link-001.key").find("lost") != std::string::npos);
    }

    TEST_CASE("after an undo the database is whole, also as an older program left it") {
        const StateFolder folder;
        folder.fill();
        const policy::OptOut said{0, {}, policy::OptOutScope::All, {}, policy::OptOutSource::Page,
                                  7};
        {
            const auto store = sqlite::SqliteStore::open({folder.path(), sqlite::Role::None});
            REQUIRE((*store)->remove_opt_out(0, {}, policy::OptOutScope::All, {}));
            REQUIRE((*store)->add_opt_out(said));
            REQUIRE((*store)->undo_opt_out(said, {}));
        }
        const char* const file = "store/optouts/optouts.db";
        CHECK(folder.fault_about(file).empty());
        auto database = sqlite::Database::open(folder.path() / file, sqlite::Access::Write);
        REQUIRE(database->execute(
            "DROP TABLE undone_opt_outs;"
            "CREATE TABLE undone_opt_outs (controller INTEGER NOT NULL, recipient BLOB NOT NULL,"
            " scope INTEGER NOT NULL, at INTEGER NOT NULL, source INTEGER NOT NULL,"
            " page INTEGER NOT NULL, undone_at INTEGER NOT NULL,"
            " PRIMARY KEY (controller, recipient, scope, at, page, undone_at))"
            " STRICT, WITHOUT ROWID;"
            "INSERT INTO undone_opt_outs VALUES (0, zeroblob(16), 1, 1, 2, 7, 2);"
            "PRAGMA user_version=4"));
        CHECK(folder.fault_about(file).empty());
        REQUIRE(database->execute("PRAGMA user_version=5"));
        CHECK(folder.fault_about(file).find("SQLite says: NULL value in undone_opt_outs.source") !=
              std::string::npos);
    }

    TEST_CASE("a key that is lost while its companion is there is a fault") {
        const StateFolder folder;
        folder.fill();
        REQUIRE(fs::remove(folder.path() / "keys/recipient.key"));
        CHECK(folder.fault_about("keys/recipient.key").find("lost") != std::string::npos);
    }
}

}  // namespace candor::tests
