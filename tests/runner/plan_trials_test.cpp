#include "runner/plan_trials.h"

#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/journal.h"
#include "runner/sweep_data.h"
#include "sweeps/keys.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A plan and a journal in which some of its trials are recorded.
class PlanTrials : public testing::Test {
 protected:
  Planned plan(const std::vector<std::string>& overrides = {}) {
    const sweeps::Sweep sweep = small_.read(overrides);
    return propose(sweep, data_sources(sweep, data_), journals());
  }

  /// Journals `trials` of `planned`, with `type`.
  void record(const Planned& planned, const std::vector<std::uint64_t>& trials,
              results::FrameType type = results::FrameType::kRecord) {
    results::JournalWriter writer(small_.folder() /
                                  ("run-" + std::to_string(++journals_) + ".mlj"));
    for (const std::uint64_t trial : trials) {
      const engine::TrainSpec spec = planned.sweep.trial(trial);
      results::Record record;
      record.fingerprint = planned.fingerprints[trial];
      record.settings = sweeps::settings_of(spec);
      record.seed = spec.seed;
      record.repeat = spec.repeat;
      record.data_checksum = planned.sources.front().checksum;
      record.numerics_version = numerics_;
      record.result.state = engine::State::kDiverged;
      record.result.train_seconds = 0.5 + static_cast<double>(trial);
      writer.append(type, record.fingerprint, results::encode(record));
    }
  }

  [[nodiscard]] results::JournalIndex journals() const {
    return results::read_journals(small_.folder());
  }

  static std::vector<std::uint64_t> trials_of(const std::vector<Task>& tasks) {
    std::vector<std::uint64_t> trials;
    for (const Task& task : tasks) {
      trials.push_back(task.trial);
    }
    return trials;
  }

  SmallSweep small_;
  engine::DatasetCache data_;
  int journals_ = 0;
  int numerics_ = engine::kNumericsVersion;
};

TEST_F(PlanTrials, OneRepeatComesBeforeTheSecondAndTheLargerNetworkFirst) {
  const Planned planned = plan({"repeats=2"});
  // Trials count the grid with the last axis fastest: (0.1, 3), (0.1, 7), (0.5, 3), (0.5, 7).
  EXPECT_EQ(trials_of(waiting_tasks(planned, journals(), {})),
            (std::vector<std::uint64_t>{1, 3, 0, 2, 5, 7, 4, 6}));
}

TEST_F(PlanTrials, RecordedTrialsDoNotWaitAndFailedOnesDo) {
  const Planned planned = plan();
  record(planned, {0, 3});
  record(planned, {1}, results::FrameType::kFailed);
  EXPECT_EQ(trials_of(waiting_tasks(planned, journals(), {})), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(PlanTrials, OutcomesAreThoseOfRecordedTrialsWithoutTheFailedOnes) {
  const Planned planned = plan();
  record(planned, {0, 3});
  record(planned, {1}, results::FrameType::kFailed);
  const std::vector<Outcome> outcomes = recorded_outcomes({1, 2, 3}, planned, journals());
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].trial, 3U);
  EXPECT_EQ(outcomes[0].state, engine::State::kDiverged);
  EXPECT_EQ(outcomes[0].seconds, 3.5);
}

TEST_F(PlanTrials, ASpecThatIncludesAllRecordedTrialsDropsNothing) {
  record(plan(), {0, 1, 2, 3});
  const Planned wider = plan({"hidden=3,7,9", "repeats=2"});
  EXPECT_EQ(dropped_trials(wider, journals()), "");
  EXPECT_EQ(waiting_tasks(wider, journals(), {}).size(), 8U);
}

TEST_F(PlanTrials, ADroppedValueIsNamedAndTheKeptOnesAreNot) {
  record(plan(), {0, 1, 2, 3});
  const Planned narrower = plan({"hidden=3"});
  const std::string told = dropped_trials(narrower, journals());
  EXPECT_THAT(told, HasSubstr("2 recorded trials are not in this sweep"));
  EXPECT_THAT(told, HasSubstr("no longer in the sweep: hidden = 7\n"));
  EXPECT_THAT(told, Not(HasSubstr("hidden = 3\n")));
  EXPECT_THAT(told, Not(HasSubstr("no longer in the sweep: optimizer")));
  EXPECT_THAT(told, Not(HasSubstr("no longer in the sweep: data checksum")));
  EXPECT_THAT(told, Not(HasSubstr("numerics")));
}

TEST_F(PlanTrials, RecordsOfOlderNumericsAreToldApart) {
  numerics_ = engine::kNumericsVersion - 1;  // its trials have names of their own
  record(plan(), {0, 1, 2, 3});
  EXPECT_THAT(
      dropped_trials(plan({"seed=9"}), journals()),
      HasSubstr(fmt::format("no longer in the sweep: version of the numerics = {}\n", numerics_)));
}

TEST_F(PlanTrials, FewerRepeatsAndAnotherSeedAreNamed) {
  record(plan({"repeats=2"}), {0, 4});
  const Planned fewer = plan();
  EXPECT_THAT(dropped_trials(fewer, journals()), HasSubstr("no longer in the sweep: repeat = 1\n"));
  const Planned other = plan({"repeats=2", "seed=9"});
  EXPECT_THAT(dropped_trials(other, journals()), HasSubstr("no longer in the sweep: seed = 1\n"));
}

TEST_F(PlanTrials, WhatEarlierRunsLeftIsCountedWithTheBestOfThem) {
  const Planned planned = plan();
  results::JournalWriter writer(small_.folder() / "run-1.mlj");
  for (const auto& [trial, loss] : {std::pair(1, 0.5), std::pair(2, 0.25), std::pair(3, 0.75)}) {
    results::Record record;
    record.fingerprint = planned.fingerprints[static_cast<std::size_t>(trial)];
    record.result.last.validation_loss = loss;
    writer.append(results::FrameType::kRecord, record.fingerprint, results::encode(record));
  }
  const Earlier earlier = earlier_trials(planned, journals(), {});
  EXPECT_EQ(earlier.ended, 3U);
  EXPECT_EQ(earlier.best, 0.25);
  EXPECT_EQ(earlier.best_trial, 2U);
}

TEST_F(PlanTrials, WhatThisRunHasTriedWaitsForTheNext) {
  const Planned planned = plan();
  record(planned, {0, 3});
  record(planned, {1}, results::FrameType::kFailed);
  const Tried tried = {planned.fingerprints[0], planned.fingerprints[1]};
  EXPECT_EQ(trials_of(waiting_tasks(planned, journals(), tried)), (std::vector<std::uint64_t>{2}));
  const Earlier earlier = earlier_trials(planned, journals(), tried);
  EXPECT_EQ(earlier.ended, 2U);
  EXPECT_EQ(earlier.failed, 1U);
}

TEST_F(PlanTrials, PartsHaveEveryTrialOnceAndAboutTheSameWork) {
  std::multiset<std::uint64_t> dealt;
  for (int number = 1; number <= 3; ++number) {
    Planned planned = plan({"repeats=2"});
    keep_shard(planned, {number, 3}, {}, {});
    const auto trials = trials_of(waiting_tasks(planned, {}, {}));
    EXPECT_EQ(distinct_trials(planned), trials.size());
    EXPECT_THAT(trials.size(), testing::AllOf(testing::Ge(2U), testing::Le(3U)));
    dealt.insert(trials.begin(), trials.end());
  }
  EXPECT_THAT(dealt, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST_F(PlanTrials, APartKeepsWhatItHasEndedAndLeavesWhatOthersHave) {
  const Planned whole = plan();
  record(whole, {0});
  Planned part = plan();  // 1, 3, 0, 2 in turn: the second part's are 3 and 2
  keep_shard(part, {2, 2}, journals(), {whole.fingerprints[3]});
  EXPECT_EQ(trials_of(waiting_tasks(part, journals(), {})), (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(distinct_trials(part), 2U);
  EXPECT_EQ(earlier_trials(part, journals(), {}).ended, 1U);
}

/// A journal of one part of a run: trials that were begun at an epoch, and one that failed.
class PartsOfARun : public PlanTrials {
 protected:
  void part(const std::string& run, int part,
            const std::vector<std::pair<std::uint64_t, int>>& begun,
            const std::vector<std::uint64_t>& failed = {}) {
    record(planned_, failed, results::FrameType::kFailed);
    results::RunHeader header;
    header.run = run;
    header.run_part = part;
    results::JournalWriter writer(small_.folder() /
                                  ("run-" + std::to_string(++journals_) + ".mlj"));
    writer.append(results::FrameType::kHeader, {}, results::encode(header));
    for (const auto& [trial, epoch] : begun) {
      writer.append(results::FrameType::kBegun, planned_.fingerprints[trial],
                    results::encode_epoch(epoch));
    }
    for (const std::uint64_t trial : failed) {
      writer.append(results::FrameType::kBegun, planned_.fingerprints[trial], "");
      writer.append(results::FrameType::kFailed, planned_.fingerprints[trial], "");
    }
  }

  [[nodiscard]] int deaths(const RunIdentity& run, std::uint64_t trial, int epoch = 0) const {
    const TriesOfTrials tries =
        earlier_parts(run, journals(), [epoch](const sweeps::Fingerprint&) { return epoch; }).tries;
    const auto at = tries.find(planned_.fingerprints[trial]);
    return at == tries.end() ? 0 : at->second.deaths;
  }

  Planned planned_ = plan();
};

TEST_F(PartsOfARun, ADeathCountsInLaterPartsOfTheSameRunAlone) {
  part("mine", 0, {{0, 0}, {1, 0}});
  part("other", 0, {{0, 0}});
  part("mine", 1, {{0, 0}});
  part("mine", 2, {{0, 0}});
  EXPECT_EQ(deaths({"mine", 2}, 0), 2);
  EXPECT_EQ(deaths({"mine", 2}, 1), 1);
  EXPECT_EQ(deaths({"mine", 3}, 0), 3);
  EXPECT_EQ(deaths({"mine", 0}, 0), 0) << "another run in the same allocation";
  EXPECT_EQ(deaths({"", 9}, 0), 0) << "a nameless run has one part";
  const auto tries = earlier_parts({"mine", 2}, journals(), [](const auto&) { return 0; }).tries;
  for (const Task& task : waiting_tasks(planned_, journals(), {}, tries)) {
    EXPECT_EQ(task.tries.deaths, task.trial == 0 ? 2 : task.trial == 1 ? 1 : 0);
  }
}

TEST_F(PartsOfARun, DeathsBeforeTheTrialsCheckpointDoNotCount) {
  part("mine", 0, {{0, 0}});
  part("mine", 1, {{0, 0}});
  part("mine", 2, {{0, 7}});
  EXPECT_EQ(deaths({"mine", 3}, 0), 3);
  EXPECT_EQ(deaths({"mine", 3}, 0, 7), 1);
  EXPECT_EQ(deaths({"mine", 3}, 0, 8), 0);
}

TEST_F(PartsOfARun, AFailedTrialWaitsForTheNextRun) {
  part("mine", 0, {}, {1});
  const auto no_checkpoint = [](const auto&) { return 0; };
  EXPECT_EQ(earlier_parts({"mine", 1}, journals(), no_checkpoint).failed,
            Tried{planned_.fingerprints[1]});
  EXPECT_TRUE(earlier_parts({"next", 1}, journals(), no_checkpoint).failed.empty());
  EXPECT_EQ(deaths({"mine", 1}, 1), 0);
}

TEST(IsBetter, TakesAnyNumberForBetterThanNone) {
  const sweeps::Metric loss{"validation_loss", true, false};
  EXPECT_TRUE(is_better(loss, 3, engine::kNaN));
  EXPECT_TRUE(is_better(loss, 2, 3));
  EXPECT_FALSE(is_better(loss, 3, 3));
  EXPECT_FALSE(is_better(loss, engine::kNaN, 3));
  EXPECT_TRUE(is_better({"test_accuracy", false, false}, 0.9, 0.8));
}

TEST(MetricFigure, ReadsTheBestEpochOnlyWhereThereIsOne) {
  EXPECT_EQ(metric_figure({"validation_loss", true, true}), "best_validation_loss");
  EXPECT_EQ(metric_figure({"validation_loss", true, false}), "validation_loss");
  EXPECT_EQ(metric_figure({"test_accuracy", false, true}), "test_accuracy");
  EXPECT_EQ(metric_figure({"train_seconds", true, true}), "train_seconds");
}

}  // namespace
}  // namespace mlpsweep::runner
