#include "runner/table_presets.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "runner/commands.h"
#include "runner/load_results.h"
#include "runner/tables.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

sweeps::TablePreset nets() {
  return {.name = "nets",
          .experiment = "nets",
          .rows = {"hidden", "optimizer.learning_rate"},
          .columns = {"activation"},
          .values = {"test_accuracy"},
          .where = {{"hidden", {"3", "7"}}, {"l2", {"0"}}},
          .percent = true};
}

TEST(PresetOptions, AreThePresetsWhereNothingWasTyped) {
  const results::TableOptions options = options_on(nets(), {}, std::nullopt);
  EXPECT_THAT(options.rows, ElementsAre("hidden", "optimizer.learning_rate"));
  EXPECT_THAT(options.columns, ElementsAre("activation"));
  EXPECT_THAT(options.values, ElementsAre("test_accuracy"));
  EXPECT_THAT(options.where,
              ElementsAre(Pair("hidden", "3"), Pair("hidden", "7"), Pair("l2", "0")));
  EXPECT_TRUE(options.percent);
}

TEST(PresetOptions, GiveWayToWhatWasTyped) {
  const results::TableOptions options =
      options_on(nets(), {.rows = {"epochs"}, .columns = {"l2"}, .values = {"test_loss"}}, false);
  EXPECT_THAT(options.rows, ElementsAre("epochs"));
  EXPECT_THAT(options.columns, ElementsAre("l2"));
  EXPECT_THAT(options.values, ElementsAre("test_loss"));
  EXPECT_FALSE(options.percent);
}

TEST(PresetOptions, ATypedConditionTakesThePlaceOfItsKeysOnly) {
  const results::TableOptions options =
      options_on(nets(), {.where = {{"hidden", "7"}, {"repeat", "0"}}}, std::nullopt);
  EXPECT_THAT(options.where,
              ElementsAre(Pair("hidden", "7"), Pair("repeat", "0"), Pair("l2", "0")));
}

TEST(PresetOptions, AKeyThatIsTypedAsAColumnIsNoRowAnyMore) {
  EXPECT_THAT(options_on(nets(), {.columns = {"learning_rate"}}, std::nullopt).rows,
              ElementsAre("hidden"));
  EXPECT_THAT(options_on(nets(), {.rows = {"activation"}}, std::nullopt).columns, ElementsAre());
}

TEST(FindPreset, NamesWhatThereIsAndTheNearest) {
  results::StoredResults one;
  one.info.tables = {nets(), {.name = "rates"}};
  results::StoredResults other;
  other.info.tables = {{.name = "penalties"}};
  EXPECT_EQ(find_preset({one, other}, "penalties").name, "penalties");
  EXPECT_EQ(engine::message_of<InputError>([&] {
              (void)find_preset({one, other}, "rate");
            }),
            "--preset: no table 'rate'; expected one of: nets, rates, penalties\n"
            "  nearest: rates");
  EXPECT_EQ(engine::message_of<InputError>([] { (void)find_preset({{}}, "rates"); }),
            "--preset: no table 'rates': the spec has no section 'tables'; expected one such as\n"
            "  tables: {rates: {rows: hidden, values: test_accuracy}}");
}

/// A finished sweep whose spec names tables.
class Presets : public testing::Test {
 protected:
  Presets() : root_((small_.folder() / "sweep").string()) {
    spec_ = (small_.folder() / "small.yaml").string();
    results::write_whole(spec_, text("rates: {in: rates, rows: optimizer.learning_rate, values: "
                                     "[test_accuracy, settled], percent: true}"));
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(runner::run(World(),
                          {.target = spec_, .folder = root_, .overrides = {}, .data_folder = ""}),
              0);
    (void)testing::internal::GetCapturedStdout();
    (void)testing::internal::GetCapturedStderr();
  }

  [[nodiscard]] std::string text(const std::string& table) const {
    return small_.text("{}") + R"(repeats: 2
derived: {settled: {metric: validation_accuracy, within: 0.5, of: last}}
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.1, 0.5]}}
  nets: {parameters: {hidden: [3, 7], activation: [tanh, relu]}}
tables:
  )" + table +
           R"(
  nets: {in: nets, rows: hidden, columns: activation, values: test_loss, where: {hidden: [7, 3]}}
  all: {values: epochs_run}
)";
  }

  static std::string printed(int (*command)(const TableCommand&), const TableCommand& what) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(command(what), 0);
    return testing::internal::GetCapturedStdout();
  }

  SmallSweep small_;
  std::string root_;
  std::string spec_;
};

TEST_F(Presets, MakeTheirTableInEveryFormat) {
  TableCommand command{.from = {.paths = {root_}}, .preset = "rates"};
  EXPECT_THAT(printed(table, command),
              AllOf(HasSubstr("small: rates by learning_rate"),
                    HasSubstr("test_accuracy (%)  settled  n"), Not(HasSubstr("nets"))));
  for (const char* format : {"markdown", "csv", "latex", "json"}) {
    command.format = format;
    EXPECT_THAT(printed(table, command), HasSubstr("settled")) << format;
  }
  command = {.from = {.paths = {root_ + "/results.h5"}}, .preset = "nets", .format = "csv"};
  EXPECT_THAT(printed(table, command),
              HasSubstr("hidden,activation,test_loss_mean,test_loss_low,test_loss_high"));
}

TEST_F(Presets, OfNoExperimentSpeakOfEach) {
  const std::string text = printed(table, {.from = {.paths = {root_}}, .preset = "all"});
  EXPECT_THAT(text, AllOf(HasSubstr("small: rates by learning_rate"),
                          HasSubstr("small: nets by hidden, activation"), HasSubstr("epochs_run")));
}

TEST_F(Presets, ListTheTrialsBehindTheTable) {
  const std::string text = printed(
      list,
      {.from = {.paths = {root_}}, .options = {.where = {{"repeat", "0"}}}, .preset = "nets"});
  EXPECT_THAT(text, AllOf(HasSubstr("trial     hidden  activation  repeat"),
                          HasSubstr("4 trials: 4 complete.")));
}

TEST_F(Presets, AreLookedUpInTheSpecAsItIsNowIfThatIsNamed) {
  results::write_whole(spec_, text("rates: {in: rates, rows: optimizer.learning_rate, values: "
                                   "train_loss}"));
  const std::filesystem::path here = std::filesystem::current_path();
  std::filesystem::current_path(small_.folder());
  EXPECT_THAT(engine::message_of<InputError>([&] { (void)load_results(spec_); }),
              HasSubstr("small.yaml: this spec was not run here: there is no runs/small"));
  std::filesystem::create_directory("runs");
  std::filesystem::rename("sweep", "runs/small");
  const std::string text = printed(table, {.from = {.paths = {spec_}}, .preset = "rates"});
  std::filesystem::current_path(here);
  EXPECT_THAT(text, AllOf(HasSubstr("train_loss"), Not(HasSubstr("settled"))));
}

TEST_F(Presets, AreAllMadeForAPage) {
  const std::vector<results::Table> tables = preset_tables(load_results(root_));
  ASSERT_EQ(tables.size(), 4U);
  EXPECT_EQ(tables[0].title, "small: rates by learning_rate");
  EXPECT_EQ(tables[1].title, "small: nets: test_loss by hidden, across activation");
  EXPECT_EQ(tables[3].title, "small: nets by hidden, activation");
}

}  // namespace
}  // namespace mlpsweep::runner
