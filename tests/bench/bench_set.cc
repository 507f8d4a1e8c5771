// Reads MANIFEST.tsv of the shared corpus: bulk mail of 10 to 120 kB HTML with 8 to 120 links.
#include "tests/bench/bench_set.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include "rewriter/message.h"
#include "rewriter/mime/transfer_encoding.h"

namespace candor::bench {
namespace {

namespace fs = std::filesystem;
using rewriter::Message;
using rewriter::Part;
using rewriter::PartKind;

std::string slurp(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// Puts `mark` for the last byte of every `spelling`, which soft line breaks may cut.
void spoil(std::string& mail, std::string_view spelling, char mark) {
    constexpr std::string_view soft_break = "=\r\n";
    for (std::size_t at = mail.find(spelling[0]); at < mail.size();
         at = mail.find(spelling[0], at + 1)) {
        std::size_t end = at + 1;
        for (const char c : spelling.substr(1)) {
            if (mail.compare(end, soft_break.size(), soft_break) == 0) end += soft_break.size();
            if (end >= mail.size() || mail[end++] != c) {
                end = 0;
                break;
            }
        }
        if (end > 0) mail[end - 1] = mark;
    }
}

/// Links that somebody's click tracker wrapped already would be left alone: the mails are measured
/// as they were before that, with links of the same length.
std::string unwrapped(std::string mail) {
    for (const std::string_view wrap : {"/?qs", "~~", "/pub/cc", "/u/nrd", "/e/.e", "?__d"}) {
        spoil(mail, wrap, 'x');
    }
    return mail;
}

std::vector<std::string> columns_of(const std::string& line) {
    std::vector<std::string> columns;
    std::istringstream in{line};
    for (std::string column; std::getline(in, column, '\t');) columns.push_back(column);
    return columns;
}

bool is_within(const std::string& number, unsigned long least, unsigned long most) {
    const unsigned long value = std::strtoul(number.c_str(), nullptr, 10);
    return value >= least && value <= most;
}

std::vector<fs::path> bulk_mails(const fs::path& corpus) {
    std::vector<fs::path> files;
    std::ifstream manifest{corpus / "MANIFEST.tsv"};
    for (std::string line; std::getline(manifest, line);) {
        const auto columns = columns_of(line);  // 0 file, 7 bytes of HTML, 8 links, 12 note
        if (columns.size() > 12 && columns[0].starts_with("eml/foff-milter/") &&
            columns[12].find("bulk") != std::string::npos && is_within(columns[7], 10000, 120000) &&
            is_within(columns[8], 8, 120)) {
            files.push_back(corpus / columns[0]);
        }
    }
    return files;
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (entry.path().extension() == ".eml") files.push_back(entry.path());
    }
    return files;
}

/// The HTML of the message, or nothing.
std::string html_of(const BenchMail& mail) {
    const auto message = Message::parse(mail.raw(), {});
    if (!message) return {};
    for (const Part& part : message->parts()) {
        if (part.kind != PartKind::Html || part.attachment) continue;
        return rewriter::decode(message->source().substr(part.content.begin, part.content.size()),
                                part.encoding);
    }
    return {};
}

}  // namespace

BenchMail mail_of_html(std::string html) {
    BenchMail mail;
    mail.split.headers = {{"From", " news@acme.example"},
                          {"Content-Type", " text/html; charset=utf-8"},
                          {"Content-Transfer-Encoding", " quoted-printable"}};
    mail.split.body = rewriter::encode_quoted_printable(html);
    mail.source = {mail.split.headers, mail.split.body};
    mail.html = std::move(html);
    return mail;
}

BenchSet load_bench_set() {
    rewriter::init_mime();
    BenchSet set;
    std::vector<fs::path> files = bulk_mails(fs::path{CANDOR_SHARED_DIR} / "corpus");
    set.origin = "bulk mails of the shared corpus";
    if (files.empty()) {
        files = files_in(fs::path{CANDOR_SOURCE_DIR} / "examples" / "newsletter");
        set.origin = "mails of examples/newsletter, since the shared corpus is not here";
    }
    for (const fs::path& file : files) {
        BenchMail mail{
            file.filename().string(), rewriter::split_message(unwrapped(slurp(file))), {}, {}};
        mail.source = {mail.split.headers, mail.split.body};
        mail.html = html_of(mail);
        if (mail.html.empty()) continue;
        set.html_bytes += mail.html.size();
        set.wire_bytes += mail.split.body.size();
        set.mails.push_back(std::move(mail));
    }
    if (set.mails.empty()) {
        std::fputs("no mail to measure with: neither the shared corpus nor examples/\n", stderr);
        std::exit(66);
    }
    return set;
}

}  // namespace candor::bench
