// That pieces of a trial run, for every way to train; how long they take is for bench_plan.py.
#include "engine/rehearsal.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/parallel.h"

#include "toy_data.h"

namespace mlpsweep::engine {
namespace {

TrainSpec spec_of(std::int64_t batch_size) {
  TrainSpec spec;
  spec.hidden = {32};
  spec.batch_size = batch_size;
  spec.data.split.validation = 50;
  return spec;
}

Dataset toy_set() {
  return toy_data(/*train=*/400, /*test=*/40);
}

class RehearsalOfBatches : public testing::TestWithParam<std::int64_t> {};

TEST_P(RehearsalOfBatches, TellsWhatAnEpochAndTheRestTake) {
  const Dataset data = toy_set();
  const TrainSpec spec = spec_of(GetParam());
  Rehearsal rehearsal(spec, data);
  for (const double seconds : {0.0, 0.001, 1e9}) {  // a batch, some, never more rows than there are
    const Pace pace = rehearsal.piece(seconds);
    EXPECT_GT(pace.epoch, 0);
    EXPECT_GT(pace.fixed, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(OneSomeMoreThanThereAreAndAll, RehearsalOfBatches,
                         testing::Values(1, 32, 1000, 0));

TEST(Rehearsal, GoesOnWithoutScoringWhereATrialHasNothingToScore) {
  Dataset data = toy_set();
  data.test = {};
  TrainSpec spec = spec_of(32);
  spec.data.split.validation = 0;
  spec.train_figures = "running";
  EXPECT_GT(Rehearsal(spec, data).piece(0).epoch, 0);
}

TEST(Rehearsal, RefusesWhatTrainingRefuses) {
  const Dataset data = toy_set();
  TrainSpec spec = spec_of(32);
  spec.activation = "no such";
  EXPECT_THROW(Rehearsal(spec, data), InputError);
}

TEST(Rehearsal, RunsOnAPoolOneAfterTheOther) {
  const Dataset data = toy_set();
  const TrainSpec spec = spec_of(32);
  Rehearsal rehearsal(spec, data);
  for (const int threads : {1, 2}) {
    Pace pace;
    {
      ThreadPool pool(threads);
      pool.run([&] { pace = rehearsal.piece(0.001); });
    }
    EXPECT_GT(pace.epoch, 0) << threads;
  }
}

}  // namespace
}  // namespace mlpsweep::engine
