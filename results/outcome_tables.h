// The tables of the page of outcomes. Only outcome_page.cpp needs this.
#pragma once

#include <span>
#include <string>

#include "results/outcome.h"
#include "results/table.h"

namespace mlpsweep::results {

/// "0.8546 ± 0.0012", "never", "-".
[[nodiscard]] std::string measured_text(sweeps::Quantity kind, const Interval& interval);
/// "+0.0012": as many digits as the number that it is of.
[[nodiscard]] std::string difference_text(sweeps::Quantity kind, double difference);

/// A table without rows means: leave the section out.
[[nodiscard]] Table settings_table(const Outcome& outcome);
[[nodiscard]] Table figures_table(const Outcome& outcome);
[[nodiscard]] Table curves_table(const Outcome& outcome);
[[nodiscard]] Table claims_table(const Outcome& outcome);
[[nodiscard]] Table same_table(const Outcome& outcome);
[[nodiscard]] Table timings_table(const Outcome& outcome);

/// What each reading costs: figures, curves, and the claims whose verdict it changes.
[[nodiscard]] Table reading_figures_table(const Outcome& outcome);
[[nodiscard]] Table reading_curves_table(const Outcome& outcome);
[[nodiscard]] Table reading_claims_table(const Outcome& outcome);

/// What did not come out, each with what the other readings gave.
[[nodiscard]] Table tried_table(const Outcome& outcome);

}  // namespace mlpsweep::results
