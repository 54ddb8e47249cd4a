#include "sweeps/read_sweep.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGood = R"(mlpsweep: 1
name: good
data: {set: kmnist, scale: zscore, split: {validation: 0.2}}
metric: {name: validation_loss, goal: minimize, at: best}
repeats: 5
base: {hidden: [128], activation: tanh, batch_size: all, epochs: 100, l2: 1e-4,
       optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.9, momentum_form: averaged},
       early_stop: {patience: 5}}
parameters:
  optimizer.learning_rate: [0.005, 0.01, 0.05]
  hidden: [64, 128, none, 203x203, [24, 12]]
)";

TEST(ReadSweep, ReadsTheSketchOfTheLanguage) {
  const Sweep sweep = read_sweep("some/where/good.yaml", kGood);
  EXPECT_EQ(sweep.name, "good");
  EXPECT_EQ(sweep.parts[0].repeats, 5);
  EXPECT_EQ(sweep.metric.name, "validation_loss");
  EXPECT_TRUE(sweep.metric.minimize);
  EXPECT_TRUE(sweep.metric.at_best);
  EXPECT_EQ(sweep.configurations(), 15U);
  EXPECT_EQ(sweep.trials(), 75U);
  const engine::TrainSpec last = sweep.trial(74);
  EXPECT_EQ(last.repeat, 4);
  EXPECT_EQ(last.hidden, (std::vector<int>{24, 12}));
  EXPECT_EQ(last.optimizer.learning_rate, 0.05);
  EXPECT_EQ(last.optimizer.momentum_form, "averaged");
  EXPECT_EQ(last.data.scale.method, "zscore");
  EXPECT_EQ(last.batch_size, 0);
  EXPECT_EQ(last.early_stop.patience, 5);
  EXPECT_TRUE(sweep.trial(2).hidden.empty());
}

TEST(ReadSweep, TakesNameMetricAndGoalFromTheRestWhereTheyAreNotGiven) {
  const Sweep plain = read_sweep("my sweeps/first try.yaml", "mlpsweep: 1\ndata: mnist\n");
  EXPECT_EQ(plain.name, "first-try");
  EXPECT_EQ(plain.metric.name, "train_loss");
  EXPECT_TRUE(plain.metric.minimize);
  EXPECT_EQ(plain.trials(), 1U);
  const Sweep other = read_sweep("a.yaml", R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.1}}
metric: validation_accuracy
)");
  EXPECT_FALSE(other.metric.minimize);
}

TEST(ReadSweep, ReadsNumbersAsYaml12DoesAndSpellsThemOneWay) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
data: mnist
parameters: {l2: [1e-3, .5, 0.10, +2, 1E2, 1e-5]}
)");
  std::string texts;
  for (std::uint64_t i = 0; i < sweep.configurations(); ++i) {
    texts += text_of(sweep.trial(i).l2) + " ";
  }
  EXPECT_EQ(texts, "0.001 0.5 0.1 2 100 1e-5 ");
}

TEST(ReadSweep, ReadsWhatWeightsAndBiasesWrites) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
data: mnist
parameters:
  l2: {values: [0, 0.1]}
  epochs: {value: 3}
  optimizer: {learning_rate: {values: [0.1, 0.2]}}
)");
  EXPECT_EQ(sweep.configurations(), 4U);
  EXPECT_EQ(sweep.trial(3).epochs, 3);
  EXPECT_EQ(sweep.swept_keys(), (std::vector<std::string>{"l2", "optimizer.learning_rate"}));
}

TEST(ReadSweep, ReadsFilesAndRefusesWhatIsNone) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "read_sweep_test";
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "good.yaml").string();
  std::ofstream(file) << kGood;
  EXPECT_EQ(read_sweep_file(file).text, kGood);
  std::ofstream(file) << std::string(2 << 20, '#');
  EXPECT_THROW(static_cast<void>(read_sweep_file(file)), InputError);
  EXPECT_THROW(static_cast<void>(read_sweep_file(folder.string())), InputError);
  EXPECT_THROW(static_cast<void>(read_sweep_file((folder / "none.yaml").string())), InputError);
}

TEST(ReadSweep, ReadsTheExamplesThatShip) {
  EXPECT_EQ(read_sweep_file("sweeps/examples/quickstart.yaml").trials(), 48U);
  EXPECT_EQ(read_sweep_file("sweeps/examples/tiny.yaml").trials(), 12U);
  EXPECT_EQ(read_sweep_file("sweeps/examples/experiments.yaml").trials(), 18U);
  // Its files are the user's to name; any will do here.
  const Sweep own =
      read_sweep_file("sweeps/examples/own-files.yaml",
                      {.overrides = {"data.train=CMakeLists.txt", "data.test=CMakeLists.txt"}});
  EXPECT_EQ(own.configurations(), 6U);
}

/// A change that a hand or a disk could make.
void mutate(std::string& text, std::mt19937& random) {
  static const std::string kBytes = "{}[]:,-&*!|>'\"#%@\n\t x0.e~<";
  const std::size_t at = random() % (text.size() + 1);
  switch (random() % 5) {
    case 0:
      text.insert(at, 1, kBytes[random() % kBytes.size()]);
      break;
    case 1:
      text.erase(at, 1 + random() % 4);
      break;
    case 2:
      text.insert(at, text.substr(random() % (text.size() + 1), random() % 40));
      break;
    case 3:
      if (at < text.size())
        text[at] = kBytes[random() % kBytes.size()];
      break;
    default:
      if (at < text.size())
        text[at] = static_cast<char>(random() % 256);
      break;
  }
}

// Whatever the text: a sweep or an InputError with a place, never a crash or another exception.
TEST(ReadSweep, TakesAnyTextWithoutAnotherEndThanASweepOrAComplaint) {
  std::mt19937 random(20240501);
  int good = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text = kGood;
    for (auto changes = 1 + random() % 2; changes > 0; --changes)
      mutate(text, random);
    try {
      const Sweep sweep = read_sweep("fuzz.yaml", text);
      static_cast<void>(sweep.trial(sweep.trials() - 1));
      ++good;
    } catch (const InputError& error) {
      ASSERT_EQ(std::string(error.what()).substr(0, 10), "fuzz.yaml:") << text;
    }
  }
  EXPECT_GT(good, 100);  // else the mutations would be too wild to pass the syntax
  EXPECT_LT(good, 3900);
}

TEST(ReadSweep, RefusesAnEmptyFile) {
  EXPECT_EQ(complaints_about(""),
            R"(s.yaml:1:1: the file is empty
  expected 'mlpsweep: 1' as the first key)");
}

TEST(ReadSweep, RefusesAFileOfCommentsOnly) {
  EXPECT_EQ(complaints_about(R"(# later
)"),
            R"(s.yaml:1:1: the file is empty
  # later
  ^
  expected 'mlpsweep: 1' as the first key)");
}

TEST(ReadSweep, RefusesAList) {
  EXPECT_EQ(complaints_about(R"(- mlpsweep: 1
)"),
            R"(s.yaml:1:1: a sweep is a mapping, got a list
  - mlpsweep: 1
  ^
  expected 'mlpsweep: 1' as the first key)");
}

TEST(ReadSweep, RefusesWhatIsNoYaml) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
base: {epochs: 3
)"),
            "s.yaml:3:1: this is no YAML: end of map flow not found");
}

TEST(ReadSweep, RefusesAQuoteThatDoesNotEnd) {
  const char* kExpected = "s.yaml:2:7: this quote does not end";
  EXPECT_THAT(complaints_about("mlpsweep: 1\nname: \"good\ndata: mnist\n"), HasSubstr(kExpected));
  EXPECT_THAT(complaints_about("mlpsweep: 1\nname: 'it''s\ndata: mnist\n"), HasSubstr(kExpected));
  EXPECT_THAT(complaints_about("mlpsweep: 1\nname: \"a\\\"b\"\ndata: mnist\n"),
              Not(HasSubstr("does not end")));
}

TEST(ReadSweep, RefusesATabAsIndentation) {
  EXPECT_EQ(complaints_about("mlpsweep: 1\nbase:\n\tepochs: 3\n"),
            "s.yaml:3:8: this is no YAML: illegal map value\n  \tepochs: 3\n  \t      ^\n  tabs "
            "cannot indent in YAML: use spaces");
}

TEST(ReadSweep, RefusesASecondDocument) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
---
mlpsweep: 1
)"),
            R"(s.yaml:4:1: a second document begins here
  mlpsweep: 1
  ^
  expected one sweep a file)");
}

TEST(ReadSweep, RefusesAnchorsAndAliases) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: &shared {epochs: 3}
parameters: *shared
)"),
            R"(s.yaml:3:7: anchors (&name) are not taken
  base: &shared {epochs: 3}
        ^
  write the value out, or use 'base' for what all have in common
s.yaml:4:13: aliases (*name) are not taken
  parameters: *shared
              ^
  write the value out, or use 'base' for what all have in common)");
}

TEST(ReadSweep, RefusesAMapThatHoldsItself) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: &a [*a]
)"),
            R"(s.yaml:3:7: anchors (&name) are not taken
  base: &a [*a]
        ^
  write the value out, or use 'base' for what all have in common
s.yaml:3:11: aliases (*name) are not taken
  base: &a [*a]
            ^
  write the value out, or use 'base' for what all have in common)");
}

TEST(ReadSweep, RefusesMergeKeys) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {<<: {epochs: 3}}
)"),
            R"(s.yaml:3:8: merge keys (<<) are not taken
  base: {<<: {epochs: 3}}
         ^^
  write the settings out, or use 'base' for what all have in common)");
}

TEST(ReadSweep, RefusesTags) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {epochs: !!int 3}
)"),
            R"(s.yaml:3:16: tags (!name) are not taken
  base: {epochs: !!int 3}
                 ^
  the table of keys knows the type of each value)");
}

TEST(ReadSweep, RefusesADuplicateKeyAndNamesBothLines) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base:
  epochs: 3
  l2: 0
  epochs: 4
)"),
            R"(s.yaml:6:3: duplicate key 'epochs'; first in line 4, column 3
    epochs: 4
    ^^^^^^)");
}

TEST(ReadSweep, RefusesAKeyThatIsAMapping) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {{a: b}: 3}
)"),
            R"(s.yaml:3:8: a key must be a word, got a mapping
  base: {{a: b}: 3}
         ^)");
}

TEST(ReadSweep, RefusesDeepNesting) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
)"),
            R"(s.yaml:3:38: nested more than 32 deep
  base: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
                                       ^)");
}

TEST(ReadSweep, PutsCaretsRightAfterLettersOfSeveralBytes) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist}
base: {activation: größe, epochs: 0}
)"),
            R"(s.yaml:3:20: 'activation' must be one of: sigmoid, tanh, relu, got 'größe'
  base: {activation: größe, epochs: 0}
                     ^^^^^
s.yaml:3:35: 'epochs' must be a whole number 1 to 1000000 (passes over the training part), got '0'
  base: {activation: größe, epochs: 0}
                                    ^)");
}

TEST(ReadSweep, ShowsOnlyThePartOfALongLineThatMatters) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, -1, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89]}
)"),
            R"(s.yaml:3:246: 'l2' must be a number >= 0, got '-1'
  ...45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, -1, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83,
                                                                 ^^)");
}

TEST(ReadSweep, TellsAllFaultsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
seed: -1
base: {epochs: 0, learing_rate: 1}
parameters: {l2: []}
)",
                             {"momentum=2"}),
            R"(s.yaml:3:7: 'seed' must be a whole number 0 to 2^64 - 1, got '-1'
  seed: -1
        ^^
s.yaml:4:16: 'epochs' must be a whole number 1 to 1000000 (passes over the training part), got '0'
  base: {epochs: 0, learing_rate: 1}
                 ^
s.yaml:4:19: unknown key 'learing_rate' in 'base'
  base: {epochs: 0, learing_rate: 1}
                    ^^^^^^^^^^^^
  expected one of: data, hidden, activation, output, loss, output_delta, clip, init, batch_size, epochs, l1, l2, penalty_form, bias_step, optimizer, early_stop, train_figures, shuffle, keep_weights
  nearest: optimizer.learning_rate
s.yaml:5:18: 'l2' has no values
  parameters: {l2: []}
                   ^
command line: unknown key 'momentum'
  momentum=2
  ^^^^^^^^
  expected a key of 'mlpsweep keys', or name, seed, repeats, folds, metric.name, metric.goal, metric.at
  nearest: optimizer.momentum)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
