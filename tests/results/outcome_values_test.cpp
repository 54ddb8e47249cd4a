#include "results/outcome_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

using testing::ElementsAre;

Configuration with(std::vector<sweeps::Setting> settings) {
  Configuration configuration;
  configuration.settings = std::move(settings);
  return configuration;
}

TEST(Where, AsksForOneOfTheTextsOfEveryKey) {
  const Configuration configuration = with({{"l2", 0.001}, {"hidden", std::string("64")}});
  EXPECT_TRUE(matches(configuration, {}));
  EXPECT_TRUE(matches(configuration, {{"l2", {"0.001", "1e-06"}}, {"hidden", {"64"}}}));
  EXPECT_FALSE(matches(configuration, {{"l2", {"0.001"}}, {"hidden", {"128"}}}));
  EXPECT_FALSE(matches(configuration, {{"l1", {"0"}}}));
}

TEST(Parts, OfAReadingFallBackToTheJudgedOne) {
  OutcomeSamples samples;
  samples.part("rates", "l2");
  samples.part("rates", "l2", "bias: as_printed");
  samples.part("others", "l2");
  const PartsOfReading parts(samples.input.parts, "bias: as_printed");
  EXPECT_EQ(parts.find("rates")->reading, "bias: as_printed");
  EXPECT_EQ(parts.find("others")->reading, "");
  EXPECT_EQ(parts.find("none"), nullptr);
}

TEST(Aligned, KeepsTheRepeatsThatAllHave) {
  const ValueByRepeat a = {{{1, 0}, 10}, {{1, 1}, 11}, {{1, 2}, 12}};
  const ValueByRepeat b = {{{1, 1}, 21}, {{1, 2}, 22}, {{2, 0}, 20}};
  EXPECT_THAT(aligned(std::vector<ValueByRepeat>{a, b}),
              ElementsAre(ElementsAre(11, 12), ElementsAre(21, 22)));
}

TEST(DifferInData, IsAskedOfImagesAndSplitsNotOfScaling) {
  const Configuration base = with({{"data.classes", std::string("7,8")},
                                   {"data.scale.method", std::string("unit")},
                                   {"data.monitor", std::string("test")}});
  Configuration other = base;
  other.settings[1].value = std::string("zscore");
  other.settings[2].value = std::string("validation");
  other.settings.push_back({"hidden", std::string("64")});
  EXPECT_FALSE(differ_in_data(base, other));
  other.settings[0].value = std::string("1,5");
  EXPECT_TRUE(differ_in_data(base, other));
  // A key that only one of them has differs, whichever is asked first.
  Configuration pooled = base;
  pooled.settings.push_back({"data.pool", true});
  EXPECT_TRUE(differ_in_data(base, pooled));
  EXPECT_TRUE(differ_in_data(pooled, base));
}

TEST(OwnTestPart, IsThereUnlessTheTestImagesAreDrawn) {
  EXPECT_TRUE(has_own_test_part(with({})));
  EXPECT_TRUE(has_own_test_part(with({{"data.split.test", std::string("own")}})));
  EXPECT_FALSE(has_own_test_part(with({{"data.split.test", 0.2}})));
  EXPECT_FALSE(
      has_own_test_part(with({{"data.split.test", std::string("own")}, {"data.pool", true}})));
}

std::vector<std::vector<std::string>> names(const PartRecords& part,
                                            const std::vector<Configurations>& groups) {
  std::vector<std::vector<std::string>> texts;
  for (const Configurations& group : groups) {
    std::vector<std::string>& row = texts.emplace_back();
    for (const Configuration* configuration : group) {
      row.push_back(name_of(part, *configuration));
    }
  }
  return texts;
}

TEST(GroupsAlong, ShareTheOtherKeys) {
  PartRecords part;
  part.swept = {"optimizer.learning_rate", "hidden"};
  for (const double rate : {0.1, 0.01}) {
    for (const char* hidden : {"64", "128"}) {
      part.configurations.push_back(
          with({{"optimizer.learning_rate", rate}, {"hidden", std::string(hidden)}}));
    }
  }
  const Configurations all = matching(part, {});
  const std::vector<std::string> along = {"optimizer.learning_rate"};
  EXPECT_THAT(
      names(part, groups_along(part, all, along, {})),
      ElementsAre(ElementsAre("learning_rate 0.01, hidden 64", "learning_rate 0.1, hidden 64"),
                  ElementsAre("learning_rate 0.01, hidden 128", "learning_rate 0.1, hidden 128")));
  EXPECT_EQ(groups_along(part, all, {}, {}).size(), 1U);
}

TEST(GroupsAlong, OfAKeyThatMovesWithAnotherAreOneGroup) {
  PartRecords part;
  part.swept = {"hidden", "epochs"};
  part.configurations = {with({{"hidden", std::string("64")}, {"epochs", std::int64_t{10}}}),
                         with({{"hidden", std::string("128")}, {"epochs", std::int64_t{20}}})};
  const std::vector<std::string> along = {"hidden"};
  EXPECT_THAT(names(part, groups_along(part, matching(part, {}), along, {})),
              ElementsAre(ElementsAre("hidden 64, epochs 10", "hidden 128, epochs 20")));
}

TEST(ValuesOf, ARepeatHasOneWhenAllOfItsFoldsAreComplete) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  // Two folds a repeat; the second of repeat 1 has diverged, that of repeat 2 is not there.
  const Configuration& configuration = samples.add(
      part, std::string("64"), {0.8, 0.9, 0.5, 0.5, 0.5}, [](Record& record, std::size_t trial) {
        record.repeat = static_cast<int>(trial / 2);
        record.fold = static_cast<int>(trial % 2);
        record.folds = 2;
        record.result.state = trial == 3 ? engine::State::kDiverged : engine::State::kComplete;
      });
  const ValueByRepeat values =
      values_of(configuration, [](const Record& record) { return record.result.test_accuracy; });
  ASSERT_EQ(values.size(), 1U);
  EXPECT_NEAR(values.at({1, 0}), 0.85, 1e-12);
  EXPECT_EQ(count_partial_repeats(configuration), 2U);
}

}  // namespace
}  // namespace mlpsweep::results
