// The values that a claim puts side by side. Only outcome_claims.cpp needs this.
#pragma once

#include <set>
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

/// "one_five learning_rate 0.004": the configuration's name after what else tells the side apart.
[[nodiscard]] std::string name_of_side(const Side& side, std::vector<std::string> before);

/// "2 diverged or failed trials left out"; nothing where all is there.
[[nodiscard]] std::vector<std::string> notes_on_left_out(
    const std::set<const Configuration*>& configurations);

[[nodiscard]] double mean_of(const ValueByRepeat& values);
[[nodiscard]] Values negated(Values values);

/// What a claim puts side by side: one figure, but for `than: {metric: ...}`.
struct ClaimFigure {
  FigureFunction of;
  FigureFunction than;
  std::string class_name;  ///< Whose; empty: not of a class.
};

/// The claim's figure; with `epochs` one an epoch, of classes one a class, all of which must hold.
/// A report that counts its epochs from 0 says so with its curve.
[[nodiscard]] std::vector<ClaimFigure> claim_figures(const OutcomeContext& context,
                                                     const sweeps::Claim& claim);

/// A curve rises or falls where the means of ten equal stretches do, each against the one before,
/// paired by repeat: single epochs go up and down in any training. Of a curve with fewer epochs
/// each epoch is a stretch.
[[nodiscard]] std::vector<ValueByRepeat> stretches_of(const Configuration& configuration,
                                                      const std::string& metric);

}  // namespace mlpsweep::results
