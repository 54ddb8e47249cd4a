#include "runner/part_results.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/sweep_folder.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/plan_trials.h"
#include "runner/status.h"
#include "runner/tables.h"

#include "experiments.h"

namespace mlpsweep::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const kChain = R"(repeats: 2
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.5]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}}
  last: {from: {best_of: widths}, base: {epochs: 3}}
)";

TEST_F(Experiments, StartFromWinnersUntilNothingIsLeft) {
  ASSERT_EQ(run(kChain), kExitDone) << log_;
  const results::StoredResults stored = load_results(root_);
  const std::vector<PartResults> parts = part_results(stored);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1].info.name, "small: widths");
  EXPECT_EQ(parts[0].records.size(), 4U);
  EXPECT_EQ(parts[1].records.size(), 4U);
  EXPECT_EQ(parts[2].records.size(), 2U);
  EXPECT_EQ(stored.info.planned, 10U);
  EXPECT_EQ(stored.records.size(), 10U);
  for (const std::size_t at : parts[2].records) {
    // The larger rate is by far the better one after two epochs.
    for (const sweeps::Setting& setting : stored.records[at].settings) {
      if (setting.key == "optimizer.learning_rate") {
        EXPECT_EQ(sweeps::text_of(setting.value), "0.5");
      }
    }
  }
  EXPECT_THAT(log_, HasSubstr("the winner of rates: optimizer.learning_rate = 0.5"));
  EXPECT_THAT(log_, HasSubstr("widths: waits for the winner of rates"));
}

TEST_F(Experiments, AResultsFileTellsTheSameParts) {
  ASSERT_EQ(run(kChain), kExitDone) << log_;
  const auto live = part_results(load_results(root_));
  const auto file = part_results(load_results(root_ + "/results.h5"));
  ASSERT_EQ(live.size(), file.size());
  for (std::size_t p = 0; p < live.size(); ++p) {
    EXPECT_EQ(live[p].info.name, file[p].info.name);
    EXPECT_EQ(live[p].records, file[p].records);
    EXPECT_EQ(live[p].info.swept, file[p].info.swept);
  }
}

TEST_F(Experiments, GoOnWithoutTrainingAnythingTwice) {
  ASSERT_EQ(run(kChain), kExitDone) << log_;
  ASSERT_EQ(run(kChain), kExitDone) << log_;
  EXPECT_THAT(log_, HasSubstr("0 to train"));
  EXPECT_EQ(results::read_journals(results::SweepFolder::open(root_).journals()).repeated, 0U);
}

TEST_F(Experiments, RecordsUnderAFormerWinnerStayOutsideThePlan) {
  ASSERT_EQ(run(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.01]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}}
)"),
            kExitDone)
      << log_;
  // A better rate joins: without --extend, since nothing that the user named has gone.
  ASSERT_EQ(run(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.01, 0.5]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}}
)"),
            kExitDone)
      << log_;
  const results::StoredResults stored = load_results(root_);
  EXPECT_EQ(stored.records.size(), 7U);
  EXPECT_EQ(std::count(stored.in_plan.begin(), stored.in_plan.end(), false), 2);
  EXPECT_EQ(stored.info.planned, 5U);
}

TEST_F(Experiments, ATrialOfTwoPartsIsTrainedAndCountedOnce) {
  ASSERT_EQ(run(R"(repeats: 2
experiments:
  one: {parameters: {hidden: [3, 7]}}
  two: {base: {hidden: 7}, readings: {x: {a: {l2: 0}, b: {l2: 0.1}}}}
)"),
            kExitDone)
      << log_;
  const results::StoredResults stored = load_results(root_);
  EXPECT_EQ(stored.info.planned, 6U);
  EXPECT_EQ(stored.records.size(), 6U);
  const auto parts = part_results(stored);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1].records.size(), 2U);
  EXPECT_EQ(parts[2].records.size(), 2U);
  EXPECT_EQ(parts[2].info.name, "small: two (x: b)");
  EXPECT_THAT(log_, HasSubstr("3 parts, 6 trials, 6 to train"));
  const SweepStatus status = read_status(root_);
  EXPECT_EQ(status.standing.done, 6U);
  EXPECT_EQ(status.standing.planned, 6U);
  EXPECT_THAT(status.parts,
              testing::ElementsAre("one: 4/4 done", "two: 2/2 done", "two (x: b): 2/2 done"));
}

TEST_F(Experiments, AWinnerThatIsNotThereIsTold) {
  // A step of 1e38 diverges in every trial.
  EXPECT_EQ(run(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [1e38, 1e37]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}}
)"),
            kExitTrialsFailed);
  EXPECT_THAT(log_,
              HasSubstr("experiment widths waits for the winner of rates, and there is none"));
  const SweepStatus status = read_status(root_);
  EXPECT_TRUE(status.stuck);
  EXPECT_EQ(status.parts[1], "widths: waits for the winner of rates");
}

TEST_F(Experiments, HaveATableEach) {
  ASSERT_EQ(run(kChain), kExitDone) << log_;
  EXPECT_THAT(printed_, HasSubstr("small: rates by learning_rate"));
  EXPECT_THAT(printed_, HasSubstr("small: widths by hidden"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(table({.from = {.paths = {root_}, .experiment = "rates"}, .format = "csv"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), Not(HasSubstr("hidden")));
  const auto refusal = [&](const TableCommand& command) {
    return engine::message_of<InputError>([&] { (void)table(command); });
  };
  EXPECT_EQ(
      refusal({.from = {.paths = {root_}}, .format = "csv"}),
      "--format csv: one table was expected; name one with --experiment: rates, widths, last");
  EXPECT_EQ(refusal({.from = {.paths = {root_}, .experiment = "rate"}}),
            "--experiment: no experiment 'rate'; expected one of: rates, widths, last\n"
            "  nearest: rates");
  EXPECT_EQ(refusal({.from = {.paths = {root_}, .reading = "x: b"}}),
            "--reading: no reading 'x: b'; the spec has none");
}

TEST_F(Experiments, WithoutTrialsSpoilNothingThatIsSaidOfTheOthers) {
  ASSERT_EQ(run(R"(repeats: 2
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.5]}}
  widths: {from: {best_of: rates}, exclude: [{optimizer.learning_rate: 0.5}]}
)"),
            kExitTrialsFailed)
      << log_;
  const std::string why =
      "'exclude' leaves no configuration, since the winner of rates has optimizer.learning_rate = "
      "0.5";
  EXPECT_THAT(printed_, HasSubstr("No trials: " + why + "."));
  const auto told = [&](const auto& command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(command(), kExitDone);
    (void)testing::internal::GetCapturedStdout();
    return testing::internal::GetCapturedStderr();
  };
  const std::string left_out = "left out: small: widths: " + why;
  EXPECT_THAT(told([&] { return methods({.paths = {root_}}, "text"); }), HasSubstr(left_out));
  EXPECT_THAT(told([&] { return compare({.from = {.paths = {root_}}}); }), HasSubstr(left_out));
  testing::internal::CaptureStderr();
  EXPECT_EQ(engine::message_of<InputError>(
                [&] { (void)methods({.paths = {root_}, .experiment = "widths"}, "text"); }),
            "small: widths: " + why);
  (void)testing::internal::GetCapturedStderr();
}

TEST_F(Experiments, ThatCannotBeComparedDoNotKeepTheOthersFromIt) {
  ASSERT_EQ(run(kChain), kExitDone) << log_;  // `last` has one configuration
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(compare({.from = {.paths = {root_}}}), kExitDone);
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::AllOf(HasSubstr("small: rates"), HasSubstr("small: widths"),
                             Not(HasSubstr("small: last"))));
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("small: last is not compared: expected two or more configurations"));
  EXPECT_THAT(engine::message_of<InputError>(
                  [&] { (void)compare({.from = {.paths = {root_}, .experiment = "last"}}); }),
              testing::StartsWith("expected two or more configurations"));
  EXPECT_THAT(engine::message_of<InputError>([&] {
                (void)compare({.from = {.paths = {root_}}, .options = {.rows = {"hiden"}}});
              }),
              testing::AllOf(HasSubstr("small: rates is not compared: rows: unknown key 'hiden'"),
                             HasSubstr("small: last is not compared")));
}

TEST_F(Experiments, StandWithEachRecordOfAList) {
  ASSERT_EQ(run(kChain), kExitDone) << log_;
  const Joined all = join_all(load_all({root_}));
  ASSERT_EQ(all.experiments.size(), all.records.size());
  // The winner of the widths, for another number of epochs, is a trial of its own.
  EXPECT_THAT(all.experiments, testing::Contains("rates").Times(4));
  EXPECT_THAT(all.experiments, testing::Contains("widths").Times(4));
}

}  // namespace
}  // namespace mlpsweep::runner
