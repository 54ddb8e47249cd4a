// The steps of `compare`: who is compared, by which test, told to people and to programs.
#pragma once

#include <string>
#include <vector>

#include "results/compare.h"
#include "results/group_comparison.h"
#include "results/table_parts.h"

namespace mlpsweep::results {

/// Everything that the table and its footer are made from.
struct Differences {
  std::string figure;
  ComparableGroups comparable;
  std::size_t reference = 0;  ///< Into comparable.groups.
  std::string chosen;         ///< "named with --to", "chosen by ..."
  Family family = Family::kReference;
  Comparison comparison;
  std::string test;                ///< "paired t", "McNemar", ...
  std::vector<std::string> notes;  ///< On the test.

  /// The comparison of group g with the reference; null for the reference itself.
  [[nodiscard]] const Compared* of(std::size_t g) const;
};

/// One repeat: exact McNemar tests in place of t tests that there are none of.
void test_by_images(Differences& differences, const FindRows& find_rows);

/// Differences for images other than the shared ones; for evaluation splits other than the drawn.
void widen_to_new_images(Differences& differences, const FindRows& find_rows);
void widen_to_new_splits(Differences& differences, const FindRows& find_rows);

/// Headings and rows, for people and for programs.
void add_differences(Table& table, const TableRequest& request, const Grouping& grouping,
                     const Differences& differences);

/// The footer: reference, family, test, spread, what could have been told, what was left out.
[[nodiscard]] std::vector<std::string> notes_on(const Differences& differences, bool percent);

}  // namespace mlpsweep::results
