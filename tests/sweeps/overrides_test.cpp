#include "sweeps/overrides.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

std::vector<std::string> all_texts(const Sweep& sweep) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < sweep.trials(); ++i) {
    std::string& text = texts.emplace_back();
    const engine::TrainSpec spec = sweep.trial(i);
    for (const Setting& setting : settings_of(spec))
      text += text_of(setting.value) + "\n";
    text += std::to_string(spec.seed) + " " + std::to_string(spec.repeat);
  }
  return texts;
}

std::vector<std::string> read_with(const std::string& text,
                                   const std::vector<std::string>& changes) {
  return all_texts(read_sweep("a.yaml", text, {.overrides = changes}));
}

TEST(Overrides, EqualEditingTheFile) {
  const std::string head = "mlpsweep: 1\ndata: {set: mnist, split: {validation: 0.2}}\n";
  const std::string file =
      head + "base: {l1: 0.5, hidden: 32}\nparameters: {l2: [0, 1], epochs: [1, 2]}\n";
  EXPECT_EQ(
      read_with(file, {"l1=0.25"}),
      read_with(head + "base: {l1: 0.25, hidden: 32}\nparameters: {l2: [0, 1], epochs: [1, 2]}\n",
                {}));
  EXPECT_EQ(
      read_with(file, {"l2=3"}),
      read_with(head + "base: {l1: 0.5, hidden: 32, l2: 3}\nparameters: {epochs: [1, 2]}\n", {}));
  EXPECT_EQ(
      read_with(file, {"l2=3,4,5"}),
      read_with(head + "base: {l1: 0.5, hidden: 32}\nparameters: {l2: [3, 4, 5], epochs: [1, 2]}\n",
                {}));
  EXPECT_EQ(read_with(file, {"hidden=64,[24,12],none"}),
            read_with(head + "base: {l1: 0.5}\nparameters: {l2: [0, 1], epochs: [1, 2], hidden: "
                             "[64, 24x12, none]}\n",
                      {}));
  EXPECT_EQ(read_with(file, {"hidden=[24,12]", "repeats=3", "seed=9"}),
            read_with(head + "repeats: 3\nseed: 9\nbase: {l1: 0.5, hidden: [24, 12]}\nparameters: "
                             "{l2: [0, 1], epochs: [1, 2]}\n",
                      {}));
}

TEST(Overrides, TakeAKeyOutOfAZipOrReplaceItThere) {
  const std::string head = "mlpsweep: 1\ndata: mnist\n";
  const std::string file = head + "zip: {l1: [0, 1], l2: [0, 1]}\n";
  EXPECT_EQ(read_with(file, {"l2=4"}),
            read_with(head + "base: {l2: 4}\nparameters: {l1: [0, 1]}\n", {}));
  EXPECT_EQ(read_with(file, {"l2=4,5"}), read_with(head + "zip: {l1: [0, 1], l2: [4, 5]}\n", {}));
}

TEST(Overrides, RefusesAnUnknownKey) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)",
                             {"learing_rate=0.1"}),
            R"(command line: unknown key 'learing_rate'
  learing_rate=0.1
  ^^^^^^^^^^^^
  expected a key of 'mlpsweep keys', or name, seed, repeats, folds, metric.name, metric.goal, metric.at
  nearest: optimizer.learning_rate)");
}

TEST(Overrides, RefusesABadValue) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)",
                             {"repeats=2", "optimizer.learning_rate=0.1,0,fast"}),
            R"(command line: 'optimizer.learning_rate' must be a number > 0 (per step), got '0'
  optimizer.learning_rate=0.1,0,fast
                              ^
command line: 'optimizer.learning_rate' must be a number > 0 (per step), got 'fast'
  optimizer.learning_rate=0.1,0,fast
                                ^^^^)");
}

TEST(Overrides, RefusesWhatIsNoSetting) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)",
                             {"epochs", "=3", "epochs="}),
            R"(command line: no setting: 'epochs'
  epochs
  ^^^^^^
  expected key=value or key=v1,v2
command line: no setting: '=3'
  =3
  ^
  expected key=value or key=v1,v2
command line: no setting: 'epochs='
  epochs=
  ^^^^^^
  expected key=value or key=v1,v2)");
}

TEST(Overrides, RefusesAListForTheSweepsOwnKeys) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)",
                             {"seed=1,2"}),
            R"(command line: 'seed' takes one value, got 2
  seed=1,2
  ^^^^)");
}

TEST(Overrides, RefusesBrokenYaml) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)",
                             {"hidden=[24,12"}),
            R"(command line: this is no YAML: end of sequence flow not found
  hidden=[24,12
        ^)");
}

TEST(Overrides, RefusesAnOverrideThatBreaksARule) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)",
                             {"data.split.validation=none", "early_stop=3"}),
            R"(command line: early stopping needs a validation part
  early_stop=3
             ^
  expected data.split.validation, such as 0.2)");
}

const char* const kExperiments = R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
repeats: 2
base: {epochs: 100}
readings: {x: {a: {l1: 0}, b: {l1: 1}}}
experiments:
  rates: {parameters: {l2: [0, 1]}}
  next: {from: {best_of: rates, pin: {l2: 1}}, base: {epochs: 110}, repeats: 5}
  swept: {parameters: {epochs: [10, 20], batch_size: [8, 16]}}
)";

/// Trials of each part, and the epochs of its first.
std::string sizes_with(const std::vector<std::string>& changes) {
  const Sweep sweep = read_sweep("a.yaml", kExperiments, {.overrides = changes});
  std::string text;
  for (const Part& part : sweep.parts) {
    text += part.experiment + (part.reading.empty() ? "" : "*") + " " +
            std::to_string(part.trials()) + " x " + std::to_string(part.trial(0, 1).epochs) + "\n";
  }
  return text;
}

TEST(Overrides, HoldForEveryExperiment) {
  EXPECT_EQ(sizes_with({}),
            "rates 4 x 100\nrates* 4 x 100\nnext 5 x 110\nnext* 5 x 110\nswept 8 x 10\n"
            "swept* 8 x 10\n");
  EXPECT_EQ(sizes_with({"epochs=3"}),
            "rates 4 x 3\nrates* 4 x 3\nnext 5 x 3\nnext* 5 x 3\nswept 4 x 3\nswept* 4 x 3\n");
  EXPECT_EQ(sizes_with({"epochs=3,4,5"}),  // an axis is replaced where there is one
            "rates 4 x 100\nrates* 4 x 100\nnext 5 x 110\nnext* 5 x 110\nswept 12 x 3\n"
            "swept* 12 x 3\n");
  EXPECT_EQ(sizes_with({"l1=0.5"}),  // and so is a reading
            "rates 4 x 100\nnext 5 x 110\nswept 8 x 10\n");
  EXPECT_EQ(sizes_with({"repeats=1", "l1=0"}), "rates 2 x 100\nnext 1 x 110\nswept 4 x 10\n");
  EXPECT_EQ(sizes_with({"l1=0,1,2"}),  // else it becomes the last axis of each
            "rates 12 x 100\nnext 15 x 110\nswept 24 x 10\n");
  EXPECT_EQ(sizes_with({"l2=0", "l1=0"}), "rates 2 x 100\nnext 5 x 110\nswept 8 x 10\n");
}

TEST(Overrides, NameOneExperiment) {
  EXPECT_EQ(sizes_with({"l1=0", "experiments.next.epochs=7"}),
            "rates 4 x 100\nnext 5 x 7\nswept 8 x 10\n");
  EXPECT_EQ(sizes_with({"l1=0", "experiments.swept.l2=0,1,2", "experiments.swept.repeats=1"}),
            "rates 4 x 100\nnext 5 x 110\nswept 12 x 10\n");
  EXPECT_EQ(sizes_with({"experiments.rates.l1=4"}),
            "rates 4 x 100\nnext 5 x 110\nnext* 5 x 110\nswept 8 x 10\nswept* 8 x 10\n");
}

TEST(Overrides, RefuseAnExperimentThatIsNone) {
  EXPECT_EQ(complaints_about(kExperiments, {"experiments.rate.l2=3", "experiments.rates.lr=3",
                                            "experiments.rates.seed=3", "experiments.rates=1"}),
            R"(command line: no experiment 'rate'
  experiments.rate.l2=3
  ^^^^^^^^^^^^^^^^^^^
  expected one of: rates, next, swept
  nearest: rates
command line: unknown key 'lr'
  experiments.rates.lr=3
  ^^^^^^^^^^^^^^^^^^^^
  expected a key of 'mlpsweep keys', or repeats, folds
  nearest: l1
command line: unknown key 'seed'
  experiments.rates.seed=3
  ^^^^^^^^^^^^^^^^^^^^^^
  expected a key of 'mlpsweep keys', or repeats, folds
  nearest: data.set
command line: unknown key ''
  experiments.rates=1
  ^^^^^^^^^^^^^^^^^
  expected a key of 'mlpsweep keys', or repeats, folds)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
