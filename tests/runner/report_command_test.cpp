#include "runner/report_command.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/gnuplot.h"
#include "runner/commands.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

/// A finished sweep of four configurations whose test part is cut from the training file.
class Report : public testing::Test {
 protected:
  Report() { run_sweep(small_.text()); }

  void run_sweep(const std::string& text) {
    const std::string spec = (small_.folder() / "small.yaml").string();
    results::write_whole(spec, text);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(
        runner::run(World(), {.target = spec, .folder = root_, .overrides = {}, .data_folder = ""}),
        0);
    (void)testing::internal::GetCapturedStdout();
    (void)testing::internal::GetCapturedStderr();
  }

  static bool has_gnuplot() {
    try {
      results::require_gnuplot();
      return true;
    } catch (const InputError&) {
      return false;
    }
  }

  void run() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(report(options_), 0);
    (void)testing::internal::GetCapturedStdout();
    log_ = testing::internal::GetCapturedStderr();
  }

  [[nodiscard]] fs::path folder() const { return fs::path(root_) / "report"; }

  SmallSweep small_;
  std::string root_ = (small_.folder() / "sweep").string();
  ReportOptions options_{.from = {.paths = {root_}}};
  std::string log_;
};

TEST_F(Report, ShowsTheImagesOfATestPartThatWasCutFromTheTrainingFile) {
  if (!has_gnuplot()) {
    GTEST_SKIP() << "gnuplot-nox is not installed";
  }
  options_.where = {{"hidden", "7"}, {"learning_rate", "0.5"}};
  run();
  const std::string page = results::read_whole(folder() / "index.md");
  EXPECT_THAT(page, AllOf(HasSubstr("## learning_rate = 0.5, hidden = 7"), HasSubstr("precision")));
  EXPECT_TRUE(fs::exists(folder() / "learning_rate=0.5_hidden=7-examples.svg"));
}

TEST_F(Report, WithoutTheDataHasEverythingButImages) {
  if (!has_gnuplot()) {
    GTEST_SKIP() << "gnuplot-nox is not installed";
  }
  options_.where = {{"hidden", "7"}, {"learning_rate", "0.5"}};
  fs::remove(small_.folder() / "train-images-idx3-ubyte");
  run();
  EXPECT_TRUE(fs::exists(folder() / "learning_rate=0.5_hidden=7-confusion.svg"));
  EXPECT_FALSE(fs::exists(folder() / "learning_rate=0.5_hidden=7-examples.svg"));
  EXPECT_THAT(results::read_whole(folder() / "index.md"), HasSubstr("No example images: "));
  EXPECT_THAT(log_, HasSubstr("no example images"));
}

TEST_F(Report, RefusesBeforeItWritesAnything) {
  if (!has_gnuplot()) {
    GTEST_SKIP() << "gnuplot-nox is not installed";
  }
  ReportOptions wrong = options_;
  wrong.format = "gif";
  EXPECT_THROW((void)report(wrong), InputError);
  wrong = options_;
  wrong.where = {{"hiden", "7"}};
  EXPECT_THROW((void)report(wrong), InputError);
  wrong.where = {{"hidden", "8"}};
  EXPECT_THROW((void)report(wrong), InputError);
  EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(Report, OfOneExperimentHasItsConfigurationsOnlyAndAFolderOfItsOwn) {
  if (!has_gnuplot()) {
    GTEST_SKIP() << "gnuplot-nox is not installed";
  }
  root_ += "-2";
  options_.from.paths = {root_};
  run_sweep(small_.text("{}") + R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.1, 0.5]}}
  nets: {parameters: {hidden: [3, 7]}, readings: {act: {a: {activation: tanh}, b: {activation: relu}}}}
)");
  options_.from.experiment = "rates";
  run();
  const std::string page = results::read_whole(folder() / "rates" / "index.md");
  EXPECT_THAT(page, AllOf(HasSubstr("# Sweep small: rates"), HasSubstr("## learning_rate = 0.5"),
                          testing::Not(HasSubstr("hidden"))));
  options_.from.experiment = "nets";
  options_.from.reading = "act: b";
  run();
  EXPECT_TRUE(fs::exists(folder() / "nets-act-b" / "hidden=7-curves.svg"));
  options_.from = {.paths = {root_}, .experiment = "rate"};
  EXPECT_THAT(engine::message_of<InputError>([&] { (void)report(options_); }),
              HasSubstr("--experiment: no experiment 'rate'; expected one of: rates, nets\n"
                        "  nearest: rates"));
}

}  // namespace
}  // namespace mlpsweep::runner
