// The configuration: defaults, the example, and what every broken file in tests/bad_config must
// answer.
#include "policy/config/config.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace candor::policy;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

const std::filesystem::path source_dir{CANDOR_SOURCE_DIR};

std::string faults_of(const std::string& text) {
    const auto config = parse_config(text, "candor.toml");
    if (config) return "no fault\n";
    std::string lines;
    for (const ConfigFault& fault : config.error()) {
        lines += std::to_string(fault.line) + ": " + fault.message + "\n";
    }
    return lines;
}

}  // namespace

TEST_SUITE("policy/config") {
    TEST_CASE("every broken configuration answers exactly its expected lines") {
        int cases = 0;
        for (const auto& entry :
             std::filesystem::directory_iterator(source_dir / "tests/bad_config")) {
            const std::string name = entry.path().filename().string();
            CAPTURE(name);
            const std::string answer = faults_of(read_file(entry.path() / "candor.toml"));
            // For `update-golden`: the diff is read like code.
            if (std::getenv("CANDOR_UPDATE_GOLDEN") != nullptr) {
                std::ofstream(entry.path() / "expected.txt", std::ios::binary) << answer;
            }
            CHECK(answer == read_file(entry.path() / "expected.txt"));
            CHECK(answer != "no fault\n");
            ++cases;
        }
        CHECK(cases >= 12);
    }

    TEST_CASE("half a pair of TLS files is a fault, and no file") {
        std::vector<ConfigFault> faults;
        const Config read = read_config(
            read_file(source_dir / "tests/bad_config/tracker/candor.toml"), "candor.toml", faults);
        REQUIRE(read.tracker.tls.size() == 1);
        CHECK(read.tracker.tls.front().certificate == "/etc/candor/go.pem");
    }

    TEST_CASE("addresses are compared as written unless the configuration says otherwise") {
        const auto plain = parse_config("", "c.toml");
        REQUIRE(plain);
        CHECK(plain->addresses.plus_tags == PlusTags::Keep);
        CHECK(plain->addresses.dotless_domains.empty());
        const auto other = parse_config(
            "[addresses]\nplus_tags = \"drop\"\n"
            "dotless_domains = [\"Gmail.com\", \"b\u00FCcher.example\"]\n",
            "c.toml");
        REQUIRE(other);
        CHECK(other->addresses.plus_tags == PlusTags::Drop);
        CHECK(other->addresses.dotless_domains ==
              std::vector<std::string>{"gmail.com", "xn--bcher-kva.example"});
        CHECK(faults_of("[addresses]\nplus_tags = \"strip\"\ndotless_domains = [\"a b\"]\n") !=
              "no fault\n");
    }

    TEST_CASE("which links are rewritten is set word by word") {
        const std::string base =
            "[[controller]]\nname = \"a\"\nnumber = 1\ndomains = [\"a.example\"]\n";
        const auto plain = parse_config(base, "c.toml");
        REQUIRE(plain);
        CHECK(plain->rewriter.text_links);
        CHECK(plain->rewriter.visible_url_links == VisibleUrlLinks::Keep);
        CHECK(plain->rewriter.sensitive_links == SensitiveLinks::Keep);
        const auto set = parse_config(
            "[rewriter]\ntext_links = false\nvisible_url_links = \"same-site\"\n"
            "sensitive_links = \"rewrite\"\napp_link_hosts = [\"app.*\"]\n" +
                base,
            "c.toml");
        REQUIRE(set);
        CHECK(!set->rewriter.text_links);
        CHECK(set->rewriter.visible_url_links == VisibleUrlLinks::SameSite);
        CHECK(set->rewriter.sensitive_links == SensitiveLinks::Rewrite);
        CHECK(set->rewriter.app_link_hosts == std::vector<std::string>{"app.*"});
        CHECK(faults_of("[rewriter]\nvisible_url_links = \"yes\"\n" + base).find("same-site") !=
              std::string::npos);
    }

    TEST_CASE("ten faults give ten lines, sorted") {
        const auto config = parse_config(
            read_file(source_dir / "tests/bad_config/ten-faults/candor.toml"), "c.toml");
        REQUIRE_FALSE(config);
        CHECK(config.error().size() == 10);
        CHECK(std::ranges::is_sorted(config.error(), {}, &ConfigFault::line));
        CHECK(to_line(config.error().front()).starts_with("c.toml:1: "));
    }

    TEST_CASE("an empty configuration is one default controller and the bulk-unlisted stream") {
        const auto config = parse_config("", "candor.toml");
        REQUIRE(config);
        REQUIRE(config->controllers.size() == 1);
        CHECK(config->controllers.front().name == "default");
        CHECK(config->controllers.front().number == 0);
        REQUIRE(config->streams.size() == 1);
        CHECK(config->streams.front().name == "bulk-unlisted");
        CHECK(config->streams.front().controller == "default");
        CHECK(config->mode == Mode::Enforce);
        CHECK(config->milter.max_time == std::chrono::milliseconds{20000});
    }

    TEST_CASE("bulk_unlisted = false leaves the streams that are written") {
        const auto config = parse_config("[policy]\nbulk_unlisted = false\n", "candor.toml");
        REQUIRE(config);
        CHECK(config->streams.empty());
    }

    TEST_CASE("with one controller a stream need not name it") {
        const auto config = parse_config(
            "[[controller]]\nname = \"acme\"\n[[stream]]\nname = \"a\"\nmatch = { sender = [\"*\"] "
            "}\n",
            "candor.toml");
        REQUIRE(config);
        CHECK(config->streams.front().controller == "acme");
        CHECK(config->controller("acme") != nullptr);
        CHECK(config->controller("nobody") == nullptr);
    }

    TEST_CASE("settings are read into their places, names of hosts as A-labels") {
        const auto config = parse_config(
            "mode = \"observe\"\n[milter]\nmax_time_ms = 250\nuntreatable = \"hold\"\n"
            "[tracker]\ndrain_seconds = 0\n[policy]\ndefault_jurisdiction = \"uk\"\n"
            "[policy.segments]\nvip = \"untracked\"\n[policy.override.el]\ndefault = "
            "\"plaintext\"\n"
            "[[controller]]\ntracking_host = \"Go.B\xC3\xBC"
            "cher.example\"\n",
            "candor.toml");
        REQUIRE(config);
        CHECK(config->mode == Mode::Observe);
        CHECK(config->milter.max_time == std::chrono::milliseconds{250});
        CHECK(config->milter.untreatable == Untreatable::Hold);
        CHECK(config->tracker.drain == std::chrono::seconds{0});
        CHECK(config->policy.default_jurisdiction == "GB");
        CHECK(config->policy.segments.at("vip") == Treatment::Untracked);
        CHECK(config->policy.segments.at("high-sensitivity") == Treatment::Plaintext);
        REQUIRE(config->policy.overrides.size() == 1);
        CHECK(config->policy.overrides.front().code == "GR");
        CHECK(config->policy.overrides.front().line == 11);
        CHECK(config->controllers.front().tracking_host == "go.xn--bcher-kva.example");
    }

    TEST_CASE("every setting of a stream is read into its place") {
        const auto config = parse_config(R"(
[[controller]]
name = "acme"
[[stream]]
name = "crm"
kind = "transactional"
ceiling = "aggregate"
default_class = "b2b"
segments = ["vip"]
campaign_from = ["list-id", "header", "feedback-id", "fixed"]
campaign = "always"
list_unsubscribe = "keep"
opt_out_feed = "crm"
footer = "append"
multi_recipient = "split"
honeypot = true
suppress = "discard"
clean = true
[stream.match]
sasl_user = ["crm-*"]
sender = ["*@a.example"]
from = ["news@*"]
client_address = ["10.0.0.0/8"]
daemon_name = ["smtp"]
header = [{ name = "List-Id", value = "*news*" }, { name = "X-Mailer" }]
[policy.segments]
vip = "untracked"
)",
                                         "candor.toml");
        if (!config) {
            for (const ConfigFault& fault : config.error()) FAIL_CHECK(to_line(fault));
        }
        REQUIRE(config);
        const Stream& stream = config->streams.front();
        CHECK(stream.name == "crm");
        CHECK(stream.controller == "acme");
        CHECK(stream.kind == StreamKind::Transactional);
        CHECK(stream.ceiling == Treatment::Aggregate);
        CHECK(stream.default_class == RecipientClass::B2b);
        CHECK(stream.segments == std::vector<std::string>{"vip"});
        CHECK(stream.campaign_from == std::vector{CampaignSource::ListId, CampaignSource::Header,
                                                  CampaignSource::FeedbackId,
                                                  CampaignSource::Fixed});
        CHECK(stream.campaign == "always");
        CHECK(stream.list_unsubscribe == ListUnsubscribe::Keep);
        CHECK(stream.opt_out_feed == "crm");
        CHECK(stream.footer == Footer::Append);
        CHECK(stream.multi_recipient == MultiRecipient::Split);
        CHECK(stream.honeypot);
        CHECK(stream.suppress == SuppressAction::Discard);
        CHECK(stream.clean);
        CHECK(stream.match.sasl_user == std::vector<std::string>{"crm-*"});
        CHECK(stream.match.sender == std::vector<std::string>{"*@a.example"});
        CHECK(stream.match.from == std::vector<std::string>{"news@*"});
        CHECK(stream.match.client_address == std::vector<std::string>{"10.0.0.0/8"});
        CHECK(stream.match.daemon_name == std::vector<std::string>{"smtp"});
        REQUIRE(stream.match.header.size() == 2);
        CHECK(stream.match.header[0].value_glob == "*news*");
        CHECK(stream.match.header[1].name == "X-Mailer");
        CHECK(stream.match.header[1].value_glob == "*");
    }

    TEST_CASE("the example is valid and knows its newsletter") {
        const auto config =
            parse_config(read_file(source_dir / "examples/candor.toml"), "candor.toml");
        if (!config) {
            for (const ConfigFault& fault : config.error()) FAIL_CHECK(to_line(fault));
        }
        REQUIRE(config);
        const auto stream_of = [&](std::string_view sender) {
            const StreamAnswer answer = find_stream(
                config->streams, {.sasl_user = {},
                                  .sender = sender,
                                  .client_address = "127.0.0.1",
                                  .daemon_name = {},
                                  .headers = std::span<const StreamQuery::HeaderView>{}});
            return answer.stream == nullptr ? std::string("none") : answer.stream->name;
        };
        CHECK(stream_of("news@acme.example") == "newsletter");
        CHECK(stream_of("may@news.acme.example") == "newsletter");
        CHECK(stream_of("orders@acme.example") == "transactional");
        CHECK(stream_of("bob@staff.acme.example") == "internal");
        CHECK(stream_of("bob@acme.example") == "none");
        CHECK(config->controllers.front().number == 1);
        CHECK(config->policy.overlays.empty());
    }

    TEST_CASE("a text that is cut off anywhere is one fault with its line, and ends no daemon") {
        for (const std::string text : {"[", "[[", "[[[", "[=", "[.", "[[ -", "[\"", "= 1", "[]"}) {
            CAPTURE(text);
            const std::string faults = faults_of("mode = \"enforce\"\n" + text);
            CHECK(faults.find("2: not valid TOML: ") != std::string::npos);
            CHECK(std::ranges::count(faults, '\n') == 1);
        }
    }
}
