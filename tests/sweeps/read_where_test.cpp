#include "sweeps/read_where.h"

#include <gtest/gtest.h>

#include "tests/sweeps/report_texts.h"

namespace mlpsweep::sweeps {
namespace {

using Texts = std::vector<std::string>;

Where where_of(const std::string& map) {
  const Report report =
      report_in(with_experiments("claims:\n- {at_most: 1, metric: test_loss, in: nets, "
                                 "where: " +
                                 map + "}\n"));
  return report.claims.at(0).where;
}

TEST(Where, GivesTheOneSpellingOfKeysAndValues) {
  EXPECT_EQ(where_of("{hidden: [[203, 203], 64]}"), (Where{{"hidden", {"203x203", "64"}}}));
  EXPECT_EQ(where_of("{hidden: 203x203, activation: relu}"),
            (Where{{"hidden", {"203x203"}}, {"activation", {"relu"}}}));
  EXPECT_EQ(where_of("{optimizer: {learning_rate: 1e-2}}"),
            (Where{{"optimizer.learning_rate", {"0.01"}}}));
  EXPECT_EQ(where_of("{}"), Where{});
}

TEST(Where, TakesSettingsThatNothingSweeps) {
  EXPECT_EQ(where_of("{epochs: 9, batch_size: 128}"),
            (Where{{"epochs", {"9"}}, {"batch_size", {"128"}}}));
}

TEST(Where, NamesTheWholeTrainingPartByItsWord) {
  const Report report = report_in(whole_spec(
      "base: {batch_size: all}\nclaims: [{at_most: 1, metric: "
      "test_loss, where: {batch_size: all}}]\n"));
  EXPECT_EQ(report.claims.at(0).where, (Where{{"batch_size", {"all"}}}));
}

KnownExperiment two_blocks() {
  KnownExperiment experiment;
  experiment.base.l1 = 0.25;
  experiment.blocks = {
      {{{"l1", "0"}}, {{{"l2"}, {{"0.001"}, {"1e-06"}}}}},
      {{}, {{{"epochs", "batch_size"}, {{"1", "32"}, {"2", "64"}}}}},
  };
  return experiment;
}

TEST(Where, KnowsTheValuesOfEveryBlockOfAUnion) {
  EXPECT_EQ(texts_in(two_blocks(), "l2"), (Texts{"0.001", "1e-06", "0"}));
  EXPECT_EQ(texts_in(two_blocks(), "l1"), (Texts{"0", "0.25"}));
  EXPECT_EQ(texts_in(two_blocks(), "activation"), Texts{"tanh"});
}

TEST(Where, FindsCombinationsWithinOneBlockAndOneStepOnly) {
  EXPECT_TRUE(any_configuration(two_blocks(), {{"l1", {"0"}}, {"l2", {"0.001"}}}));
  EXPECT_FALSE(any_configuration(two_blocks(), {{"l1", {"0.25"}}, {"l2", {"0.001"}}}));
  EXPECT_TRUE(any_configuration(two_blocks(), {{"epochs", {"1", "2"}}, {"batch_size", {"64"}}}));
  EXPECT_FALSE(any_configuration(two_blocks(), {{"epochs", {"1"}}, {"batch_size", {"64"}}}));
}

TEST(Where, HoldsNothingAgainstAKeyThatIsOpen) {
  KnownExperiment experiment = two_blocks();
  experiment.open = {"l1", "activation"};
  EXPECT_TRUE(any_configuration(experiment, {{"l1", {"77"}}, {"l2", {"0.001"}}}));
  Diagnostics diagnostics{"s.yaml", ""};
  EXPECT_TRUE(check_value(experiment, "l1", "77", {}, diagnostics));
  EXPECT_TRUE(check_swept(experiment, "activation", "along", {}, diagnostics));
  EXPECT_FALSE(diagnostics.any());
  EXPECT_FALSE(check_value(experiment, "l2", "77", {}, diagnostics));
  EXPECT_FALSE(check_swept(experiment, "output", "along", {}, diagnostics));
  EXPECT_TRUE(diagnostics.any());
}

TEST(Where, RefusesAnUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: rates, where: {optimizer: {momentm: 0.9}}}
)"),
            R"(s.yaml:6:66: unknown key 'momentm' in 'where: optimizer'
  - {at_most: 1, metric: test_loss, in: rates, where: {optimizer: {momentm: 0.9}}}
                                                                   ^^^^^^^
  expected one of: name, learning_rate, momentum, momentum_form
  nearest: momentum)");
}

TEST(Where, RefusesAValueThatNoConfigurationHasAndNamesTheNearestInSize) {
  EXPECT_EQ(
      faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: rates, where: {optimizer.learning_rate: 0.04}}
)"),
      R"(s.yaml:6:79: no configuration of experiment 'rates' has optimizer.learning_rate = 0.04
  - {at_most: 1, metric: test_loss, in: rates, where: {optimizer.learning_rate: 0.04}}
                                                                                ^^^^
  expected one of: 0.005, 0.05, 0.01
  nearest: 0.05)");
}

TEST(Where, RefusesATopologyThatNoConfigurationHasAndNamesTheNearestInSpelling) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: nets, where: {hidden: 203x204}}
)"),
            R"(s.yaml:6:61: no configuration of experiment 'nets' has hidden = 203x204
  - {at_most: 1, metric: test_loss, in: nets, where: {hidden: 203x204}}
                                                              ^^^^^^^
  expected one of: 64, 203x203
  nearest: 203x203)");
}

TEST(Where, RefusesAnIllegalValueOnce) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: rates, where: {optimizer.learning_rate: -1}}
)"),
            R"(s.yaml:6:79: 'optimizer.learning_rate' must be a number > 0 (per step), got '-1'
  - {at_most: 1, metric: test_loss, in: rates, where: {optimizer.learning_rate: -1}}
                                                                                ^^)");
}

TEST(Where, RefusesAnotherValueOfASettingThatNothingSweeps) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: rates, where: {epochs: 10}}
)"),
            R"(s.yaml:6:62: no configuration of experiment 'rates' has epochs = 10
  - {at_most: 1, metric: test_loss, in: rates, where: {epochs: 10}}
                                                               ^^
  expected one of: 9)");
}

TEST(Where, RefusesWhatIsNoMapping) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: rates, where: 0.05}
)"),
            R"(s.yaml:6:53: 'where' must be a mapping of settings, got '0.05'
  - {at_most: 1, metric: test_loss, in: rates, where: 0.05}
                                                      ^^^^)");
}

TEST(Where, RefusesACombinationThatNoConfigurationHas) {
  EXPECT_EQ(faults_in(R"(parameters:
- {l1: 0, l2: [1e-3, 1e-6]}
- {l1: [1e-3, 1e-6], l2: 0}
claims:
- {at_most: 1, metric: test_loss, where: {l1: 1e-3, l2: 1e-3}}
)"),
            R"(s.yaml:6:42: no configuration of this spec has all of 'where' at once
  - {at_most: 1, metric: test_loss, where: {l1: 1e-3, l2: 1e-3}}
                                           ^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
