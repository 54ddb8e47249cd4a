// The coordinator at work: messages in, trials out, progress and files kept up to date.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/coordinator.h"
#include "runner/link.h"
#include "runner/plan_trials.h"
#include "runner/progress.h"
#include "runner/roll_call.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// What serving a sweep came to.
struct Served {
  std::size_t failed = 0;
  bool interrupted = false;
  std::optional<std::string> broken;  ///< A rank's machine failed, in its own words.
  double peak_bytes = 0;              ///< Of the rank that took most memory; see ProcessMemory.
};

/// What a rank is at, as far as rank 0 knows.
struct RankStanding {
  static constexpr std::size_t kMostTold = 4;

  struct Training {
    std::uint64_t trial = 0;
    std::string settings;  ///< "hidden=128 repeat=2"
    double seconds = 0;    ///< Since it was handed out.
  };
  int rank = 0;
  std::string host;
  int threads = 0;
  std::vector<Training> training;  ///< What it was given first, one a thread; kMostTold at most.
  std::size_t trials = 0;          ///< All that it has.
  double peak_bytes = 0;           ///< As of when trials of its last ended; 0: none has.
};

/// What happens beside the messages; each is called again and again and never waits long.
struct ServeHooks {
  std::function<void()> step_own_worker;
  /// After new trials became durable.
  std::function<void(const Standing&)> durable;
  /// Every two seconds, of thousands of ranks less often: for status.json.
  std::function<void(const Standing&, const std::vector<RankStanding>&)> status;
  /// Where a trial's checkpoint stands; 0: there is none.
  std::function<int(std::uint64_t trial)> epoch_of;
  /// Those of a lost rank's trials whose records are on the disk all the same: it died before it
  /// could say so.
  std::function<std::vector<Outcome>(const std::vector<std::uint64_t>& trials)> recorded;
  std::function<void(const std::string&)> tell_info = log_info;
  std::function<void(const std::string&)> tell_warning = log_warning;
};

/// Hands out trials and takes in what comes back; gives up ranks that fall silent. It never waits
/// and reads no clock, so that a test can let it live through any schedule.
///
/// Threads  Not safe.
class Server {
 public:
  /// All but `tasks` is kept by reference. Ranks join when their Ready comes.
  Server(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
         int ranks, Link& link, const ServeHooks& hooks);

  /// Everything that can be done now; to be called several times a second.
  void step(Clock::time_point now);

  /// All trials have ended; or a signal came or a rank broke, and no rank trains any more.
  [[nodiscard]] bool finished() const;

  [[nodiscard]] const Served& served() const { return served_; }
  [[nodiscard]] const Standing& standing() const { return standing_; }
  [[nodiscard]] const Coordinator& coordinator() const { return coordinator_; }
  [[nodiscard]] std::vector<RankStanding> ranks(Clock::time_point now) const;

 private:
  void stop_on_request();
  void stop();
  void take(int rank, const Message& message);
  void take_back(int rank, const Returned& returned);
  void stop_broken(int rank, const std::string& what);
  void give_up_the_silent(Clock::time_point now);
  void fail_hopeless();
  void give_up(int rank, const std::string& why);
  void end(int rank, const Outcome& outcome);
  void hand_out(Clock::time_point now);
  void tell_best(std::uint64_t trial);
  [[nodiscard]] std::string settings(std::uint64_t trial) const;
  [[nodiscard]] std::string name(std::uint64_t trial) const;
  void refresh(Clock::time_point now);

  const sweeps::Sweep& sweep_;
  int ranks_;
  Link& link_;
  const ServeHooks& hooks_;
  Coordinator coordinator_;
  RollCall roll_;
  std::map<int, std::string> hosts_;
  std::map<int, double> peaks_;                                      // bytes
  std::unordered_map<std::uint64_t, Clock::time_point> handed_out_;  // when each was, last
  Served served_;
  Standing standing_;
  std::unordered_map<std::uint64_t, float> costs_;
  double cost_left_ = 0;
  double cost_done_ = 0;
  double best_ = engine::kNaN;
  std::optional<Clock::time_point> begun_;
  Clock::time_point status_written_;
  Clock::time_point silence_looked_for_;
};

/// Lets a Server work until it has finished, by this machine's clock.
Served serve(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
             int ranks, Link& link, const ServeHooks& hooks);

}  // namespace mlpsweep::runner
