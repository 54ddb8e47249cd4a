#include "sweeps/outline.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(Outline, RefusesAMissingSchemaVersion) {
  EXPECT_EQ(complaints_about(R"(data: {set: mnist}
)"),
            R"(s.yaml:1:1: no schema version
  data: {set: mnist}
  ^
  expected 'mlpsweep: 1' as the first key)");
}

TEST(Outline, RefusesAnotherSchemaVersionAndReadsNoFurther) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 2
nonsense: 1
)"),
            R"(s.yaml:1:1: no data are named
  mlpsweep: 2
  ^
  expected data: {set: NAME} or data: {train: FILE, test: FILE}
s.yaml:1:11: this program reads schema version 1, got '2'
  mlpsweep: 2
            ^)");
}

TEST(Outline, RefusesASchemaVersionThatIsNotFirst) {
  EXPECT_EQ(complaints_about(R"(data: {set: mnist}
mlpsweep: 1
)"),
            R"(s.yaml:2:1: the schema version must come first
  mlpsweep: 1
  ^^^^^^^^
  expected 'mlpsweep: 1' before 'data' in line 1)");
}

TEST(Outline, RefusesAnUnknownSection) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parametres: {l2: [0, 1]}
)"),
            R"(s.yaml:3:1: unknown key 'parametres'
  parametres: {l2: [0, 1]}
  ^^^^^^^^^^
  expected one of: mlpsweep, name, metric, seed, strategy, experiments, data, repeats, folds, base, parameters, zip, exclude, readings, derived, expected, gradcheck, figures, claims, same, tables, matters
  nearest: parameters)");
}

TEST(Outline, RefusesASettingInPlaceOfASection) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
epochs: 3
)"),
            R"(s.yaml:3:1: 'epochs' is a setting, not a section
  epochs: 3
  ^^^^^^
  settings belong in 'base' or 'parameters')");
}

TEST(Outline, RefusesExperimentsThatAreNone) {
  const std::string head = "mlpsweep: 1\ndata: {set: mnist, split: {validation: 0.2}}\n";
  EXPECT_EQ(complaints_about(head + "experiments: []\n"),
            R"(s.yaml:3:14: 'experiments' must be a mapping of named experiments, got a list
  experiments: []
               ^)");
  EXPECT_EQ(complaints_about(head + "experiments: {}\n"),
            R"(s.yaml:3:14: 'experiments' must be a mapping of named experiments, got an empty one
  experiments: {}
               ^)");
  EXPECT_EQ(
      complaints_about(head + R"(experiments:
  a.b: {}
  c: rates
  d:
  e: {epochs: 3, parameter: {l2: 0}, repeats: 0}
)"),
      R"(s.yaml:4:3: the name of an experiment must be 1 to 100 letters, digits, '-' or '_', got 'a.b'
    a.b: {}
    ^^^
s.yaml:5:6: experiment 'c' must be a mapping, got 'rates'
    c: rates
       ^^^^^
  write {} for one that only inherits
s.yaml:6:3: experiment 'd' must be a mapping, got nothing
    d:
    ^
  write {} for one that only inherits
s.yaml:7:7: 'epochs' is a setting, not a section
    e: {epochs: 3, parameter: {l2: 0}, repeats: 0}
        ^^^^^^
  settings belong in 'base' or 'parameters'
s.yaml:7:18: unknown key 'parameter' in 'experiments: e'
    e: {epochs: 3, parameter: {l2: 0}, repeats: 0}
                   ^^^^^^^^^
  expected one of: data, repeats, folds, base, parameters, zip, exclude, readings, from, expected, gradcheck, figures, claims, tables
  nearest: parameters
s.yaml:7:47: 'repeats' must be a whole number 1 to 1000000, got '0'
    e: {epochs: 3, parameter: {l2: 0}, repeats: 0}
                                                ^)");
}

Node scalar(const std::string& text) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.text = text;
  return node;
}

Node mapping(const std::vector<std::pair<std::string, Node>>& entries) {
  Node node;
  node.kind = Node::Kind::kMap;
  for (const auto& [key, value] : entries) {
    node.keys.push_back(scalar(key));
    node.items.push_back(value);
  }
  return node;
}

TEST(Outline, KeepsWhatQuotesAReportForItsOwnReader) {
  Diagnostics diagnostics("s.yaml", "");
  const Node root = mapping(
      {{"mlpsweep", scalar("1")},
       {"claims", scalar("c")},
       {"experiments",
        mapping({{"rates", mapping({{"expected", scalar("e")}, {"figures", scalar("f")}})}})}});
  const Outline outline = read_outline(root, diagnostics);
  EXPECT_FALSE(diagnostics.any());
  ASSERT_EQ(outline.report.size(), 3U);
  EXPECT_EQ(outline.report[0].name, "claims");
  EXPECT_EQ(outline.report[0].experiment, "");
  EXPECT_EQ(outline.report[1].name, "expected");
  EXPECT_EQ(outline.report[1].experiment, "rates");
  EXPECT_EQ(outline.report[1].value.text, "e");
  EXPECT_EQ(outline.report[2].key.text, "figures");
}

TEST(Outline, RefusesASectionWithoutValue) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base:
repeats: 3
)"),
            R"(s.yaml:3:1: 'base' has no value
  base:
  ^^^^)");
}

TEST(Outline, RefusesABaseThatIsAList) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: [epochs, 3]
)"),
            R"(s.yaml:3:7: 'base' must be a mapping, got a list
  base: [epochs, 3]
        ^)");
}

TEST(Outline, RefusesParametersThatAreAScalar) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: all
)"),
            R"(s.yaml:3:13: 'parameters' must be a mapping or a list of mappings, got 'all'
  parameters: all
              ^^^)");
}

TEST(Outline, RefusesAUnionOfOtherThanMappings) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: [l2, {l1: [0, 1]}]
)"),
            R"(s.yaml:3:14: each entry of 'parameters' must be a mapping, got 'l2'
  parameters: [l2, {l1: [0, 1]}]
               ^^)");
}

TEST(Outline, RefusesANameThatIsNoDirectory) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
name: ../mine
)"),
      R"(s.yaml:3:7: 'name' must be 1 to 100 letters, digits, '-', '_' or '.' (it names a directory), got '../mine'
  name: ../mine
        ^^^^^^^)");
}

TEST(Outline, RefusesASeedThatIsNegative) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
seed: -1
)"),
            R"(s.yaml:3:7: 'seed' must be a whole number 0 to 2^64 - 1, got '-1'
  seed: -1
        ^^)");
}

TEST(Outline, RefusesRepeatsThatAreNoWholeNumber) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
repeats: 2.5
)"),
            R"(s.yaml:3:10: 'repeats' must be a whole number 1 to 1000000, got '2.5'
  repeats: 2.5
           ^^^)");
}

TEST(Outline, RefusesAMetricThatIsNotThere) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
metric: {name: validation_los}
)"),
      R"(s.yaml:3:16: 'metric.name' must be one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, test_loss, test_accuracy, got 'validation_los'
  metric: {name: validation_los}
                 ^^^^^^^^^^^^^^
  nearest: validation_loss)");
}

TEST(Outline, RefusesAnUnknownGoalAndAnUnknownKeyOfMetric) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
metric: {name: train_loss, goal: minimise, att: best}
)"),
            R"(s.yaml:3:34: 'metric.goal' must be one of: minimize, maximize, got 'minimise'
  metric: {name: train_loss, goal: minimise, att: best}
                                   ^^^^^^^^
  nearest: minimize
s.yaml:3:44: unknown key 'att' in 'metric'
  metric: {name: train_loss, goal: minimise, att: best}
                                             ^^^
  expected one of: name, goal, at
  nearest: at)");
}

TEST(Outline, RefusesAnotherStrategy) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
strategy: random
)"),
            R"(s.yaml:3:11: 'strategy' must be one of: grid, got 'random'
  strategy: random
            ^^^^^^)");
}

TEST(Outline, RefusesASettingInBaseAndInData) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {data.split.validation: 0.3}
)"),
            R"(s.yaml:3:8: 'data.split.validation' is given twice; first in line 2
  base: {data.split.validation: 0.3}
         ^^^^^^^^^^^^^^^^^^^^^)");
}

TEST(Outline, RefusesAnEmptyExclusion) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
exclude: [{}]
)"),
            R"(s.yaml:3:11: an empty entry of 'exclude' would leave out everything
  exclude: [{}]
            ^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
