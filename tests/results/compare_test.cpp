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
  EXPECT_EQ(text_of(differences(sample_grid(), {.percent = true})),
            R"(kmnist: test_accuracy (%) compared with learning_rate = 0.05, activation = relu

learning_rate  activation  test_accuracy (%)  difference  p (Holm)  n
-------------  ----------  -----------------  ----------  --------  -
         0.01  tanh               85.0 ± 0.5  -3.7 ± 0.2   <0.0001  3
         0.01  relu               86.8 ± 0.5  -1.9 ± 0.2   <0.0001  3
         0.05  tanh               86.3 ± 0.5  -2.4 ± 0.2   <0.0001  3
         0.05  relu               88.7 ± 0.7   reference         -  3

difference: the configuration's less the reference's, paired over 3 repeats; ± its own 95 % interval, not adjusted.
Reference: the lowest mean best_validation_loss.
p: two-sided, Holm's correction over the 3 comparisons with the reference.
~ cannot be told apart from the reference: p >= 0.05.
Pooled over the table, 6 degrees of freedom: the variances lie within a factor of 4 (2.2).
Smallest difference that this table could have told: 0.32.
Where all repeats share their test images, it speaks of these; --new-images of others too.
)");
}

}  // namespace
}  // namespace mlpsweep::results
