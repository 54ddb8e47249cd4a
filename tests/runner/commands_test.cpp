#include "runner/commands.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "results/sweep_folder.h"
#include "runner/costs_file.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/part_results.h"
#include "runner/plan_trials.h"
#include "runner/status.h"
#include "runner/sweep_data.h"
#include "sweeps/read_sweep.h"

#include "experiments.h"

namespace mlpsweep::runner {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class Run : public Experiments {
 protected:
  [[nodiscard]] results::JournalIndex journals() const {
    return results::read_journals(results::SweepFolder::open(root_).journals());
  }

  /// How often each trial was begun.
  [[nodiscard]] std::vector<int> begun() const {
    std::vector<int> counts;
    for (const auto& [fingerprint, count] : journals().begun) {
      counts.push_back(count);
    }
    return counts;
  }
};

// The second pair wins by far: a rate of 0.0001 learns nothing in two epochs.
const char* const kPairs =
    "  pairs: {zip: {data.classes: [[0, 1], [1, 0]], optimizer.learning_rate: [0.0001, 0.5]}}\n";

TEST_F(Run, ReadsDataThatOnlyAWinnerAsksFor) {
  ASSERT_EQ(run(std::string("experiments:\n") + kPairs +
                "  one: {from: {best_of: pairs}, data: {positive: 0}}\n"),
            kExitDone)
      << log_;
  const results::StoredResults stored = load_results(root_);
  const std::vector<PartResults> parts = part_results(stored);
  ASSERT_EQ(parts.at(1).records.size(), 1U);
  const results::Record& record = stored.records[parts[1].records.front()];
  const auto classes =
      std::find_if(record.settings.begin(), record.settings.end(),
                   [](const sweeps::Setting& one) { return one.key == "data.classes"; });
  EXPECT_EQ(sweeps::text_of(classes->value), "1,0");
  // The header names the data of the other pair as well: it could have won.
  EXPECT_EQ(last_header(root_).data.size(), 4U);
  EXPECT_EQ(read_status(root_).standing.done, 3U);
}

TEST_F(Run, ReadsTheSameDataInWhateverOrderAWinnerBringsIt) {
  EXPECT_EQ(run(std::string("experiments:\n  one: {from: {best_of: pairs}, base: {epochs: 3}}\n") +
                kPairs),
            kExitDone)
      << log_;
}

TEST_F(Run, MeasuresItsFirstRoundByItself) {
  ASSERT_EQ(run(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.5]}}
  next: {from: {best_of: rates}, base: {epochs: 3}}
)"),
            kExitDone)
      << log_;
  const Costs costs = read_costs(results::SweepFolder::open(root_));
  ASSERT_TRUE(costs.measured && costs.measured->first);
  EXPECT_EQ(costs.measured->whole.count, 3U);
  EXPECT_EQ(costs.measured->first->count, 2U);
  EXPECT_LT(costs.measured->first->seconds, costs.measured->whole.seconds);
  // As `plan --time` names what waits in an empty directory.
  const sweeps::Sweep sweep =
      sweeps::read_sweep_file((small_.folder() / "small.yaml").string(), {});
  engine::DatasetCache cache;
  const Planned planned = propose(sweep, data_sources(sweep, cache), {});
  EXPECT_EQ(costs.measured->first->trials, task_list_hash(planned, waiting_tasks(planned, {}, {})));
}

// A record with two copies of 3,000 x 3,000 weights is more than a journal takes.
const char* const kTooLarge = "hidden: 3000x3000, keep_weights: both, epochs: 1";

TEST_F(Run, TriesAFailedTrialOnceInAllItsPhases) {
  const std::string spec = std::string(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.5]}}
  next: {from: {best_of: rates}, base: {epochs: 3}}
  large: {base: {)") + kTooLarge +
                           "}}\n";
  EXPECT_EQ(run(spec), kExitTrialsFailed);
  EXPECT_THAT(begun(), AllOf(testing::SizeIs(4), Each(1)));
  EXPECT_THAT(log_, HasSubstr("4/4 done, 1 failed"));
  // The next run tries it again, and only that one.
  EXPECT_EQ(run(spec), kExitTrialsFailed);
  EXPECT_THAT(log_, HasSubstr("1 to train"));
  EXPECT_THAT(begun(), testing::UnorderedElementsAre(1, 1, 1, 2));
}

TEST_F(Run, SaysThatAWinnerIsMissingBecauseATrialFailed) {
  EXPECT_EQ(run(R"(experiments:
  large: {base: {keep_weights: both, epochs: 1}, parameters: {hidden: [3, 3000x3000]}}
  next: {from: {best_of: large}, base: {epochs: 3}}
)"),
            kExitTrialsFailed);
  EXPECT_THAT(log_, HasSubstr("experiment next waits for the winner of large, and there is none: "
                              "1 of its 2 trials failed"));
}

TEST_F(Run, SaysWhichWinnerLeftNothingOfAnExperiment) {
  const std::string emptied =
      "'exclude' leaves no configuration, since the winner of rates has optimizer.learning_rate = "
      "0.5";
  EXPECT_EQ(run(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.0001, 0.5]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}, exclude: [{optimizer.learning_rate: 0.5}]}
  last: {from: {best_of: widths}, base: {epochs: 3}}
)"),
            kExitTrialsFailed);
  EXPECT_THAT(log_, HasSubstr("widths: 'exclude' leaves no configuration if the winner of rates "
                              "has optimizer.learning_rate = 0.5"));
  EXPECT_THAT(log_, HasSubstr("experiment widths: " + emptied));
  EXPECT_THAT(log_, HasSubstr("experiment last waits for the winner of rates and widths, which has "
                              "no configuration"));
  const SweepStatus status = read_status(root_);
  EXPECT_TRUE(status.stuck);
  EXPECT_EQ(status.parts.at(1), "widths: " + emptied);
}

TEST_F(Run, TellsOfAReadingThatWaitsAloneForAWinner) {
  EXPECT_EQ(run(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [1e38, 1e37]}}
  next:
    from: {best_of: rates}
    readings: {x: {a: {optimizer.learning_rate: 0.1}, b: {epochs: 3}}}
)"),
            kExitTrialsFailed);
  EXPECT_THAT(log_, HasSubstr("experiment next (x: b) waits for the winner of rates, and there is "
                              "none: no configuration is complete in every repeat"));
}

TEST_F(Run, AsksNotAgainForWhatWasAgreedToBeforeAWinnerWasKnown) {
  const auto spec = [](const std::string& rates) {
    return "experiments:\n  rates: {parameters: {optimizer.learning_rate: [" + rates +
           "]}}\n  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}}\n";
  };
  ASSERT_EQ(run(spec("0.0001, 0.01, 0.02")), kExitDone) << log_;
  const std::string narrower = spec("0.0001, 0.5");
  EXPECT_THROW(run(narrower), InputError);
  ASSERT_EQ(run(narrower, Dropped::kAgreed), kExitDone) << log_;
  // As a kill between the two phases leaves it.
  const results::SweepFolder folder = results::SweepFolder::open(root_);
  std::filesystem::remove(folder.journal(folder.next_attempt() - 1, 0));
  EXPECT_EQ(run(narrower), kExitDone) << log_;
  EXPECT_THAT(log_, HasSubstr("2 to train"));
}

TEST_F(Run, GoesOnWhereAFormerWinnerReadDataThatTheSpecHasNoMore) {
  const std::string next = "  one: {from: {best_of: pairs}, base: {epochs: 3}}\n";
  ASSERT_EQ(run(std::string("experiments:\n") + kPairs + next), kExitDone) << log_;
  const std::string other =
      "experiments:\n  pairs: {zip: {data.classes: [[0, 1], all], optimizer.learning_rate: "
      "[0.0001, 0.5]}}\n" +
      next;
  EXPECT_THROW(run(other), InputError);
  EXPECT_EQ(run(other, Dropped::kAgreed), kExitDone) << log_;
}

}  // namespace
}  // namespace mlpsweep::runner
