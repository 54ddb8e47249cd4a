#include "results/compare.h"

#include <cmath>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/significance.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

ScoredRows no_rows(const Record& /*record*/) {
  throw InputError("the data set is not here");
}

Table differences(const std::vector<Record>& records, const CompareOptions& options = {},
                  const SweepInfo& info = sample_info(), const FindRows& rows = no_rows) {
  return difference_table(info, records, options, rows);
}

std::string text_of(const Table& table) {
  return find_table_format("text")->render(table);
}

TEST(DifferenceTable, ComparesTestFiguresWithTheChosenOne) {
  EXPECT_EQ(text_of(differences(sample_grid(), {.percent = true})), "");
}

}  // namespace
}  // namespace mlpsweep::results
