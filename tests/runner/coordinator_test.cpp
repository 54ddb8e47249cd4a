#include "runner/coordinator.h"

#include <random>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

std::vector<Task> tasks(std::uint64_t count) {
  std::vector<Task> list;
  for (std::uint64_t trial = 0; trial < count; ++trial) {
    list.push_back({trial, 0, 1.0});
  }
  return list;
}

Outcome ended(std::uint64_t trial, double seconds = 1) {
  return {trial, engine::State::kComplete, seconds, 0.5};
}

std::vector<std::uint64_t> trials_of(const std::vector<Task>& list) {
  std::vector<std::uint64_t> trials;
  for (const Task& task : list) {
    trials.push_back(task.trial);
  }
  return trials;
}

int no_checkpoint(std::uint64_t /*trial*/) {
  return 0;
}

TEST(InOrder, PutsOneRepeatOfEverythingBeforeTheSecondAndTheLongestFirstWithinIt) {
  const std::vector<Task> ordered =
      in_order({{0, 0, 5}, {1, 0, 9}, {2, 0, 5}, {3, 1, 5}, {4, 1, 90}, {5, 1, 1}});
  EXPECT_EQ(trials_of(ordered), (std::vector<std::uint64_t>{1, 0, 2, 4, 3, 5}));
}

TEST(Coordinator, GivesEachRankAsManyTrialsAsItHasSlots) {
  Coordinator coordinator(tasks(10));
  coordinator.ready(0, 1);
  coordinator.ready(3, 2);
  const auto assignments = coordinator.assign();
  ASSERT_EQ(assignments.size(), 2U);
  EXPECT_EQ(assignments[0].rank, 0);
  EXPECT_EQ(assignments[0].trials, std::vector<std::uint64_t>{0});
  EXPECT_EQ(assignments[1].rank, 3);
  EXPECT_EQ(assignments[1].trials, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_TRUE(coordinator.assign().empty()) << "nobody has room";
  EXPECT_EQ(coordinator.running(), 3U);
  EXPECT_EQ(coordinator.waiting(), 7U);
}

TEST(Coordinator, QueuesFiftyMillisecondsOfShortTrialsAtARankOnceItKnowsThem) {
  Coordinator coordinator(tasks(1000));
  coordinator.ready(0, 1);
  ASSERT_EQ(coordinator.assign().front().trials.size(), 1U);
  coordinator.done(0, ended(0, 0.001));
  EXPECT_EQ(coordinator.assign().front().trials.size(), 51U);  // one to train, 50 ms of the others
}

TEST(Coordinator, LeavesLongTrialsUnqueued) {
  Coordinator coordinator(tasks(1000));
  coordinator.ready(0, 1);
  ASSERT_EQ(coordinator.assign().front().trials.size(), 1U);
  coordinator.done(0, ended(0, 2));
  EXPECT_EQ(coordinator.assign().front().trials.size(), 1U);
}

TEST(Coordinator, NeverQueuesMoreThanAnEvenShareOfWhatWaits) {
  Coordinator coordinator(tasks(12));
  coordinator.ready(0, 1);
  coordinator.ready(1, 1);
  ASSERT_EQ(coordinator.assign().size(), 2U);
  coordinator.done(0, ended(0, 1e-6));
  const auto assignments = coordinator.assign();
  ASSERT_EQ(assignments.size(), 1U);
  EXPECT_EQ(assignments.front().trials.size(),
            3U);  // 10 wait: 10 / (2 ranks * 2) = 2, and one to train
}

TEST(Coordinator, HandsAReturnedTrialOutAgain) {
  Coordinator coordinator(tasks(1));
  coordinator.ready(0, 1);
  ASSERT_EQ(coordinator.assign().size(), 1U);
  coordinator.returned(0, 0);
  EXPECT_FALSE(coordinator.complete());
  ASSERT_EQ(coordinator.assign().front().trials, std::vector<std::uint64_t>{0});
  coordinator.done(0, ended(0));
  EXPECT_TRUE(coordinator.complete());
}

TEST(Coordinator, HandsAReturnedTrialToARankThatHadFoundNothingToDo) {
  Coordinator coordinator(tasks(4));
  coordinator.ready(0, 1);
  (void)coordinator.assign();
  coordinator.done(0, ended(0, 0.001));
  ASSERT_EQ(coordinator.assign().front().trials, (std::vector<std::uint64_t>{1, 2}));
  coordinator.ready(1, 1);
  (void)coordinator.assign();
  coordinator.done(1, ended(3, 0.001));
  ASSERT_TRUE(coordinator.assign().empty());
  coordinator.returned(0, 2);
  const auto again = coordinator.assign();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again.front().rank, 1);
  EXPECT_EQ(again.front().trials, std::vector<std::uint64_t>{2});
}

TEST(Coordinator, HandsNothingOutAfterAStop) {
  Coordinator coordinator(tasks(3));
  coordinator.ready(0, 1);
  ASSERT_EQ(coordinator.assign().size(), 1U);
  coordinator.stop();
  coordinator.returned(0, 0);
  EXPECT_TRUE(coordinator.assign().empty());
  EXPECT_TRUE(coordinator.idle());
  EXPECT_FALSE(coordinator.complete());
}

TEST(Coordinator, TakesATrialThatDoesNotRunOnThatRankForABug) {
  Coordinator coordinator(tasks(2));
  coordinator.ready(0, 1);
  coordinator.ready(1, 1);
  (void)coordinator.assign();
  EXPECT_THROW(coordinator.done(0, ended(1)), std::logic_error);
  coordinator.done(0, ended(0));
  EXPECT_THROW(coordinator.done(0, ended(0)), std::logic_error) << "a trial ends once";
}

TEST(Coordinator, HandsTheTrialsOfALostRankOutAgainInTheirOrder) {
  Coordinator coordinator(tasks(4));
  coordinator.ready(1, 2);
  (void)coordinator.assign();
  coordinator.lost(1, no_checkpoint);
  EXPECT_EQ(coordinator.running(), 0U);
  EXPECT_EQ(coordinator.waiting(), 4U);
  EXPECT_FALSE(coordinator.runs(1, 0));
  EXPECT_TRUE(coordinator.ranks().empty());
  coordinator.ready(2, 3);
  EXPECT_EQ(coordinator.assign().front().trials, (std::vector<std::uint64_t>{0, 1, 2}));
}

/// `rank` joins, begins the next trial and dies.
std::uint64_t begin_and_die(Coordinator& coordinator, int rank, int epoch = 0) {
  coordinator.ready(rank, 1);
  const std::uint64_t trial = coordinator.assign().front().trials.front();
  coordinator.lost(rank, [epoch](std::uint64_t) { return epoch; });
  return trial;
}

TEST(Coordinator, GivesATrialUpThatThreeRanksDiedOfAndLetsItsOwnRankRecordIt) {
  Coordinator coordinator(tasks(2));
  coordinator.ready(Coordinator::kOwnRank, 1);
  ASSERT_EQ(coordinator.assign().front().trials.front(), 0U);
  for (const int rank : {1, 2, 3}) {
    EXPECT_TRUE(coordinator.take_hopeless().empty());
    EXPECT_EQ(begin_and_die(coordinator, rank), 1U);
  }
  coordinator.ready(4, 1);
  EXPECT_TRUE(coordinator.assign().empty()) << "there is no fourth try";
  EXPECT_EQ(coordinator.waiting(), 1U);
  EXPECT_EQ(coordinator.take_hopeless(), std::vector<std::uint64_t>{1});
  EXPECT_TRUE(coordinator.runs(Coordinator::kOwnRank, 1));
  coordinator.done(Coordinator::kOwnRank, {1, engine::State::kFailed, 0, 0});
  EXPECT_FALSE(coordinator.complete());
  coordinator.done(Coordinator::kOwnRank, ended(0));
  EXPECT_TRUE(coordinator.complete());
}

TEST(Coordinator, CountsTheTriesOfATrialFromZeroAfterEachNewCheckpoint) {
  Coordinator coordinator(tasks(1));
  const std::vector<int> epochs = {0, 0, 4, 4, 9, 9, 9};
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    ASSERT_EQ(coordinator.waiting(), 1U);
    begin_and_die(coordinator, static_cast<int>(i) + 1, epochs[i]);
  }
  coordinator.ready(Coordinator::kOwnRank, 1);
  EXPECT_EQ(coordinator.take_hopeless().size(), 1U);
}

TEST(Coordinator, GoesOnWithTheTriesOfEarlierPartsOfTheRun) {
  std::vector<Task> earlier = tasks(3);
  earlier[0].tries = {3, 0};
  earlier[1].tries = {2, 5};
  Coordinator coordinator(earlier);
  EXPECT_EQ(coordinator.waiting(), 3U);
  EXPECT_EQ(begin_and_die(coordinator, 1, 5), 1U) << "the first has had its tries";
  coordinator.ready(Coordinator::kOwnRank, 1);
  EXPECT_EQ(coordinator.take_hopeless(), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(coordinator.assign().size(), 0U) << "its slot is taken";
}

TEST(Coordinator, LeavesHopelessTrialsToTheNextRunAfterAStop) {
  std::vector<Task> earlier = tasks(1);
  earlier[0].tries = {3, 0};
  Coordinator coordinator(earlier);
  coordinator.ready(Coordinator::kOwnRank, 1);
  coordinator.stop();
  EXPECT_TRUE(coordinator.take_hopeless().empty());
  EXPECT_TRUE(coordinator.idle());
}

TEST(Coordinator, CountsOnlyTheTrialsThatALostRankHadBegun) {
  Coordinator coordinator(tasks(100));
  for (int rank = 1; rank <= 3; ++rank) {
    coordinator.ready(rank, 1);
    (void)coordinator.assign();
    const std::uint64_t first = coordinator.ranks().at(rank).running.front();
    coordinator.done(rank, ended(first, 0.01));
    (void)coordinator.assign();
    // Its oldest is being trained; the others, the same ones each time, have only been sent.
    ASSERT_GT(coordinator.ranks().at(rank).running.size(), 3U);
    coordinator.lost(rank, no_checkpoint);
    EXPECT_TRUE(coordinator.take_hopeless().empty());
  }
}

TEST(Coordinator, CanNotLoseItsOwnRank) {
  Coordinator coordinator(tasks(1));
  coordinator.ready(0, 1);
  EXPECT_THROW(coordinator.lost(0, no_checkpoint), std::logic_error);
}

// Any order of events: each trial ends exactly once, and no rank holds one that another holds.
TEST(Coordinator, EndsEachTrialExactlyOnceUnderRandomSchedules) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const std::uint64_t count = 1 + random() % 40;
    Coordinator coordinator(tasks(count));
    std::multiset<std::uint64_t> finished;
    int joined = 0;
    while (!coordinator.complete()) {
      if (joined < 4 && random() % 4 == 0) {
        coordinator.ready(joined++, static_cast<int>(1 + random() % 3));
      }
      (void)coordinator.assign();
      std::set<std::uint64_t> held;
      for (const auto& [number, rank] : coordinator.ranks()) {
        for (const std::uint64_t trial : rank.running) {
          ASSERT_TRUE(held.insert(trial).second)
              << "trial " << trial << " on two ranks, seed " << seed;
        }
      }
      for (const auto& [number, rank] : coordinator.ranks()) {
        if (!rank.running.empty() && random() % 2 == 0) {
          const std::uint64_t trial = *rank.running.begin();
          if (random() % 5 == 0) {
            coordinator.returned(number, trial);
          } else {
            finished.insert(trial);
            coordinator.done(number, ended(trial, 0.001 * static_cast<double>(random() % 100)));
          }
        }
      }
    }
    ASSERT_EQ(finished.size(), count) << "seed " << seed;
    ASSERT_EQ(std::set<std::uint64_t>(finished.begin(), finished.end()).size(), count)
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace mlpsweep::runner
