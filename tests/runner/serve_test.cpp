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

  std::vector<std::uint64_t> assigned;
  std::vector<int> stopped;
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
  return {[] {}, [](std::size_t) {}, [](const Standing&, const auto&) {}};
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
  hooks.durable = [&](std::size_t ended) { last = ended; };
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

}  // namespace
}  // namespace mlpsweep::runner
