#!/usr/bin/env python3
"""Writes a policy pack as TOML from a table of jurisdictions (tab-separated, one row per code).

    script/make_packs.py jurisdictions.tsv strict > policy/law/packs/strict-2026.toml
    script/make_packs.py jurisdictions.tsv overlay > policy/law/packs/legitimate-interest.toml

The same table gives the same bytes. The TOML files are what ships and what a privacy officer reads;
the table is only a convenient way to edit 82 rows at once.
"""
import csv
import sys

FACTS_DATE = "2026-11-23"

# Wording of the working table that means nothing to a reader of the pack.
NEUTRAL = [
    ("Seed (Mar 2026) says LIA suffices for B2B: see law.md section 3 for the overlay.",
     "Another reading lets an LIA suffice for B2B: see the legitimate-interest overlay."),
    ("Seed states plain text for Germany. ", "The strictest reading is taken: plain text only. "),
    ("individual, as the seed states.", "individual."),
    ("Not verified this session.", "Not re-checked for this pack: ask counsel."),
    ("not re-verified;", "not re-checked for this pack;"),
]
FORBIDDEN = ["seed", "law.md", "session", "shared/", "this session"]

# Regulator silent, or not binding, on click tracking of business recipients by legitimate interest.
OVERLAY_CODES = ("IE NL BE ES PL PT SE FI CZ HU SK SI HR BG RO GR CY MT LU LV LT EE "
                 "NO IS LI GB").split()
# Regulator or court has spoken against it: no overlay may lift these.
NEVER = "DE AT FR IT DK".split()
# California Civil Code 1798.140(ag); a contact whose state is not known is treated as if from there.
SERVICE_PROVIDER_CODES = "US US-CA".split()

STRICT_HEADER = f"""\
# The policy pack `strict-2026`: what may be measured about a recipient, by jurisdiction.
# Facts as of {FACTS_DATE}. This is not legal advice: have counsel re-check every row of confidence
# "low" before you rely on it, and all rows once a year. Change nothing here: put your own choices
# under [policy.override.CODE] in candor.toml, where they are recorded as yours.
#
# Treatments, loosest first:
#   individual   links carry a code of this recipient's own
#   aggregate    links carry a code that is the same for every recipient: counts, no persons
#   untracked    the mail as written; tracking pixels and per-person parameters taken out
#   plaintext    only plain text leaves
#
# Keys of a row:
#   code                      ISO 3166-1 or 3166-2; EU = the Union's baseline for a member state
#                             without a row; ZZ = jurisdiction unknown. A state or province without a
#                             row has its country's; everything else has ZZ.
#   default                   nothing is on file. Recipients who are not known to be business contacts
#                             get at most `aggregate` (setting consumer_requires_consent).
#   with_consent              a valid consent to *tracking* is on record; consent to receive mail is
#                             not consent to be tracked.
#   with_legitimate_interest  business recipients, and an approved, unexpired assessment (LIA) covers
#                             this jurisdiction and treatment. Where the law knows no such basis the
#                             value is the default.
#   open_pixel                the most the law allows for an open pixel: no, consent or yes.
#   optout_deadline_days      calendar days the law gives to stop sending; business-day limits are
#                             stored as the same number of calendar days. Candor itself acts at once,
#                             and stops tracking at once everywhere.
#   retention_days            the longest that rows about one person are kept; a suggestion with
#                             reasons, no statute gives a number.
#   needs_service_provider_terms
#                             true: who handles the events for you must be bound not to sell, share or use
#                             them (a service provider's contract); else nothing above untracked.
#   source, confidence, note  the law; how sure we are (high: statute or regulator's act seen, or
#                             several sources agree; medium: law well known, its reach to e-mail
#                             tracking inferred; low: from general knowledge, the stricter value
#                             taken); what else to know.

[pack]
name = "strict-2026"
kind = "pack"
facts_date = {FACTS_DATE}
"""

OVERLAY_HEADER = f"""\
# The overlay `legitimate-interest`. Facts as of {FACTS_DATE}. It is off unless candor.toml turns it on
# with [[policy.overlay]], which records who decided it, when and why.
#
# What it does: for the jurisdictions below, a business recipient who is covered by an approved
# legitimate interest assessment may be tracked individually *by clicks*. Never by pixels: open_pixel
# of the pack is left alone, and it asks for consent. The assessment must have its ePrivacy analysis
# filled in (which terminal-equipment rule applies, which exemption is claimed and why), else the row of
# the pack stands.
#
# What speaks against it: since 2024 the European Data Protection Board reads Art. 5(3) of the ePrivacy
# Directive as covering links that are unique to a recipient, and where that article applies an
# assessment cannot stand in for consent (CJEU C-654/23). In these jurisdictions the regulator is silent on
# clicks in business mail, or its guidance does not bind. Ask counsel before turning it on.
#
# Never for {", ".join(NEVER)}: there a regulator's act or settled practice asks for consent.

[pack]
name = "legitimate-interest"
kind = "overlay"
facts_date = {FACTS_DATE}
never = [{", ".join(f'"{code}"' for code in NEVER)}]
"""


def quoted(text):
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in text):
        sys.exit(f"control character in: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def neutral(text):
    for old, new in NEUTRAL:
        text = text.replace(old, new)
    for word in FORBIDDEN:
        if word in text.lower():
            sys.exit(f"wording that must not ship ({word}): {text}")
    return text


def strict(rows):
    out = [STRICT_HEADER]
    for row in rows:
        out.append("[[row]]\n"
                   f"code = {quoted(row['code'])}\n"
                   f"name = {quoted(row['name'])}\n"
                   f"default = {quoted(row['default_treatment'])}\n"
                   f"with_consent = {quoted(row['with_consent'])}\n"
                   f"with_legitimate_interest = {quoted(row['with_legitimate_interest'])}\n"
                   f"open_pixel = {quoted(row['open_pixel'])}\n"
                   f"optout_deadline_days = {int(row['optout_deadline_days'])}\n"
                   f"retention_days = {int(row['retention_days'])}\n"
                   + ("needs_service_provider_terms = true\n" if row["code"] in SERVICE_PROVIDER_CODES else "") +
                   f"source = {quoted(neutral(row['source']))}\n"
                   f"confidence = {quoted(row['confidence'])}\n"
                   f"note = {quoted(neutral(row['note']))}\n")
    return "\n".join(out)


def overlay(rows):
    by_code = {row["code"]: row for row in rows}
    out = [OVERLAY_HEADER]
    for code in OVERLAY_CODES:
        if code in NEVER or code not in by_code:
            sys.exit(f"the overlay cannot have {code}")
        out.append("[[row]]\n"
                   f"code = {quoted(code)}  # {by_code[code]['name']}\n"
                   'with_legitimate_interest = "individual"\n'
                   "needs_eprivacy_analysis = true\n")
    return "\n".join(out)


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in ("strict", "overlay"):
        sys.exit("usage: make_packs.py TABLE.tsv strict|overlay")
    with open(sys.argv[1], encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    sys.stdout.write(strict(rows) if sys.argv[2] == "strict" else overlay(rows))


main()
