#include "sweeps/given.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(Given, RefusesAnUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {epoch: 3}
)"),
            R"(s.yaml:3:8: unknown key 'epoch' in 'base'
  base: {epoch: 3}
         ^^^^^
  expected one of: data, hidden, activation, output, loss, output_delta, clip, init, batch_size, epochs, l1, l2, penalty_form, bias_step, optimizer, early_stop, train_figures, shuffle, keep_weights
  nearest: epochs)");
}

TEST(Given, FindsTheGroupOfAKeyThatStandsOutsideIt) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {learning_rate: 0.1}
)"),
            R"(s.yaml:3:8: unknown key 'learning_rate' in 'base'
  base: {learning_rate: 0.1}
         ^^^^^^^^^^^^^
  expected one of: data, hidden, activation, output, loss, output_delta, clip, init, batch_size, epochs, l1, l2, penalty_form, bias_step, optimizer, early_stop, train_figures, shuffle, keep_weights
  nearest: optimizer.learning_rate)");
}

TEST(Given, RefusesAnUnknownKeyOfAGroup) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {optimizer: {moment: 0.9}}
)"),
            R"(s.yaml:3:20: unknown key 'moment' in 'base: optimizer'
  base: {optimizer: {moment: 0.9}}
                     ^^^^^^
  expected one of: name, learning_rate, momentum, momentum_form
  nearest: momentum)");
}

TEST(Given, NamesNothingThatIsFarAway) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {zzzzzzzz: 1}
)"),
            R"(s.yaml:3:8: unknown key 'zzzzzzzz' in 'base'
  base: {zzzzzzzz: 1}
         ^^^^^^^^
  expected one of: data, hidden, activation, output, loss, output_delta, clip, init, batch_size, epochs, l1, l2, penalty_form, bias_step, optimizer, early_stop, train_figures, shuffle, keep_weights)");
}

TEST(Given, RefusesASettingOfALaterVersion) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist}
base: {schedule: cosine}
)"),
            R"(s.yaml:3:8: 'schedule' is not in this version
  base: {schedule: cosine}
         ^^^^^^^^)");
}

TEST(Given, ReadsAListOfLabelsAsOneValue) {
  const Sweep sweep = read_sweep("s.yaml", R"(mlpsweep: 1
data: {set: mnist, classes: ["7", 8]}
)");
  EXPECT_EQ(sweep.trial(0).data.classes, (std::vector<std::string>{"7", "8"}));
  const Sweep axis = read_sweep("s.yaml", R"(mlpsweep: 1
data: {set: mnist}
parameters: {data.classes: [[7, 8], "1,5"]}
)");
  EXPECT_EQ(axis.trials(), 2U);
  EXPECT_EQ(axis.trial(1).data.classes, (std::vector<std::string>{"1", "5"}));
}

TEST(Given, RefusesListsOfLabelsThatAreNone) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, classes: [7, 7]}
)"),
      R"(s.yaml:2:29: 'data.classes' must be two labels or more such as [7, 8], each once, or all; in 'parameters' a list of such lists, got '7,7'
  data: {set: mnist, classes: [7, 7]}
                              ^)");
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, classes: ["7,8", 9]}
)"),
            R"(s.yaml:2:30: 'data.classes' must hold labels, without commas in them, got '7,8'
  data: {set: mnist, classes: ["7,8", 9]}
                               ^^^^^)");
}

TEST(Given, RefusesAnUnknownDataSet) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: fashon-mnist}
)"),
      R"(s.yaml:2:13: 'data.set' must be one of: fashion-mnist, mnist, kmnist, sign-digits, got 'fashon-mnist'
  data: {set: fashon-mnist}
              ^^^^^^^^^^^^
  nearest: fashion-mnist)");
}

TEST(Given, RefusesTextForANumber) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: small}
)"),
            R"(s.yaml:3:12: 'l2' must be a number >= 0, got 'small'
  base: {l2: small}
             ^^^^^)");
}

TEST(Given, RefusesANumberOutOfRange) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {optimizer: {learning_rate: 0, momentum: 1}}
)"),
            R"(s.yaml:3:35: 'optimizer.learning_rate' must be a number > 0 (per step), got '0'
  base: {optimizer: {learning_rate: 0, momentum: 1}}
                                    ^
s.yaml:3:48: 'optimizer.momentum' must be a number >= 0 and < 1, got '1'
  base: {optimizer: {learning_rate: 0, momentum: 1}}
                                                 ^)");
}

TEST(Given, RefusesNotANumber) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: .nan}
)"),
            R"(s.yaml:3:12: 'l2' must be a number >= 0, got '.nan'
  base: {l2: .nan}
             ^^^^
  only finite numbers are taken)");
}

TEST(Given, RefusesInfinity) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {optimizer.learning_rate: .inf}
)"),
            R"(s.yaml:3:33: 'optimizer.learning_rate' must be a number > 0 (per step), got '.inf'
  base: {optimizer.learning_rate: .inf}
                                  ^^^^
  only finite numbers are taken)");
}

TEST(Given, RefusesANumberTooSmallForADouble) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: 1e-400}
)"),
            R"(s.yaml:3:12: 'l2' must be a number >= 0, got '1e-400'
  base: {l2: 1e-400}
             ^^^^^^
  this is too large or too small for a 64-bit number)");
}

TEST(Given, RefusesWhatLooksOctal) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {epochs: 010}
)"),
      R"(s.yaml:3:16: 'epochs' must be a whole number 1 to 1000000 (passes over the training part), got '010'
  base: {epochs: 010}
                 ^^^
  a leading zero can be read as octal: write it without)");
}

TEST(Given, RefusesHexadecimal) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {batch_size: 0x10}
)"),
            R"(s.yaml:3:20: 'batch_size' must be a whole number >= 1 or all (rows), got '0x10'
  base: {batch_size: 0x10}
                     ^^^^
  only decimal numbers are taken)");
}

TEST(Given, RefusesAQuotedNumber) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {epochs: "5"}
)"),
            R"(s.yaml:3:16: 'epochs' must be a whole number, got a text in quotes
  base: {epochs: "5"}
                 ^^^
  write it without quotes)");
}

TEST(Given, RefusesADecimalComma) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base:
  l2: 0,1
)"),
            R"(s.yaml:4:7: 'l2' must be a number >= 0, got '0,1'
    l2: 0,1
        ^^^
  a point, not a comma, parts the decimals)");
}

TEST(Given, RefusesAFractionForAWholeNumber) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {epochs: 2.5}
)"),
      R"(s.yaml:3:16: 'epochs' must be a whole number 1 to 1000000 (passes over the training part), got '2.5'
  base: {epochs: 2.5}
                 ^^^)");
}

TEST(Given, RefusesYesForTrue) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {stratify: yes}}
)"),
            R"(s.yaml:2:38: 'data.split.stratify' must be true or false, got 'yes'
  data: {set: mnist, split: {stratify: yes}}
                                       ^^^)");
}

TEST(Given, RefusesAnUnknownWord) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {activation: rleu}
)"),
            R"(s.yaml:3:20: 'activation' must be one of: sigmoid, tanh, relu, got 'rleu'
  base: {activation: rleu}
                     ^^^^
  nearest: relu)");
}

TEST(Given, RefusesAListInBase) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: [0, 1]}
)"),
            R"(s.yaml:3:12: 'l2' must be one value, got a list
  base: {l2: [0, 1]}
             ^
  lists of values belong in 'parameters')");
}

TEST(Given, RefusesAMappingForAValue) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: {start: 0}}
)"),
            R"(s.yaml:3:12: 'l2' must be one value, got a mapping
  base: {l2: {start: 0}}
             ^)");
}

TEST(Given, RefusesAValueForAGroupWithoutShortForm) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: 0.2}
)"),
            R"(s.yaml:2:20: 'data.split' must be a mapping, got '0.2'
  data: {set: mnist, split: 0.2}
                     ^^^^^
  expected one of: train, validation, test, stratify)");
}

TEST(Given, RefusesAKeyWithoutValue) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base:
  epochs:
  l2: 0
)"),
            R"(s.yaml:4:3: 'epochs' has no value
    epochs:
    ^^^^^^)");
}

TEST(Given, RefusesAnAxisWithoutValues) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: [], hidden: []}
)"),
            R"(s.yaml:3:18: 'l2' has no values
  parameters: {l2: [], hidden: []}
                   ^
s.yaml:3:30: 'hidden' has no values
  parameters: {l2: [], hidden: []}
                               ^
  write none or [[]] for no hidden layer)");
}

TEST(Given, RefusesAValueTwiceOnAnAxisInAnySpelling) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: [0.1, 1, 1e-1]}
)"),
            R"(s.yaml:3:27: 'l2' has the value 0.1 twice; first in line 3, column 19
  parameters: {l2: [0.1, 1, 1e-1]}
                            ^^^^)");
}

TEST(Given, RefusesATopologyWithAnEmptyLayer) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {hidden: [64, 0, [24, 0], [[3]], 12x]}
)"),
      R"(s.yaml:3:27: 'hidden' must be a topology such as 128, 203x203, [24, 12] or none, of at most 64 layers with 1 to 65536 units each, got '0'
  parameters: {hidden: [64, 0, [24, 0], [[3]], 12x]}
                            ^
s.yaml:3:30: 'hidden' must be a topology such as 128, 203x203, [24, 12] or none, of at most 64 layers with 1 to 65536 units each, got '24x0'
  parameters: {hidden: [64, 0, [24, 0], [[3]], 12x]}
                               ^
s.yaml:3:40: units of a layer must be a whole number 1 to 65536, got a list
  parameters: {hidden: [64, 0, [24, 0], [[3]], 12x]}
                                         ^
s.yaml:3:46: 'hidden' must be a topology such as 128, 203x203, [24, 12] or none, of at most 64 layers with 1 to 65536 units each, got '12x'
  parameters: {hidden: [64, 0, [24, 0], [[3]], 12x]}
                                               ^^^)");
}

TEST(Given, RefusesAMappingThatIsNeitherValueNorValues) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {l2: {min: 0, max: 1}}
)"),
            R"(s.yaml:3:18: 'l2' must be a value, a list of values, {values: [...]} or {value: ...}
  parameters: {l2: {min: 0, max: 1}}
                   ^)");
}

TEST(Given, RefusesOneKeyNestedAndDotted) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {optimizer.momentum: 0.5, optimizer: {momentum: 0.9}}
)"),
            R"(s.yaml:3:45: 'optimizer.momentum' is given twice in 'base'; first in line 3
  base: {optimizer.momentum: 0.5, optimizer: {momentum: 0.9}}
                                              ^^^^^^^^)");
}

TEST(Given, RefusesAPartThatIsNeitherShareNorRows) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 1.5}}
)"),
      R"(s.yaml:2:40: 'data.split.validation' must be a share between 0 and 1, a whole number of rows, or none, got '1.5'
  data: {set: mnist, split: {validation: 1.5}}
                                         ^^^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
