// The groups of a table that can be compared with one of them, and how they came out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/comparison.h"
#include "results/grouping.h"
#include "results/store.h"

namespace mlpsweep::results {

/// Groups that have the same repeats, so that each pairs with every other.
struct ComparableGroups {
  std::vector<const Group*> groups;
  std::vector<Values> values;  ///< One entry a group: the figure by repeat.
  std::size_t repeats = 0;
  std::size_t unfinished = 0;  ///< Groups left out: with diverged or failed trials ...
  std::size_t others = 0;      ///< ... with fewer or other repeats, or without the figure ...
  std::size_t never = 0;       ///< ... with a repeat that never reaches the figure (derived.h).

  /// Index of a group; groups.size() where it is not among them.
  [[nodiscard]] std::size_t index_of(const Group* group) const;
};

/// All groups without unfinished trials whose repeats are those of the first that has most.
[[nodiscard]] ComparableGroups comparable_groups(
    const Grouping& grouping, std::string_view figure_name,
    std::span<const sweeps::DerivedFigure> derived = {});

/// Whether all trials of the groups saw the same data: configurations on other data are no paired
/// matter.
[[nodiscard]] bool same_data(const ComparableGroups& comparable);

/// The figure's better end: accuracies and a metric to be maximised are highest, all others lowest.
[[nodiscard]] bool higher_is_better(const SweepInfo& info, std::string_view figure_name);

/// The family when the reference was chosen by the sweep's metric: k - 1 for test figures, which
/// took no part in the choice; all pairs for any other.
[[nodiscard]] Family family_after_choice(std::string_view figure_name);

/// "Not compared: 2 with diverged or failed trials, 1 with fewer repeats than others.", or nothing.
[[nodiscard]] std::string note_on_left_out(const ComparableGroups& comparable);

}  // namespace mlpsweep::results
