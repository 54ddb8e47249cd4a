#include "runner/serve.h"

#include <deque>

#include <gtest/gtest.h>

#include "runner/messages.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {
namespace {

/// Workers without processes: answers each Assign at once, as `answer` says.
class FakeWorkers : public Link {
 public:
  using Answer = std::function<Message(int rank, std::uint64_t trial)>;
  explicit FakeWorkers(Answer answer) : answer_(std::move(answer)) {}

  void joins(int rank, int slots) { incoming.push_back({rank, encode(Ready{slots, "here"})}); }

  void send(Packet packet) override {
    const Message message = decode_message(packet.bytes);
    if (const auto* assign = std::get_if<Assign>(&message)) {
      for (const std::uint64_t trial : assign->trials) {
        assigned.push_back(trial);
        incoming.push_back({packet.rank, encode(answer_(packet.rank, trial))});
      }
    } else if (const auto* fail = std::get_if<Fail>(&message)) {
      failures.push_back(fail->reason);
    } else if (std::holds_alternative<Stop>(message)) {
      stopped.push_back(packet.rank);
    }
  }

  std::optional<Packet> receive() override {
    if (incoming.empty()) {
      return std::nullopt;
    }
    Packet packet = incoming.front();
    incoming.pop_front();
    return packet;
  }

  void cut(int rank) override { lost.push_back(rank); }

  std::vector<std::uint64_t> assigned;
  std::vector<int> stopped;
  std::vector<int> lost;
  std::vector<std::string> failures;
  std::deque<Packet> incoming;

 private:
  Answer answer_;
};

sweeps::Sweep four_trials() {
  return sweeps::read_sweep(
      "four.yaml",
      "mlpsweep: 1\nname: four\ndata: {set: fashion-mnist, split: {validation: 0.2}}\n"
      "parameters: {epochs: [1, 2, 3, 4]}\n");
}

std::vector<Task> tasks_of(const sweeps::Sweep& sweep) {
  std::vector<Task> tasks;
  for (std::uint64_t trial = 0; trial < sweep.trials(); ++trial) {
    tasks.push_back({trial, 0, 1});
  }
  return tasks;
}

ServeHooks no_hooks() {
  return {[] {}, [](const Standing&) {}, [](const Standing&, const auto&) {},
          [](std::uint64_t) { return 0; },
          [](const std::vector<std::uint64_t>&) { return std::vector<Outcome>(); }};
}

Message complete(int /*rank*/, std::uint64_t trial) {
  return Done{{{trial, engine::State::kComplete, 0.01, 0.5}}};
}

TEST(Serve, EndsWhenEveryTrialHasEnded) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers(complete);
  workers.joins(0, 1);
  workers.joins(1, 2);
  std::size_t last = 0;
  ServeHooks hooks = no_hooks();
  hooks.durable = [&](const Standing& standing) { last = standing.done; };
  const Served served = serve(sweep, tasks_of(sweep), {}, 2, workers, hooks);
  EXPECT_EQ(workers.assigned.size(), 4U);
  EXPECT_EQ(last, 4U);
  EXPECT_EQ(served.failed, 0U);
  EXPECT_FALSE(served.interrupted);
  EXPECT_FALSE(served.broken);
}

TEST(Serve, GoesOnAfterAFailedOrDivergedTrialAndCountsIt) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers([](int, std::uint64_t trial) -> Message {
    const auto state = trial == 1   ? engine::State::kFailed
                       : trial == 2 ? engine::State::kDiverged
                                    : engine::State::kComplete;
    return Done{{{trial, state, 0.01, engine::kNaN}}};
  });
  workers.joins(0, 1);
  Standing last;
  ServeHooks hooks = no_hooks();
  hooks.status = [&](const Standing& standing, const auto&) { last = standing; };
  const Served served = serve(sweep, tasks_of(sweep), {}, 1, workers, hooks);
  EXPECT_EQ(served.failed, 1U);
  EXPECT_EQ(last.done, 4U);
  EXPECT_EQ(last.failed, 1U);
  EXPECT_EQ(last.diverged, 1U);
}

TEST(Serve, TellsTheMemoryOfTheLargestRank) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers([](int rank, std::uint64_t trial) -> Message {
    return Done{{{trial, engine::State::kComplete, 0.01, 0.5}}, rank == 0 ? 2e6 : 3e6};
  });
  workers.joins(0, 1);
  workers.joins(1, 1);
  std::vector<RankStanding> last;
  ServeHooks hooks = no_hooks();
  hooks.status = [&](const Standing&, const std::vector<RankStanding>& ranks) { last = ranks; };
  EXPECT_EQ(serve(sweep, tasks_of(sweep), {}, 2, workers, hooks).peak_bytes, 3e6);
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0].peak_bytes, 2e6);
  EXPECT_EQ(last[1].peak_bytes, 3e6);
}

TEST(Serve, TellsWhatEachRankTrains) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers(complete);
  const std::vector<Task> tasks = tasks_of(sweep);
  const Earlier earlier;
  const ServeHooks hooks = no_hooks();
  Server server(sweep, tasks, earlier, 2, workers, hooks);
  workers.joins(0, 2);
  workers.joins(1, 1);
  const Clock::time_point start{};
  server.step(start);
  const std::vector<RankStanding> ranks = server.ranks(start + std::chrono::seconds(7));
  ASSERT_EQ(ranks.size(), 2U);
  EXPECT_EQ(ranks[0].threads, 2);
  EXPECT_EQ(ranks[0].trials, 2U);
  ASSERT_EQ(ranks[0].training.size(), 2U);
  EXPECT_EQ(ranks[0].training[1].trial, 1U);
  EXPECT_EQ(ranks[0].training[1].settings, "epochs=2 repeat=0");
  EXPECT_EQ(ranks[0].training[1].seconds, 7);
  ASSERT_EQ(ranks[1].training.size(), 1U);
  EXPECT_EQ(ranks[1].training[0].settings, "epochs=3 repeat=0");
}

TEST(Serve, StopsEveryRankWhenASignalCameToOneOfThem) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers([](int rank, std::uint64_t trial) -> Message {
    if (rank == 1) {
      return Returned{{trial}};
    }
    return Done{{{trial, engine::State::kComplete, 0.01, 0.5}}};
  });
  workers.joins(0, 1);
  workers.joins(1, 1);
  const Served served = serve(sweep, tasks_of(sweep), {}, 2, workers, no_hooks());
  EXPECT_TRUE(served.interrupted);
  EXPECT_EQ(workers.stopped, (std::vector<int>{0, 1}));
}

TEST(Serve, ShowsTheBestOfEarlierRunsUntilABetterOneComes) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers(complete);  // each with a loss of 0.5
  workers.joins(0, 1);
  Standing last;
  ServeHooks hooks = no_hooks();
  hooks.status = [&](const Standing& standing, const auto&) { last = standing; };
  Earlier earlier;
  earlier.best = 0.25;
  earlier.best_trial = 3;
  (void)serve(sweep, tasks_of(sweep), earlier, 1, workers, hooks);
  EXPECT_EQ(last.best, "validation_loss 0.25 (epochs=4)");
  earlier.best = 0.75;
  workers.joins(0, 1);
  (void)serve(sweep, tasks_of(sweep), earlier, 1, workers, hooks);
  EXPECT_EQ(last.best, "validation_loss 0.5 (epochs=1)");
}

TEST(Serve, StopsEveryRankWhenOneMachineFailsAndSaysWhich) {
  const sweeps::Sweep sweep = four_trials();
  FakeWorkers workers([](int rank, std::uint64_t trial) -> Message {
    if (rank == 1) {
      return Broken{"disk full"};
    }
    return Done{{{trial, engine::State::kComplete, 0.01, 0.5}}};
  });
  workers.joins(0, 1);
  workers.joins(1, 1);
  const Served served = serve(sweep, tasks_of(sweep), {}, 2, workers, no_hooks());
  ASSERT_TRUE(served.broken);
  EXPECT_EQ(*served.broken, "rank 1: disk full");
  EXPECT_EQ(workers.stopped, (std::vector<int>{0, 1}));
}

/// A server whose clock the test turns; its workers answer signs of life alone.
class SilentRanks : public testing::Test {
 protected:
  SilentRanks() {
    hooks_.tell_warning = [this](const std::string& text) { told_.push_back(text); };
  }

  /// So many seconds, in which these ranks give signs of life.
  void pass(int seconds, const std::vector<int>& alive) {
    for (int tick = 0; tick < 2 * seconds; ++tick) {
      for (const int rank : alive) {
        workers_.incoming.push_back({rank, ""});
      }
      now_ += std::chrono::milliseconds(500);
      server_.step(now_);
    }
  }

  sweeps::Sweep sweep_ = four_trials();
  FakeWorkers workers_{[](int, std::uint64_t) -> Message { return Stop{}; }};  // says nothing
  ServeHooks hooks_ = no_hooks();
  Server server_{sweep_, tasks_of(sweep_), {}, 5, workers_, hooks_};
  Clock::time_point now_;
  std::vector<std::string> told_;
};

TEST_F(SilentRanks, AreGivenUpAfterEightSecondsAndTheirTrialsGoToTheOthers) {
  workers_.joins(1, 2);
  workers_.joins(2, 1);
  pass(1, {1, 2});
  ASSERT_EQ(workers_.assigned, (std::vector<std::uint64_t>{0, 1, 2}));
  pass(8, {2});
  EXPECT_TRUE(workers_.lost.empty());
  workers_.joins(3, 4);
  pass(1, {2, 3});
  EXPECT_EQ(workers_.lost, std::vector<int>{1});
  EXPECT_EQ(told_, std::vector<std::string>{"rank 1 on here has been silent for 8 s and is given "
                                            "up; its trials (2) wait again"});
  EXPECT_EQ(server_.coordinator().ranks().at(3).running.size(), 3U);
}

TEST_F(SilentRanks, AreGivenUpWhileTheyWaitAsWell) {
  workers_.joins(1, 1);
  pass(1, {1});
  workers_.joins(2, 4);
  pass(1, {1, 2});
  ASSERT_EQ(server_.coordinator().waiting(), 0U);
  workers_.joins(3, 1);
  pass(1, {1, 2, 3});
  pass(9, {1, 2});
  EXPECT_EQ(workers_.lost, std::vector<int>{3}) << "or it would be handed what another one lost";
}

TEST_F(SilentRanks, LeaveTheRecordsThatTheyCouldNoLongerTellOf) {
  workers_.joins(1, 2);
  pass(1, {1});
  const std::vector<std::uint64_t> had(server_.coordinator().ranks().at(1).running.begin(),
                                       server_.coordinator().ranks().at(1).running.end());
  ASSERT_EQ(had.size(), 2U);
  hooks_.recorded = [&had](const std::vector<std::uint64_t>& trials) {
    EXPECT_EQ(trials, had);
    return std::vector<Outcome>{{had[1], engine::State::kDiverged, 0.01, engine::kNaN}};
  };
  pass(10, {});
  EXPECT_EQ(workers_.lost, std::vector<int>{1});
  EXPECT_EQ(server_.standing().done, 1U);
  EXPECT_EQ(server_.standing().diverged, 1U);
  workers_.joins(2, 4);
  pass(1, {2});
  const auto& again = server_.coordinator().ranks().at(2).running;
  EXPECT_EQ(std::count(again.begin(), again.end(), had[0]), 1);
  EXPECT_EQ(std::count(again.begin(), again.end(), had[1]), 0) << "it has ended";
}

TEST_F(SilentRanks, FailATrialThatWasTriedThreeTimes) {
  workers_.joins(0, 1);
  pass(1, {});
  for (int rank = 1; rank <= 3; ++rank) {
    EXPECT_TRUE(workers_.failures.empty());
    workers_.joins(rank, 1);
    pass(10, {});
  }
  EXPECT_EQ(workers_.lost, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(workers_.failures,
            std::vector<std::string>{"ranks died three times while they trained it"});
  EXPECT_TRUE(server_.coordinator().runs(0, 1));
  EXPECT_EQ(told_.back(),
            "a trial has failed: ranks died three times while they trained it (epochs=2)");
}

TEST_F(SilentRanks, DoNotFailATrialThatComesOnFromCheckpointToCheckpoint) {
  int epoch = 0;
  hooks_.epoch_of = [&epoch](std::uint64_t /*trial*/) { return ++epoch; };
  workers_.joins(0, 1);
  pass(1, {});
  for (int rank = 1; rank <= 4; ++rank) {
    workers_.joins(rank, 1);
    pass(10, {});
  }
  EXPECT_EQ(workers_.lost, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_TRUE(workers_.failures.empty());
}

TEST_F(SilentRanks, ThatSayGoodbyeAreGivenUpAtOnce) {
  workers_.joins(1, 2);
  pass(1, {1});
  workers_.incoming.push_back({1, "", true});
  workers_.joins(2, 4);
  pass(1, {1, 2});  // its signs of life go on
  EXPECT_EQ(workers_.lost, std::vector<int>{1});
  EXPECT_EQ(told_, std::vector<std::string>{
                       "rank 1 on here has left and is given up; its trials (2) wait again"});
  EXPECT_EQ(server_.coordinator().ranks().at(2).running.size(), 4U);
}

TEST_F(SilentRanks, DoNotMakeAStopWaitForEver) {
  workers_.joins(1, 1);
  pass(1, {1});
  workers_.joins(2, 1);
  workers_.incoming.push_back({2, encode(Returned{{}})});  // a signal came to rank 2
  pass(2, {2});
  EXPECT_FALSE(server_.finished());
  pass(7, {2});
  EXPECT_EQ(workers_.lost, std::vector<int>{1});
  EXPECT_TRUE(server_.finished());
  EXPECT_TRUE(server_.served().interrupted);
}

}  // namespace
}  // namespace mlpsweep::runner
