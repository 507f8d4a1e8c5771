#include "policy/law/row_changes.h"

namespace candor::policy {

namespace {

Direction direction_of(bool is_looser) {
    return is_looser ? Direction::Looser : Direction::Stricter;
}

class Changes {
  public:
    void treatment(std::string_view column, Treatment before, Treatment after) {
        if (before == after) return;
        add(column, std::string{policy::to_string(before)}, std::string{policy::to_string(after)},
            after < before);
    }
    void days(std::string_view column, int before, int after) {
        if (before == after) return;
        add(column, std::to_string(before), std::to_string(after), after > before);
    }
    void demand(std::string_view column, bool before, bool after) {
        if (before == after) return;
        add(column, before ? "yes" : "no", after ? "yes" : "no", !after);
    }
    void pixel(std::string_view column, OpenPixel before, OpenPixel after) {
        if (before == after) return;
        add(column, std::string{to_string(before)}, std::string{to_string(after)}, after > before);
    }
    std::vector<Change> found;

  private:
    void add(std::string_view column, std::string from, std::string to, bool is_looser) {
        found.push_back({column, std::move(from), std::move(to), direction_of(is_looser)});
    }
};

}  // namespace

std::string_view to_string(Direction direction) {
    switch (direction) {
        case Direction::Looser: return "looser";
        case Direction::Stricter: return "stricter";
        case Direction::Other: return "other";
    }
    return "other";  // a value outside the enum
}

std::string_view to_string(OpenPixel pixel) {
    switch (pixel) {
        case OpenPixel::No: return "no";
        case OpenPixel::Consent: return "consent";
        case OpenPixel::Yes: return "yes";
    }
    return "no";  // a value outside the enum
}

std::vector<Change> changes_between(const Row& before, const Row& after) {
    Changes changes;
    changes.treatment("default", before.default_treatment, after.default_treatment);
    changes.treatment("with_consent", before.with_consent, after.with_consent);
    changes.treatment("with_legitimate_interest", before.with_legitimate_interest,
                      after.with_legitimate_interest);
    changes.pixel("open_pixel", before.open_pixel, after.open_pixel);
    changes.days("optout_deadline_days", before.opt_out_deadline_days, after.opt_out_deadline_days);
    changes.days("retention_days", before.retention_days, after.retention_days);
    changes.demand("needs_eprivacy_analysis", before.needs_eprivacy_analysis,
                   after.needs_eprivacy_analysis);
    changes.demand("needs_service_provider_terms", before.needs_service_provider_terms,
                   after.needs_service_provider_terms);
    return std::move(changes.found);
}

}  // namespace candor::policy
