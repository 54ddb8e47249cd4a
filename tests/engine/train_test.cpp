// Whole trials on small data.
#include "engine/train.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/parallel.h"
#include "engine/partition.h"

#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

/// Everything in a result that is part of the digest, as one list of numbers and words.
struct Bits {
  State state;
  std::string reason;
  std::vector<double> figures;
  std::vector<std::uint8_t> predictions;
  std::vector<float> weights;

  explicit Bits(const TrialResult& result)
      : state(result.state), reason(result.reason), predictions(result.predictions) {
    for (const Figures& f : result.epochs)
      figures.insert(figures.end(), {f.train_loss, f.train_accuracy, f.validation_loss,
                                     f.validation_accuracy, double(f.only_class)});
    figures.insert(figures.end(), {result.test_loss, result.test_accuracy, result.last_test_loss,
                                   result.last_test_accuracy});
    for (const auto& tensors : {result.initial_weights, result.final_weights})
      for (const Tensor& tensor : tensors)
        weights.insert(weights.end(), tensor.values.begin(), tensor.values.end());
  }
  bool operator==(const Bits&) const = default;
};

TrialResult train_on(int threads, const TrainSpec& spec, const Dataset& data) {
  TrialResult result;
  ThreadPool pool(threads);
  pool.run([&] { result = train(spec, data); });
  pool.wait();
  return result;
}

TEST(Trial, LearnsWhatCanBeLearned) {
  TrainSpec spec = toy_spec();
  spec.epochs = 20;
  const TrialResult result = train(spec, toy_data());
  EXPECT_EQ(result.state, State::kComplete);
  EXPECT_EQ(result.reason, "all epochs");
  ASSERT_EQ(result.epochs.size(), 20U);
  EXPECT_LT(result.last.train_loss, 0.5 * result.epochs.front().train_loss);
  EXPECT_GT(result.test_accuracy, 0.8);  // chance is 1/3
}

TEST(Trial, HoldsFiguresThatFitEachOther) {
  const Dataset data = toy_data();
  const TrialResult result = train(toy_spec(), data);
  EXPECT_EQ(result.classes, 3);
  ASSERT_EQ(result.predictions.size(), data.test.rows);
  std::vector<std::int64_t> confusion(9, 0);
  int right = 0;
  for (std::size_t i = 0; i < data.test.rows; ++i) {
    ++confusion[data.test.labels[i] * 3U + result.predictions[i]];
    right += data.test.labels[i] == result.predictions[i];
  }
  EXPECT_EQ(result.confusion, confusion);
  EXPECT_DOUBLE_EQ(result.test_accuracy, right / 60.0);
  const auto best = std::min_element(
      result.epochs.begin(), result.epochs.end(),
      [](const Figures& a, const Figures& b) { return a.validation_loss < b.validation_loss; });
  EXPECT_EQ(result.best_epoch, best - result.epochs.begin() + 1);
  EXPECT_EQ(result.best.validation_loss, best->validation_loss);
  EXPECT_EQ(result.last.train_loss, result.epochs.back().train_loss);
  EXPECT_GT(result.train_seconds, 0);
}

TEST(Trial, WithoutValidationChoosesNothing) {
  TrainSpec spec = toy_spec();
  spec.data.split.validation.reset();
  const TrialResult result = train(spec, toy_data());
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_TRUE(std::isnan(result.last.validation_loss));
  EXPECT_TRUE(std::isnan(result.best.train_loss));
  EXPECT_FALSE(std::isnan(result.test_loss));
}

TEST(Trial, WithoutTestPartHasNoTestFigures) {
  const TrialResult result = train(toy_spec(), toy_data(300, 0));
  EXPECT_EQ(result.state, State::kComplete);
  EXPECT_TRUE(std::isnan(result.test_loss));
  EXPECT_TRUE(result.predictions.empty());
  EXPECT_TRUE(result.confusion.empty());
}

TEST(Trial, PredictsATestPartCutFromTrainingInTheSetsOrder) {
  TrainSpec spec = toy_spec();
  spec.data.split.test = 50;
  spec.epochs = 15;
  const Dataset data = toy_data();
  const TrialResult result = train(spec, data);
  std::vector<std::uint32_t> rows = make_partition(spec, data).test;
  std::sort(rows.begin(), rows.end());
  ASSERT_EQ(result.predictions.size(), 50U);
  int right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    right += data.train.labels[rows[i]] == result.predictions[i];
  EXPECT_DOUBLE_EQ(result.test_accuracy, right / 50.0);
}

struct Path {
  const char* name;
  std::function<void(TrainSpec&)> change;
};

/// Every path through the training code.
std::vector<Path> paths() {
  return {
      {"defaults", [](TrainSpec&) {}},
      {"momentum_and_penalties",
       [](TrainSpec& s) {
         s.optimizer.momentum = 0.9;
         s.l1 = 1e-4;
         s.l2 = 1e-3;
       }},
      {"deep_relu",
       [](TrainSpec& s) {
         s.hidden = {203, 17};
         s.activation = "relu";
       }},
      {"no_hidden_layer", [](TrainSpec& s) { s.hidden = {}; }},
      {"full_batch",
       [](TrainSpec& s) {
         s.batch_size = 0;
         s.epochs = 2;
       }},
      {"batch_of_one",
       [](TrainSpec& s) {
         s.batch_size = 1;
         s.optimizer.learning_rate = 0.01;
       }},
      {"rows_as_bytes",
       [](TrainSpec& s) {
         s.hidden = {40, 12};
         s.data.scale.method = "zscore";
       }},
      {"rows_as_bytes_full_batch",
       [](TrainSpec& s) {
         s.hidden = {130};
         s.batch_size = 0;
       }},
      {"rows_as_bytes_with_offsets_in_several_blocks",
       [](TrainSpec& s) {
         s.hidden = {130};
         s.batch_size = 0;
         s.data.scale.method = "zscore";
       }},
      {"sigmoids",
       [](TrainSpec& s) {
         s.activation = "sigmoid";
         s.output = "sigmoid";
         s.loss = "mean_squared_error";
       }},
      {"running_figures",
       [](TrainSpec& s) {
         s.train_figures = "running";
         s.penalty_form = "outside_momentum";
         s.bias_step = "summed";
         s.optimizer.momentum = 0.9;
         s.optimizer.momentum_form = "averaged";
         s.init = {"normal 0.1", "normal 0.1"};
         s.clip = 1e-7;
       }},
      {"running_figures_of_a_full_batch",
       [](TrainSpec& s) {
         s.train_figures = "running";
         s.batch_size = 0;
       }},
      {"running_figures_of_one_row_a_step",
       [](TrainSpec& s) {
         s.train_figures = "running";
         s.batch_size = 1;
         s.output = "sigmoid";
         s.loss = "binary_cross_entropy";
         s.output_delta = "squared_error";
         s.optimizer.learning_rate = 0.01;
       }},
      {"image_by_image",
       [](TrainSpec& s) {
         s.data.scale.method = "zscore";
         s.data.scale.per = "image";
       }},
  };
}

class EveryWay : public testing::TestWithParam<Path> {};

INSTANTIATE_TEST_SUITE_P(Train, EveryWay, testing::ValuesIn(paths()),
                         [](const auto& entry) { return std::string(entry.param.name); });

TEST_P(EveryWay, GivesTheSameBitsForAnyNumberOfThreads) {
  TrainSpec spec = toy_spec();
  spec.batch_size = 150;  // two blocks of rows
  spec.keep_weights = "both";
  GetParam().change(spec);
  const Dataset data = toy_data(2600);  // full batch: several pieces; scoring: several blocks
  const Bits outside(train(spec, data));
  EXPECT_EQ(outside.state, State::kComplete);
  for (const int threads : {1, 2, 3})
    EXPECT_TRUE(Bits(train_on(threads, spec, data)) == outside) << threads << " threads";
}

TEST(Trials, SideBySideGiveTheBitsThatTheyGiveAlone) {
  const Dataset data = toy_data();
  std::vector<TrialResult> results(6);
  {
    ThreadPool pool(3);
    for (int i = 0; i < 6; ++i)
      pool.run([&, i] {
        TrainSpec spec = toy_spec();
        spec.repeat = i;
        results[static_cast<std::size_t>(i)] = train(spec, data);
      });
  }
  for (int i = 0; i < 6; ++i) {
    TrainSpec spec = toy_spec();
    spec.repeat = i;
    EXPECT_TRUE(Bits(results[static_cast<std::size_t>(i)]) == Bits(train(spec, data))) << i;
  }
}

TEST(Trials, OfOneRepeatShareTheirFirstWeights) {
  TrainSpec spec = toy_spec();
  spec.keep_weights = "both";
  const Dataset data = toy_data();
  const TrialResult one = train(spec, data);
  spec.optimizer.learning_rate = 0.02;
  const TrialResult other = train(spec, data);
  EXPECT_EQ(one.initial_weights[0].values, other.initial_weights[0].values);
  EXPECT_NE(one.final_weights[0].values, other.final_weights[0].values);
  spec.repeat = 1;
  EXPECT_NE(train(spec, data).initial_weights[0].values, one.initial_weights[0].values);
}

TEST(Weights, AreKeptWithoutPaddingUnderTheirNames) {
  TrainSpec spec = toy_spec();
  spec.keep_weights = "both";
  const TrialResult result = train(spec, toy_data());
  ASSERT_EQ(result.final_weights.size(), 4U);
  EXPECT_EQ(result.final_weights[0].name, "weights_1");
  EXPECT_EQ(result.final_weights[0].rows, 35);
  EXPECT_EQ(result.final_weights[0].columns, 12);
  EXPECT_EQ(result.final_weights[0].values.size(), 35U * 12);
  EXPECT_EQ(result.final_weights[3].name, "biases_2");
  EXPECT_EQ(result.final_weights[3].rows, 1);
  EXPECT_EQ(result.final_weights[3].columns, 3);
  EXPECT_TRUE(train(toy_spec(), toy_data()).final_weights.empty());
}

// A layer with more blocks' worth of weights than inputs once updated its biases in several blocks.
// Inputs that are always 0 change nothing, so the wide layer must learn alike with and without
// them.
TEST(WideLayers, LearnTheirBiasesOnceAStep) {
  Dataset narrow = toy_data();
  narrow.height = 1;
  narrow.width = 2;
  Dataset padded = narrow;
  padded.width = 16;
  for (Dataset* data : {&narrow, &padded}) {
    data->test = {};
    std::vector<std::uint8_t> pixels;
    for (std::size_t row = 0; row < data->train.rows; ++row) {
      for (int pixel = 0; pixel < data->width; ++pixel)
        pixels.push_back(static_cast<std::uint8_t>(
            pixel < 2 ? (row * 37 + static_cast<std::size_t>(pixel) * 91) % 256 : 0));
    }
    data->train.pixels = std::move(pixels);
  }
  TrainSpec spec = toy_spec();
  spec.hidden = {65536};
  spec.batch_size = 0;
  spec.epochs = 2;
  spec.init.weights = "normal";  // the others hang on the number of inputs
  spec.optimizer.learning_rate = 1e-4;
  spec.optimizer.momentum = 0.9;
  spec.keep_weights = "both";
  const std::vector<float> wide = train(spec, narrow).final_weights[1].values;
  const std::vector<float> same = train(spec, padded).final_weights[1].values;
  ASSERT_EQ(wide.size(), 65536U);
  float largest = 0;
  for (const float bias : same)
    largest = std::max(largest, std::abs(bias));
  ASSERT_GT(largest, 0);
  for (std::size_t unit = 0; unit < wide.size(); ++unit)
    ASSERT_NEAR(wide[unit], same[unit], 1e-4F * largest) << "unit " << unit;  // float32 sums of 256
}

TEST(Divergence, IsAnOutcomeWithAReason) {
  TrainSpec spec = toy_spec();
  spec.activation = "relu";
  spec.hidden = {20, 20};
  spec.optimizer.learning_rate = 1e30;
  const TrialResult result = train(spec, toy_data());
  EXPECT_EQ(result.state, State::kDiverged);
  EXPECT_THAT(result.reason, testing::MatchesRegex("train_loss is (nan|inf) after epoch 1"));
  ASSERT_EQ(result.epochs.size(), 1U);
  EXPECT_FALSE(std::isfinite(result.epochs[0].train_loss));
  EXPECT_TRUE(std::isnan(result.test_loss));
  EXPECT_TRUE(result.predictions.empty());
}

/// Stops early, some epochs after its best one, on 160 rows.
TrainSpec overfitting() {
  TrainSpec spec = toy_spec();
  spec.data.split.validation = 0.5;
  spec.hidden = {40};
  spec.epochs = 400;
  spec.optimizer.learning_rate = 0.5;
  spec.early_stop.patience = 4;
  return spec;
}

TEST(EarlyStop, GoesBackToTheBestWeights) {
  TrainSpec spec = overfitting();
  spec.keep_weights = "both";
  const Dataset data = toy_data(160, 40);
  const TrialResult stopped = train(spec, data);
  ASSERT_EQ(stopped.reason, "early stop");
  EXPECT_EQ(stopped.state, State::kComplete);
  const auto run = static_cast<int>(stopped.epochs.size());
  // More than `patience` epochs above the best: 4 are allowed, the 5th stops.
  for (int e = run - 5; e < run; ++e)
    EXPECT_GT(stopped.epochs[static_cast<std::size_t>(e)].validation_loss,
              stopped.best.validation_loss);

  spec.early_stop.patience.reset();
  spec.epochs = stopped.best_epoch;
  const TrialResult until_best = train(spec, data);
  EXPECT_EQ(until_best.final_weights[0].values, stopped.final_weights[0].values);
  EXPECT_EQ(until_best.test_loss, stopped.test_loss);
  EXPECT_EQ(until_best.last.validation_loss, stopped.best.validation_loss);
}

TEST(EarlyStop, KeepsTheBestWeightsEvenIfAllEpochsRun) {
  TrainSpec spec = overfitting();
  const Dataset data = toy_data(160, 40);
  const int best = train(spec, data).best_epoch;
  spec.epochs = best + 2;  // two epochs above the best, and then the end
  const TrialResult result = train(spec, data);
  EXPECT_EQ(result.reason, "all epochs");
  EXPECT_EQ(result.best_epoch, best);
  spec.epochs = best;
  EXPECT_EQ(train(spec, data).test_loss, result.test_loss);
}

TEST(EarlyStop, StopsAnEpochEarlierWhereReachingThePatienceIsEnough) {
  const Dataset data = toy_data(160, 40);
  TrainSpec spec = overfitting();
  const TrialResult exceeded = train(spec, data);
  spec.early_stop.stop_when = "reached";
  const TrialResult reached = train(spec, data);
  EXPECT_EQ(reached.reason, "early stop");
  EXPECT_EQ(reached.best_epoch, exceeded.best_epoch);
  EXPECT_EQ(reached.epochs.size(), exceeded.epochs.size() - 1);
}

TEST(EarlyStop, TellsTheTestFiguresOfTheLastWeightsBesideThoseOfTheBest) {
  const Dataset data = toy_data(160, 40);
  TrainSpec spec = overfitting();
  const TrialResult best = train(spec, data);
  spec.early_stop.restore = "last";
  const TrialResult last = train(spec, data);
  ASSERT_EQ(last.epochs.size(), best.epochs.size()) << "restoring changes no epoch";
  EXPECT_NE(best.test_loss, best.last_test_loss);
  EXPECT_EQ(last.test_loss, best.last_test_loss);
  EXPECT_EQ(last.test_accuracy, best.last_test_accuracy);
  EXPECT_EQ(last.last_test_loss, last.test_loss);
}

TEST(EarlyStop, CanKeepTheBestWeightsWithoutStopping) {
  const Dataset data = toy_data(160, 40);
  TrainSpec spec = overfitting();
  spec.early_stop.patience.reset();
  spec.early_stop.restore = "best";
  spec.epochs = 80;
  const TrialResult result = train(spec, data);
  ASSERT_EQ(result.reason, "all epochs");
  ASSERT_LT(result.best_epoch, 80);
  EXPECT_NE(result.test_loss, result.last_test_loss);
  spec.early_stop.restore = "auto";
  EXPECT_EQ(train(spec, data).test_loss, result.last_test_loss);
  spec.epochs = result.best_epoch;
  EXPECT_EQ(train(spec, data).test_loss, result.test_loss);
}

TEST(Monitor, WatchesTheTestPartWhereAReportDidSo) {
  const Dataset data = toy_data(160, 40);
  TrainSpec spec = overfitting();
  spec.data.split.validation.reset();
  spec.data.monitor = "test";
  const TrialResult result = train(spec, data);
  ASSERT_EQ(result.reason, "early stop");
  EXPECT_EQ(result.test_loss, result.best.monitor_loss);
  EXPECT_EQ(result.test_accuracy, result.best.monitor_accuracy);
  EXPECT_EQ(result.last_test_loss, result.last.monitor_loss);
  EXPECT_TRUE(std::isnan(result.last.validation_loss));
  double lowest = result.epochs[0].monitor_loss;
  for (const Figures& figures : result.epochs)
    lowest = std::min(lowest, figures.monitor_loss);
  EXPECT_EQ(result.best.monitor_loss, lowest);
}

TEST(Monitor, LeavesTheValidationPartItsCurves) {
  const Dataset data = toy_data();
  TrainSpec spec = toy_spec();
  const TrialResult plain = train(spec, data);
  EXPECT_TRUE(std::isnan(plain.last.monitor_loss));
  spec.data.monitor = "test";
  const TrialResult watched = train(spec, data);
  EXPECT_EQ(watched.last.validation_loss, plain.last.validation_loss);
  EXPECT_EQ(watched.last.monitor_loss, plain.test_loss);
}

TEST(Monitor, NeedsATestPart) {
  TrainSpec spec = toy_spec();
  spec.data.monitor = "test";
  EXPECT_THROW(static_cast<void>(train(spec, toy_data(300, 0))), InputError);
}

TEST(OnlyClass, IsToldUntilASecondOneIsPredicted) {
  // One unit on a large bias: class 1 for all rows, until training moves it.
  const Dataset data = toy_data(400, 60, 2);
  TrainSpec spec = toy_spec();
  spec.output = "sigmoid";
  spec.loss = "binary_cross_entropy";
  spec.hidden = {};
  spec.init = {"normal 0.01", "normal 3"};
  spec.optimizer.learning_rate = 0.02;
  spec.epochs = 60;
  const TrialResult result = train(spec, data);
  const std::int16_t first = result.epochs.front().only_class;
  EXPECT_TRUE(first == 0 || first == 1) << "one class for all";
  EXPECT_EQ(result.last.only_class, kSeveralClasses);
  EXPECT_GT(result.last.validation_accuracy, 0.9);
}

// A full batch's figures before its step are those after the step before.
TEST(RunningFigures, OfAFullBatchLagBehindTheEvaluatedOnesByAnEpoch) {
  const Dataset data = toy_data(2300);
  TrainSpec spec = toy_spec();
  spec.batch_size = 0;
  spec.epochs = 5;
  spec.optimizer.learning_rate = 1;
  const TrialResult evaluated = train(spec, data);
  spec.train_figures = "running";
  const TrialResult running = train(spec, data);
  for (std::size_t e = 1; e < 5; ++e) {
    // The same float32 losses, added up in other blocks.
    EXPECT_NEAR(running.epochs[e].train_loss, evaluated.epochs[e - 1].train_loss, 1e-6);
    EXPECT_NEAR(running.epochs[e].train_accuracy, evaluated.epochs[e - 1].train_accuracy, 1e-3);
    EXPECT_EQ(running.epochs[e].validation_loss, evaluated.epochs[e].validation_loss);
  }
}

TEST(EarlyStop, NeedsAValidationPart) {
  TrainSpec spec = toy_spec();
  spec.data.split.validation.reset();
  spec.early_stop.patience = 3;
  EXPECT_THROW(static_cast<void>(train(spec, toy_data())), InputError);
  spec.early_stop.patience.reset();
  spec.early_stop.restore = "best";
  EXPECT_THROW(static_cast<void>(train(spec, toy_data())), InputError);
}

TEST(Shuffling, CanBeSwitchedOff) {
  TrainSpec spec = toy_spec();
  spec.keep_weights = "both";
  const Dataset data = toy_data();
  const auto shuffled = train(spec, data).final_weights[0].values;
  spec.shuffle = "none";
  EXPECT_NE(train(spec, data).final_weights[0].values, shuffled);
}

TEST(Hooks, SeeEveryEpochAndCanStopATrial) {
  TrainSpec spec = toy_spec();
  spec.epochs = 5;
  std::vector<int> seen;
  TrainHooks hooks;
  hooks.epoch_done = [&](int epoch, const Figures& figures) {
    seen.push_back(epoch);
    EXPECT_TRUE(std::isfinite(figures.train_loss));
  };
  hooks.stop_requested = [&] { return seen.size() == 2; };
  const TrialResult result = train(spec, toy_data(), hooks);
  EXPECT_EQ(result.state, State::kInterrupted);
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
  EXPECT_TRUE(result.predictions.empty());
}

TEST(Trial, RefusesSettingsThatItCannotTrain) {
  const Dataset data = toy_data();
  const auto refused = [&](auto change) {
    TrainSpec spec = toy_spec();
    change(spec);
    try {
      static_cast<void>(train(spec, data));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("not refused");
  };
  EXPECT_EQ(refused([](TrainSpec& s) { s.activation = "tanhh"; }),
            "activation: expected one of sigmoid, tanh, relu, found 'tanhh'; nearest: tanh");
  EXPECT_EQ(refused([](TrainSpec& s) { s.optimizer.name = "adam"; }),
            "optimizer.name: expected one of sgd, found 'adam'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.shuffle = "yes"; }),
            "shuffle: expected each_epoch or none, found 'yes'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.keep_weights = "all"; }),
            "keep_weights: expected none or both, found 'all'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.train_figures = "average"; }),
            "train_figures: expected evaluated or running, found 'average'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.penalty_form = "outside"; }),
            "penalty_form: expected gradient or outside_momentum, found 'outside'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.bias_step = "sum"; }),
            "bias_step: expected mean or summed, found 'sum'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.data.monitor = "training"; }),
            "data.monitor: expected validation or test, found 'training'");
  EXPECT_EQ(refused([](TrainSpec& s) { s.output_delta = "logistc"; }),
            "output_delta: expected one of loss, squared_error, logistic, found 'logistc'; "
            "nearest: logistic");
  EXPECT_EQ(refused([](TrainSpec& s) { s.output_delta = "logistic"; }),
            "output_delta: logistic cannot stand behind output softmax; it takes output sigmoid, "
            "and output softmax takes output_delta loss");
  EXPECT_EQ(refused([](TrainSpec& s) {
              s.loss = "mean_squared_error";
              s.clip = 1e-15;
            }),
            "clip: mean_squared_error has no logarithm to hold; only binary_cross_entropy and "
            "cross_entropy take a clip");
  EXPECT_EQ(refused([](TrainSpec& s) { s.clip = 0.5; }),
            "clip: expected a number from 0 to below 0.5, found 0.500000");
  EXPECT_EQ(refused([](TrainSpec& s) {
              s.hidden = {4, 0};
            }),
            "hidden: expected at least 1 unit a layer, found 0");
}

TEST(States, HaveNames) {
  EXPECT_EQ(name_of(State::kComplete), "complete");
  EXPECT_EQ(name_of(State::kDiverged), "diverged");
  EXPECT_EQ(name_of(State::kInterrupted), "interrupted");
}

}  // namespace
}  // namespace mlpsweep::engine
