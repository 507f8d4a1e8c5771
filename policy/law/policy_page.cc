// The table as one page of HTML: nothing to run, nothing to fetch, made to be printed on A4 and
// signed.
#include "embedded/policy_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "policy/html_text.h"
#include "policy/law/page_text.h"
#include "policy/law/policy_table.h"

namespace candor::policy {

namespace {

std::string_view style_sheet() {
    return embedded::policy_page.front().second;
}

/// What the pack says, where an overlay or an override says something else.
std::string mark_of(const SheetRow& row, std::string_view column) {
    const Change* change = row.change_of(column);
    if (change == nullptr) return {};
    const bool looser = change->direction == Direction::Looser;
    return fmt::format(" <span class=\"mark {0}\">{1} {0}, pack: {2}</span>",
                       to_string(change->direction), looser ? "&#9650;" : "&#9660;", change->from);
}

std::string treatment_cell(const SheetRow& row, std::string_view column, Treatment treatment,
                           std::string_view star = "") {
    return fmt::format("<td><span class=\"t {0}\">{0}{1}</span>{2}</td>", to_string(treatment),
                       star, mark_of(row, column));
}

std::string set_by(const SheetRow& one) {
    const Row& row = *one.row;
    if (!row.overridden) return escaped_html(row.layer);
    return row.layer == "override" ? "your override" : escaped_html(row.layer) + ", your override";
}

std::string row_line(const SheetRow& one) {
    const Row& row = *one.row;
    return fmt::format(
        "<tr class=\"{}\"><td class=\"code\">{}</td><td>{}</td>{}{}{}<td>{}{}</td>"
        "<td class=\"number\">{}</td><td class=\"number\">{}{}</td><td>{}</td>"
        "<td class=\"{}\">{}</td></tr>\n",
        one.layer_mark, row.code, escaped_html(row.name),
        treatment_cell(one, "default", row.default_treatment),
        treatment_cell(one, "with_consent", row.with_consent),
        treatment_cell(one, "with_legitimate_interest", row.with_legitimate_interest,
                       row.needs_eprivacy_analysis ? "*" : ""),
        to_string(row.open_pixel), mark_of(one, "open_pixel"), row.opt_out_deadline_days,
        row.retention_days, mark_of(one, "retention_days"), set_by(one), row.confidence,
        row.confidence);
}

std::string law_line(const Row& row) {
    std::string note = escaped_html(row.note);
    if (row.needs_service_provider_terms) {
        note += (note.empty() ? "" : " ");
        note += "<b>Processors need service provider terms in their contract.</b>";
    }
    return fmt::format(
        "<tr><td class=\"code\">{}</td><td class=\"source\">{}</td><td class=\"{}\">{}</td>"
        "<td>{}</td></tr>\n",
        row.code, escaped_html(row.source), row.confidence, row.confidence, note);
}

/// A printed page that was mislaid says which policy it belongs to.
std::string on_every_page(const EffectivePolicy& effective) {
    return fmt::format(
        "@page {{ @bottom-left {{ content: \"Policy digest {}\"; font: 7.5pt \"DejaVu Sans "
        "Mono\", monospace; color: #4a525c; }} }}\n",
        effective.digest());
}

std::string head_of(const PolicySheet& sheet, const EffectivePolicy& effective) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<title>E-mail tracking policy, {0}</title>\n<style>\n{1}{7}</style>\n</head>\n<body>\n"
        "<h1>E-mail tracking policy</h1>\n"
        "<p class=\"lead\">What may be measured about a recipient of our marketing e-mail, by "
        "jurisdiction. This is the policy the mail server obeys.</p>\n"
        "<dl>\n<dt>Pack</dt><dd>{2}</dd>\n<dt>Facts of</dt><dd>{3}{4}</dd>\n"
        "<dt>Printed</dt><dd>{0}, from {5}</dd>\n"
        "<dt>Policy digest</dt><dd class=\"digest\">{6}</dd>\n</dl>\n",
        date_of(sheet.now), style_sheet(), escaped_html(effective.pack_name()),
        effective.facts_date(), effective.facts_are_old(sheet.now) ? " (older than 12 months)" : "",
        escaped_html(sheet.config_file), effective.digest(), on_every_page(effective));
}

constexpr std::string_view legend =
    "<h2>The words</h2>\n<ul>\n"
    "<li><span class=\"t individual\">individual</span> links carry a code of this recipient's "
    "own; "
    "clicks are recorded per person.</li>\n"
    "<li><span class=\"t aggregate\">aggregate</span> links carry a code that is the same for "
    "every "
    "recipient; clicks are only counted.</li>\n"
    "<li><span class=\"t untracked\">untracked</span> links as written, tracking taken out; "
    "nothing "
    "is recorded.</li>\n"
    "<li><span class=\"t plaintext\">plaintext</span> only plain text leaves; nothing is "
    "recorded.</li>\n"
    "<li>Whoever opts out gets nothing more, in every jurisdiction and at once. Whoever objects to "
    "tracking gets untracked mail.</li>\n</ul>\n";

constexpr std::string_view table_head =
    "<h2 class=\"rows\">By "
    "jurisdiction</h2>\n<table>\n<thead><tr><th>Code</th><th>Jurisdiction</th>"
    "<th>Nothing on file</th><th>With consent</th><th>With legitimate interest</th>"
    "<th>Open pixel</th><th class=\"number\">Stop sending within, days</th>"
    "<th class=\"number\">Keep at most, days</th><th>Set by</th><th>Confidence</th></tr></thead>\n"
    "<tbody>\n";

constexpr std::string_view law_head =
    "<h2>The law behind each row</h2>\n<table "
    "class=\"law\">\n<thead><tr><th>Code</th><th>Source</th>"
    "<th>Confidence</th><th>Note</th></tr></thead>\n<tbody>\n";

std::string signature_of(const EffectivePolicy& effective) {
    return fmt::format(
        "<section class=\"sign\">\n<h2>Approval</h2>\n<p>I have read this policy and approve it as "
        "the rules for tracking in our e-mail. It is the policy with the digest <span "
        "class=\"digest\">{}</span>; any change of a rule changes the digest.</p>\n"
        "<div class=\"lines\"><div>Name, data protection officer</div><div>Place, date</div>"
        "<div>Signature</div></div>\n</section>\n",
        effective.digest());
}

}  // namespace

std::string table_as_html(const PolicySheet& sheet) {
    const EffectivePolicy& effective = sheet.policy.in_force(sheet.now);
    std::string page = head_of(sheet, effective);
    page += "<ul>\n";
    for (const std::string& note : sheet_notes(sheet)) {
        const bool warns = note.starts_with("WARNING") || note.find(" NOT ") != note.npos ||
                           note.find(" OFF") != note.npos;
        fmt::format_to(std::back_inserter(page), "<li{}>{}</li>\n",
                       warns ? " class=\"warning\"" : "", escaped_html(note));
    }
    page += "</ul>\n";
    page += legend;
    page += table_head;
    for (const SheetRow& row : sheet_rows(sheet)) page += row_line(row);
    page += "</tbody>\n</table>\n<p>";
    if (std::ranges::any_of(effective.rows(), &Row::needs_eprivacy_analysis)) {
        page += "* individual only with an assessment that has an ePrivacy analysis. ";
    }
    page +=
        "A state or province without a row has its country's, a member state without a row has "
        "EU's, everything else has ZZ's.</p>\n";
    page += law_head;
    for (const Row& row : effective.rows()) page += law_line(row);
    page += "</tbody>\n</table>\n";
    page += signature_of(effective);
    return page + "</body>\n</html>\n";
}

}  // namespace candor::policy
