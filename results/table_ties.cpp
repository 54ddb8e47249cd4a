// Which groups of a table can't be told apart from the chosen one.
#include <algorithm>

#include <fmt/format.h>

#include "results/group_comparison.h"
#include "results/table_parts.h"

namespace mlpsweep::results {

bool Ties::holds(const Group* group) const {
  return std::binary_search(groups.begin(), groups.end(), group);
}

Ties find_ties(const Grouping& grouping, const TableRequest& request, const Choice& choice) {
  Ties ties;
  if (choice.best == nullptr) {
    return ties;
  }
  const auto test = std::find(request.values.begin(), request.values.end(), "test_accuracy");
  ties.value =
      test == request.values.end() ? 0 : static_cast<std::size_t>(test - request.values.begin());
  const std::string& figure = request.values[ties.value];
  const ComparableGroups comparable = comparable_groups(grouping, figure, request.derived);
  const std::size_t reference = comparable.index_of(choice.best);
  if (comparable.repeats < 2) {
    ties.note = "One repeat tells no differences of configurations; compare tests on the images.";
    return ties;
  }
  if (reference == comparable.groups.size() || comparable.groups.size() < 2 ||
      !same_data(comparable)) {
    ties.note = fmt::format(
        "Nothing is compared: no other group with {} has the same repeats of "
        "the same data.",
        figure);
    return ties;
  }
  const Comparison comparison = compare(comparable.values, family_after_choice(figure), reference);
  if (comparison.family() == 0) {
    ties.note =
        fmt::format("Nothing is compared: the differences by {} are equal in all repeats.", figure);
    return ties;
  }
  for (const Compared& one : comparison.all) {
    if (one.b == reference && !one.apart()) {
      ties.groups.push_back(comparable.groups[one.a]);
    }
  }
  std::sort(ties.groups.begin(), ties.groups.end());
  ties.note = fmt::format(
      "~ cannot be told apart from * by {}: paired over {} repeats, Holm's correction over {} "
      "comparison{}, p >= 0.05.",
      figure, comparable.repeats, comparison.family(), comparison.family() == 1 ? "" : "s");
  if (const std::string left_out = note_on_left_out(comparable); !left_out.empty()) {
    ties.note += " " + left_out;
  }
  return ties;
}

}  // namespace mlpsweep::results
