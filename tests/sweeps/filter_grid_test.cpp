#include "sweeps/filter_grid.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(FilterGrid, CostsNoMemoryWhereNothingIsLeftOut) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
data: mnist
parameters: [{l2: [0, 1]}, {l2: [2, 3]}]
)");
  EXPECT_FALSE(sweep.parts[0].filtered);
  EXPECT_TRUE(sweep.parts[0].kept.empty());
  EXPECT_EQ(sweep.configurations(), 4U);
}

TEST(FilterGrid, DropsFromAUnionWhatAnEarlierBlockHas) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
data: mnist
base: {l1: 0.5}
parameters: [{l2: [0, 1]}, {l1: [0.50, 2], l2: 1.0}]
)");
  EXPECT_EQ(sweep.configurations(), 3U);
  EXPECT_EQ(sweep.trial(2).l1, 2);
  EXPECT_EQ(sweep.swept_keys(), (std::vector<std::string>{"l2", "l1"}));
}

TEST(FilterGrid, LeavesOutWhatMatchesEveryKeyOfAnEntry) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
data: mnist
parameters: {l2: [0, 1, 2], hidden: [64, [24, 12]]}
exclude: [{l2: [1, 2], hidden: 24x12}, {l2: 0, hidden: 64}]
)");
  EXPECT_EQ(sweep.configurations(), 3U);
  EXPECT_EQ(sweep.trial(0).hidden.size(), 2U);
  EXPECT_EQ(sweep.trial(0).l2, 0);
}

TEST(FilterGrid, RefusesAnExclusionThatLeavesNothingOut) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: [0, 1]}
exclude: [{l2: 3}]
)"),
            R"(s.yaml:4:12: this entry of 'exclude' leaves nothing out
  exclude: [{l2: 3}]
             ^^
  expected values that some configuration has)");
}

TEST(FilterGrid, RefusesExclusionsThatLeaveNothing) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: [0, 1]}
exclude: [{l2: [0, 1]}]
)"),
            R"(s.yaml:4:12: 'exclude' leaves no configuration
  exclude: [{l2: [0, 1]}]
             ^^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
