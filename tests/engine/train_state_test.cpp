// Trials that are stopped after an epoch and go on from their state.
#include "engine/train_state.h"

#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/parallel.h"

#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

/// All of a result but its seconds, byte by byte: NaNs and signs of zeros count.
std::string bytes_of(const TrialResult& result) {
  std::string bytes = std::string(name_of(result.state)) + result.reason;
  const auto add = [&bytes](const auto& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  const auto add_figures = [&add](const Figures& f) {
    for (const double value : {f.train_loss, f.train_accuracy, f.validation_loss,
                               f.validation_accuracy, f.monitor_loss, f.monitor_accuracy})
      add(value);
    add(f.only_class);
  };
  for (const Figures& figures : result.epochs)
    add_figures(figures);
  add_figures(result.last);
  add_figures(result.best);
  add(result.best_epoch);
  add(result.classes);
  for (const double value :
       {result.test_loss, result.test_accuracy, result.last_test_loss, result.last_test_accuracy})
    add(value);
  for (const std::int64_t count : result.confusion)
    add(count);
  for (const std::uint8_t label : result.predictions)
    add(label);
  for (const auto& tensors : {result.initial_weights, result.final_weights})
    for (const Tensor& tensor : tensors) {
      bytes += tensor.name;
      add(tensor.rows);
      add(tensor.columns);
      for (const float value : tensor.values)
        add(value);
    }
  return bytes;
}

/// Trains on `threads` threads; the states after each epoch go to `states` if it is given.
TrialResult train_through(int threads, const TrainSpec& spec, const Dataset& data,
                          std::vector<TrainState>* states = nullptr) {
  TrainHooks hooks;
  if (states != nullptr)
    hooks.offer_state = [states](const auto& state) { states->push_back(state()); };
  TrialResult result;
  ThreadPool pool(threads);
  pool.run([&] { result = train(spec, data, hooks); });
  pool.wait();
  return result;
}

TrialResult go_on_through(int threads, const TrainSpec& spec, const Dataset& data,
                          const TrainState& from) {
  TrialResult result;
  ThreadPool pool(threads);
  pool.run([&] { result = go_on(spec, data, from); });
  pool.wait();
  return result;
}

/// Stopped after every epoch, from the first to the last.
TrialResult train_in_pieces(const TrainSpec& spec, const Dataset& data) {
  TrainState state;
  TrainHooks hooks;
  hooks.stop_requested = [] { return true; };
  hooks.offer_state = [&state](const auto& take) { state = take(); };
  TrialResult result = train(spec, data, hooks);
  while (result.state == State::kInterrupted)
    result = go_on(spec, data, state, hooks);
  return result;
}

struct Way {
  const char* name;
  std::function<void(TrainSpec&)> change;
};

void overfit(TrainSpec& spec) {
  spec.data.split.validation = 0.5;
  spec.hidden = {40};
  spec.epochs = 60;
  spec.optimizer.learning_rate = 0.8;
  spec.early_stop.patience = 3;
}

/// Everything that is carried from one epoch to the next, and every path through the training code.
std::vector<Way> ways() {
  return {
      {"plain_steps", [](TrainSpec&) {}},
      {"momentum", [](TrainSpec& s) { s.optimizer.momentum = 0.9; }},
      {"momentum_averaged_with_penalties_outside",
       [](TrainSpec& s) {
         s.optimizer.momentum = 0.9;
         s.optimizer.momentum_form = "averaged";
         s.penalty_form = "outside_momentum";
         s.bias_step = "summed";
         s.l1 = 1e-4;
         s.l2 = 1e-3;
       }},
      {"early_stopping_back_to_the_best",
       [](TrainSpec& s) {
         overfit(s);
         s.optimizer.momentum = 0.5;
       }},
      {"early_stopping_at_the_last",
       [](TrainSpec& s) {
         overfit(s);
         s.early_stop.stop_when = "reached";
         s.early_stop.restore = "last";
       }},
      {"best_weights_without_stopping",
       [](TrainSpec& s) {
         overfit(s);
         s.early_stop = {};
         s.early_stop.restore = "best";
         s.epochs = 30;
       }},
      {"watching_the_test_part",
       [](TrainSpec& s) {
         overfit(s);
         s.data.split.validation.reset();
         s.data.monitor = "test";
       }},
      {"without_a_validation_part", [](TrainSpec& s) { s.data.split.validation.reset(); }},
      {"no_shuffling",
       [](TrainSpec& s) {
         s.shuffle = "none";
         s.optimizer.momentum = 0.9;
       }},
      {"batches_of_one",
       [](TrainSpec& s) {
         s.batch_size = 1;
         s.optimizer.learning_rate = 0.01;
       }},
      {"batches_of_one_with_momentum",
       [](TrainSpec& s) {
         s.batch_size = 1;
         s.optimizer.learning_rate = 0.001;
         s.optimizer.momentum = 0.9;
       }},
      {"full_batches",
       [](TrainSpec& s) {
         s.batch_size = 0;
         s.optimizer.momentum = 0.9;
       }},
      {"a_fold",
       [](TrainSpec& s) {
         s.data.split.validation.reset();
         s.folds = 4;
         s.fold = 2;
       }},
      {"running_figures",
       [](TrainSpec& s) {
         s.train_figures = "running";
         s.optimizer.momentum = 0.9;
       }},
      {"rows_as_bytes_in_a_deep_network",
       [](TrainSpec& s) {
         s.hidden = {40, 12};
         s.data.scale.method = "zscore";
         s.optimizer.momentum = 0.9;
       }},
      {"no_hidden_layer", [](TrainSpec& s) { s.hidden = {}; }},
  };
}

class EveryWayOn : public testing::TestWithParam<Way> {
 protected:
  EveryWayOn() {
    spec_.epochs = 5;
    spec_.keep_weights = "both";
    GetParam().change(spec_);
  }
  TrainSpec spec_ = toy_spec();
  Dataset data_ = toy_data(160, 40);
};

INSTANTIATE_TEST_SUITE_P(TrainState, EveryWayOn, testing::ValuesIn(ways()),
                         [](const auto& entry) { return std::string(entry.param.name); });

TEST_P(EveryWayOn, GivesTheBitsOfAnUndisturbedTrialFromEachEpoch) {
  const TrialResult calm = train(spec_, data_);
  ASSERT_EQ(calm.state, State::kComplete) << calm.reason;
  for (const int threads : {1, 2}) {
    std::vector<TrainState> states;
    ASSERT_EQ(bytes_of(train_through(threads, spec_, data_, &states)), bytes_of(calm));
    // None after the epoch that ended the trial.
    ASSERT_EQ(states.size(), calm.epochs.size() - 1);
    for (const TrainState& state : states)
      EXPECT_EQ(bytes_of(go_on_through(threads, spec_, data_, state)), bytes_of(calm))
          << "from epoch " << state.epochs.size() << " on, " << threads << " threads";
  }
}

TEST_P(EveryWayOn, GivesTheBitsOfAnUndisturbedTrialThoughStoppedAfterEveryEpoch) {
  EXPECT_EQ(bytes_of(train_in_pieces(spec_, data_)), bytes_of(train(spec_, data_)));
}

TEST_P(EveryWayOn, HasStatesOfTheShapeThatIsTold) {
  std::vector<TrainState> states;
  (void)train_through(1, spec_, data_, &states);
  const StateShape shape = state_shape(spec_, static_cast<int>(data_.inputs()), data_.classes);
  for (const TrainState& state : states) {
    std::vector<std::size_t> found;
    for (const std::vector<float>& array : state.arrays)
      found.push_back(array.size());
    EXPECT_EQ(found, shape.arrays);
    EXPECT_LE(static_cast<int>(state.epochs.size()), shape.most_epochs);
  }
}

// The ways would show little if these stopped at their first or last epoch.
TEST(TrainState, OfTrialsThatStopEarlyIsTakenBeforeAndBehindTheBestEpoch) {
  TrainSpec spec = toy_spec();
  overfit(spec);
  const TrialResult result = train(spec, toy_data(160, 40));
  EXPECT_EQ(result.reason, "early stop");
  EXPECT_GT(result.best_epoch, 2);
  EXPECT_GT(static_cast<int>(result.epochs.size()), result.best_epoch + 2);
}

TEST(TrainState, AddsTheSecondsOfBothParts) {
  const Dataset data = toy_data();
  std::vector<TrainState> states;
  const TrialResult calm = train_through(1, toy_spec(), data, &states);
  ASSERT_FALSE(states.empty());
  EXPECT_GT(states.back().train_seconds, 0);
  EXPECT_LE(states.back().train_seconds, calm.train_seconds);
  states.back().train_seconds = 1000;
  const TrialResult late = go_on(toy_spec(), data, states.back());
  EXPECT_GT(late.train_seconds, 1000);
  EXPECT_LT(late.train_seconds, 1100);
}

TEST(TrainState, OfATrialThatDivergesIsOfferedUntilItDoes) {
  TrainSpec spec = toy_spec();
  spec.activation = "relu";
  spec.hidden = {20, 20};
  spec.optimizer.learning_rate = 1e30;
  std::vector<TrainState> states;
  EXPECT_EQ(train_through(1, spec, toy_data(), &states).state, State::kDiverged);
  EXPECT_TRUE(states.empty());
}

TEST(TrainState, OfAnotherTrialIsNeverTaken) {
  const Dataset data = toy_data();
  TrainSpec spec = toy_spec();
  spec.optimizer.momentum = 0.9;
  std::vector<TrainState> states;
  (void)train_through(1, spec, data, &states);
  ASSERT_EQ(states.size(), 2U);
  const TrainState good = states[0];
  const std::function<void(TrainState&)> changes[] = {
      [](TrainState& s) { s.arrays.pop_back(); },
      [](TrainState& s) { s.arrays.emplace_back(); },
      [](TrainState& s) { s.arrays[1].push_back(0); },
      [](TrainState& s) { s.arrays[2].pop_back(); },
      [](TrainState& s) { s.epochs.clear(); },
      [](TrainState& s) { s.epochs.resize(3); },
  };
  for (const auto& change : changes) {
    TrainState bad = good;
    change(bad);
    EXPECT_THROW((void)go_on(spec, data, bad), std::logic_error);
  }
  EXPECT_EQ(go_on(spec, data, good).state, State::kComplete);
}

}  // namespace
}  // namespace mlpsweep::engine
