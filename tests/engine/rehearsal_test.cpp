// That pieces of a trial run, for every way to train, and do a trial's work, no more and no less.
// How long they take is for bench_plan.py.
#include "engine/rehearsal.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/kernels.h"
#include "engine/parallel.h"
#include "engine/train.h"

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

/// Rows and steps that the hot loops were asked for since the program began, on any thread.
std::atomic<std::int64_t> gradient_rows = 0;
std::atomic<std::int64_t> scored_rows = 0;
std::atomic<std::int64_t> updates = 0;
/// What the counting loops below count for.
HeadLoops<float> counted_head;
UpdateLoops<float> counted_update;

/// Through the loops, while it lives: those of softmax with cross entropy, and of sgd, count.
class CountedWork {
 public:
  CountedWork() : found_(kernels<float>()), loops_(found_) {
    counted_head = *std::find_if(found_.heads, found_.heads + found_.head_count,
                                 [](const HeadLoops<float>& head) {
                                   const TrainSpec usual;
                                   return head.output == usual.output && head.loss == usual.loss &&
                                          head.delta == usual.output_delta;
                                 });
    counted_update = found_.updates[0];
    head_ = counted_head;
    head_.gradient = [](const Outputs<float>& outputs, float share, float* d_logits) {
      gradient_rows += outputs.rows;
      counted_head.gradient(outputs, share, d_logits);
    };
    head_.score = [](const Outputs<float>& outputs, std::uint8_t* predicted) {
      scored_rows += outputs.rows;
      return counted_head.score(outputs, predicted);
    };
    update_ = counted_update;
    update_.update = [](const Step<float>& step, const float* gradient, float* velocity,
                        float* weights, std::size_t n) {
      ++updates;
      counted_update.update(step, gradient, velocity, weights, n);
    };
    loops_.heads = &head_;
    loops_.updates = &update_;
    loops_.head_count = loops_.update_count = 1;
    use_kernels(loops_);
  }
  ~CountedWork() { use_kernels(found_); }
  CountedWork(const CountedWork&) = delete;
  CountedWork& operator=(const CountedWork&) = delete;

  /// In place of seconds; the weights tell the three kinds of work apart.
  [[nodiscard]] static double clock() {
    return static_cast<double>(scored_rows + 1000 * gradient_rows + 1'000'000 * updates);
  }

  /// Of a whole trial of so many epochs.
  [[nodiscard]] static double of_trial(TrainSpec spec, const Dataset& data, int epochs) {
    spec.epochs = epochs;
    const double begun = clock();
    EXPECT_EQ(train(spec, data).state, State::kComplete);
    return clock() - begun;
  }

 private:
  const Kernels<float>& found_;
  Kernels<float> loops_;
  HeadLoops<float> head_{};
  UpdateLoops<float> update_{};
};

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

TEST_P(RehearsalOfBatches, DoesTheWorkThatTrainingDoes) {
  const Dataset data = toy_set();
  const CountedWork counted;
  for (const char* figures : {"evaluated", "running"}) {
    for (const char* monitor : {"validation", "test"}) {
      TrainSpec spec = spec_of(GetParam());
      spec.data.split.validation = 80;  // leaves whole batches of 32
      spec.train_figures = figures;
      spec.data.monitor = monitor;
      const double one = CountedWork::of_trial(spec, data, 1);
      const double epoch = CountedWork::of_trial(spec, data, 2) - one;
      Rehearsal rehearsal(spec, data, CountedWork::clock);
      for (const double work : {0.0, 3e8, 1e15}) {
        const Pace pace = rehearsal.piece(work);
        EXPECT_NEAR(pace.epoch, epoch, 1e-9 * epoch) << figures << ", " << monitor << ", " << work;
        EXPECT_NEAR(pace.fixed, one - epoch, 1e-9 * epoch) << figures << ", " << monitor;
      }
    }
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
