#include "tests/runner/schedules.h"

#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

sweeps::Sweep nine_trials() {
  return sweeps::read_sweep(
      "nine.yaml",
      "mlpsweep: 1\nname: nine\ndata: {set: fashion-mnist, split: {validation: 0.2}}\n"
      "parameters: {epochs: [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n");
}

// MLPSWEEP_SCHEDULES: how many; MLPSWEEP_SCHEDULE: this one alone, with every event on stderr.
TEST(Schedules, EachTrialEndsOnceWhicheverRanksDieStopOrComeBackAndTheSweepAlwaysEnds) {
  const sweeps::Sweep sweep = nine_trials();
  Seen seen;
  const bool one = std::getenv("MLPSWEEP_SCHEDULE") != nullptr;
  const std::uint64_t first = from_environment("MLPSWEEP_SCHEDULE", 0);
  const std::uint64_t last = one ? first + 1 : from_environment("MLPSWEEP_SCHEDULES", 5000);
  int faults = 0;
  for (std::uint64_t seed = first; seed < last && faults < 10; ++seed) {
    try {
      Schedule(seed, sweep, one).play(seen);
    } catch (const std::exception& fault) {
      ++faults;
      ADD_FAILURE() << fault.what() << "\nplay it again with MLPSWEEP_SCHEDULE=" << seed;
    }
  }
  RecordProperty("events", std::to_string(seen.events));
  if (!one) {  // a simulation in which nothing happens proves nothing
    EXPECT_GT(seen.lost, last / 4);
    EXPECT_GT(seen.lost_alive, last / 20);
    EXPECT_GT(seen.recorded, last / 100);
    EXPECT_GT(seen.left, last / 40);
    EXPECT_GT(seen.checkpoints, last / 10);
    EXPECT_GT(seen.hopeless, last / 100);
    EXPECT_GT(seen.stopped, last / 200);
    EXPECT_GT(seen.trained_twice, last / 100);
  }
}

}  // namespace
}  // namespace mlpsweep::runner
