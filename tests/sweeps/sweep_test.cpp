#include "sweeps/sweep.h"

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

Sweep two_blocks() {
  Sweep sweep;
  sweep.seed = 5;
  Part& part = sweep.parts.emplace_back();
  part.repeats = 3;
  part.blocks = {{{{"epochs", "7"}}, {{{"l2"}, {{"0"}, {"1"}}}}},
                 {{}, {{{"l1", "batch_size"}, {{"2", "10"}, {"3", "all"}}}}}};
  return sweep;
}

TEST(Sweep, CountsConfigurationsBeforeRepeats) {
  const Sweep sweep = two_blocks();
  EXPECT_EQ(sweep.configurations(), 4U);
  EXPECT_EQ(sweep.trials(), 12U);
  const engine::TrainSpec spec = sweep.trial(7);  // repeat 1, configuration 3
  EXPECT_EQ(spec.repeat, 1);
  EXPECT_EQ(spec.seed, 5U);
  EXPECT_EQ(spec.l1, 3);
  EXPECT_EQ(spec.batch_size, 0);
  EXPECT_EQ(spec.epochs, engine::TrainSpec().epochs);
  EXPECT_EQ(sweep.trial(1).epochs, 7);
  EXPECT_EQ(sweep.trial(1).l2, 1);
}

TEST(Sweep, GivesOnlyWhatIsKept) {
  Sweep sweep = two_blocks();
  sweep.parts[0].filtered = true;
  sweep.parts[0].kept = {1, 3};
  EXPECT_EQ(sweep.trials(), 6U);
  EXPECT_EQ(sweep.trial(0).l2, 1);
  EXPECT_EQ(sweep.trial(3).l1, 3);
  EXPECT_EQ(sweep.trial(3).repeat, 1);
}

TEST(Sweep, NamesTheKeysThatTakeMoreThanOneValue) {
  Sweep sweep = two_blocks();
  EXPECT_EQ(sweep.swept_keys(), (std::vector<std::string>{"l2", "epochs", "l1", "batch_size"}));
  sweep.parts[0].blocks[0].fixed[0].second =
      "10";  // the default, which the other block has as well
  EXPECT_EQ(sweep.swept_keys(), (std::vector<std::string>{"l2", "l1", "batch_size"}));
}

TEST(Sweep, HasNoTrialBehindItsLast) {
  EXPECT_THROW(static_cast<void>(two_blocks().trial(12)), std::logic_error);
}

}  // namespace
}  // namespace mlpsweep::sweeps
