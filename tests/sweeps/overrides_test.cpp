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
  expected a key of 'mlpsweep keys', or name, seed, repeats, metric.name, metric.goal, metric.at
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

}  // namespace
}  // namespace mlpsweep::sweeps
