#include "results/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "sample_record.h"
#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(KeyNames, AFullNameWinsOverTheLastPartOfAnother) {
  std::vector<Record> records = {make_record({})};
  change_settings(records[0], [](auto& settings) {
    settings.push_back({"old.hidden", std::string("7")});
  });
  Complaints complaints;
  EXPECT_EQ(KeyNames(records).resolve("hidden", "rows", complaints), "hidden");
  EXPECT_NO_THROW(complaints.throw_if_any());
}

TEST(KeyNames, KnowsKeysThatOnlyARecordHas) {
  std::vector<Record> records = {make_record({})};
  change_settings(records[0], [](auto& settings) {
    settings.push_back({"later.warmup", std::int64_t{3}});
  });
  Complaints complaints;
  EXPECT_EQ(KeyNames(records).resolve("warmup", "rows", complaints), "later.warmup");
}

TEST(KeyNames, HeadingsAreShortOnlyWhereTheyAreClear) {
  const KeyNames names({});
  EXPECT_EQ(names.heading("optimizer.learning_rate"), "learning_rate");
  EXPECT_EQ(names.heading("data.split.train"), "data.split.train");  // there is data.train as well
  EXPECT_EQ(names.heading("optimizer.name"), "optimizer.name");      // a sweep has a name, too
}

TEST(Select, FiltersByStateAndRepeat) {
  std::vector<Record> records = sample_grid();
  records[5] = make_unfinished({0.01, "relu", 1}, engine::State::kDiverged, "train_loss is nan");
  Complaints complaints;
  const std::vector<std::pair<std::string, std::string>> where = {{"state", "diverged"},
                                                                  {"repeat", "1"}};
  const std::vector<Filter> filters = read_filters(KeyNames(records), where, complaints);
  EXPECT_THAT(select(records, filters), ElementsAre(&records[5]));
}

TEST(Select, AKeyThatIsNamedTwiceMayHaveEitherValue) {
  const std::vector<Record> records = sample_grid();
  Complaints complaints;
  const std::vector<std::pair<std::string, std::string>> where = {
      {"learning_rate", "0.05"}, {"repeat", "1"}, {"optimizer.learning_rate", "1e-2"}};
  const std::vector<Filter> filters = read_filters(KeyNames(records), where, complaints);
  EXPECT_EQ(select(records, filters).size(), 4U);
  EXPECT_EQ(notes_on_absent(grid_info(), 12, 4, filters).front(),
            "Only trials with optimizer.learning_rate = 0.05 or 0.01, repeat = 1: 4 of 12.");
}

TEST(Select, AValueThatTheKeyCannotHaveIsRefused) {
  Complaints complaints;
  const std::vector<std::pair<std::string, std::string>> where = {{"learning_rate", "-1"}};
  (void)read_filters(KeyNames({}), where, complaints);
  EXPECT_THAT(message_of<InputError>([&] { complaints.throw_if_any(); }),
              HasSubstr("where: 'optimizer.learning_rate' must be a number > 0"));
}

TEST(ValueOf, ALargeSeedIsNotNegative) {
  Record record = make_record({});
  record.seed = UINT64_MAX;
  EXPECT_EQ(sweeps::text_of(value_of(record, "seed")), "18446744073709551615");
}

TEST(MetricFigure, AtBestReadsTheBestEpoch) {
  SweepInfo info = grid_info();
  EXPECT_EQ(metric_figure(info), "best_validation_loss");
  info.at_best = false;
  EXPECT_EQ(metric_figure(info), "validation_loss");
  info.at_best = true;
  info.metric = "test_accuracy";
  EXPECT_EQ(metric_figure(info), "test_accuracy");
}

TEST(ValidationFigure, IsLossOrAccuracyOfTheValidationPartOnly) {
  EXPECT_TRUE(is_validation_figure("validation_accuracy"));
  EXPECT_TRUE(is_validation_figure("best_validation_loss"));
  EXPECT_FALSE(is_validation_figure("best_train_loss"));
  EXPECT_FALSE(is_validation_figure("test_loss"));
}

TEST(FiguresToShow, AreTheMetricItsAccuracyAndTheTestAccuracy) {
  Complaints complaints;
  EXPECT_THAT(figures_to_show(grid_info(), sample_grid(), {}, complaints),
              ElementsAre("best_validation_loss", "best_validation_accuracy", "test_accuracy"));
}

}  // namespace
}  // namespace mlpsweep::results
