// The values that a claim puts side by side. Only outcome_claims.cpp needs this.
#pragma once

#include <string>
#include <vector>

#include "results/outcome_parts.h"

namespace mlpsweep::results {

/// One configuration in a claim.
struct Side {
  const PartRecords* part = nullptr;
  const Configuration* configuration = nullptr;
  ValueByRepeat values;
};
using Sides = std::vector<Side>;

[[nodiscard]] Sides sides_of(const PartRecords& part, const Configurations& configurations,
                             const FigureFunction& figure);

/// Each side's values over the repeats that all have.
[[nodiscard]] std::vector<Values> aligned(const Sides& sides);

[[nodiscard]] double mean_of(const ValueByRepeat& values);
[[nodiscard]] Values negated(Values values);

/// The claim's figure; with `epochs` one function an epoch, all of which must hold. A report that
/// counts its epochs from 0 says so with its curve.
[[nodiscard]] std::vector<FigureFunction> claim_figures(const OutcomeContext& context,
                                                        const sweeps::Claim& claim);

/// A curve rises or falls where the means of ten equal stretches do, each against the one before,
/// paired by repeat: single epochs go up and down in any training. Of a curve with fewer epochs
/// each epoch is a stretch.
[[nodiscard]] std::vector<ValueByRepeat> stretches_of(const Configuration& configuration,
                                                     const std::string& metric);

}  // namespace mlpsweep::results
