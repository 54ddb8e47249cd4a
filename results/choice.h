// Which row of a table may be called best, and in which words.
#pragma once

#include <string>

#include "results/grouping.h"
#include "results/store.h"

namespace mlpsweep::results {

/// The group with the best mean metric, if one may be chosen at all.
struct Choice {
  const Group* best = nullptr;
  std::string note;  ///< What was chosen from what, or why nothing was; empty with one group only.
};

/// By the sweep's metric and only where that is a validation figure: never by test.
/// A group in which a trial diverged or failed is not considered: its mean would be one
/// over the repeats that went well; nor is one that has fewer repeats than others (a sweep under
/// way): its mean is one over other splits. Ties go to the first.
[[nodiscard]] Choice choose(const SweepInfo& info, const Grouping& grouping);

}  // namespace mlpsweep::results
