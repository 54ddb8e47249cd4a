// The coordinator at work: messages in, trials out, progress and files kept up to date.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/coordinator.h"
#include "runner/link.h"
#include "runner/plan_trials.h"
#include "runner/progress.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// What serving a sweep came to.
struct Served {
  std::size_t failed = 0;
  bool interrupted = false;
  std::optional<std::string> broken;  ///< A rank's machine failed, in its own words.
};

/// What happens beside the messages; each is called again and again and never waits long.
struct ServeHooks {
  std::function<void()> step_own_worker;
  /// After new trials became durable: how many have ended in all.
  std::function<void(std::size_t ended)> durable;
  /// Every two seconds: for status.json.
  std::function<void(const Standing&, const std::map<int, Coordinator::Rank>&)> status;
};

/// Hands out `tasks` until all have ended, a signal came or a rank broke; returns once no rank
/// trains any more. Ranks join when their Ready comes.
Served serve(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
             int ranks, Link& link, const ServeHooks& hooks);

}  // namespace mlpsweep::runner
