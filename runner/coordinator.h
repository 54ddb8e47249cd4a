// Which trial goes where: a pure state machine, with no MPI, clock or disk in sight.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "engine/train.h"
#include "runner/messages.h"

namespace mlpsweep::runner {

/// Ranks that died while they trained a trial. It may be what kills them: a few are enough. Each
/// new checkpoint counts from zero.
struct Tries {
  int deaths = 0;
  int epoch = 0;  ///< Where the trial's checkpoint stood at the last of them.
};

/// A trial that waits.
struct Task {
  std::uint64_t trial = 0;
  int repeat = 0;
  double cost = 0;   ///< Predicted floating-point operations.
  Tries tries = {};  ///< Of this run's earlier attempts.
};

/// Puts tasks in the order in which they are handed out: one repeat of every configuration before
/// the second, so that a table is complete early; within a repeat the longest first, so that no
/// long trial is left alone at the end; then by trial.
[[nodiscard]] std::vector<Task> in_order(std::vector<Task> tasks);

/// Hands out waiting trials and counts what comes back.
///
/// A trial is waiting, running on a rank, or ended; each is handed out again only when it is
/// returned, or when its rank is lost. Threads  Not safe.
class Coordinator {
 public:
  /// The coordinator's own process; it can't be lost.
  static constexpr int kOwnRank = 0;
  static constexpr int kMostTries = 3;

  /// `tasks` in the order in which they shall be handed out.
  explicit Coordinator(std::vector<Task> tasks);

  struct Assignment {
    int rank = 0;
    std::vector<std::uint64_t> trials;
  };

  /// A rank can train `slots` trials at once.
  void ready(int rank, int slots);

  /// What to send now. Each rank gets as many trials as it has slots, and about 50 ms of further
  /// ones once it is known how short its trials are, so that it never waits for a message.
  [[nodiscard]] std::vector<Assignment> assign();

  /// Errors   A trial that is not running on that rank is a bug: std::logic_error.
  void done(int rank, const Outcome& outcome);
  void returned(int rank, std::uint64_t trial);

  /// A rank is gone, and what ran there waits again. That was a try for the trials that it had
  /// begun, which are its oldest, one a slot; `epoch_of` tells where a trial's checkpoint stands.
  void lost(int rank, const std::function<int(std::uint64_t trial)>& epoch_of);

  /// Trials that had their last try: they run on the own rank now, whose worker records them as
  /// failed. None before that has joined, nor after a stop.
  [[nodiscard]] std::vector<std::uint64_t> take_hopeless();

  [[nodiscard]] bool runs(int rank, std::uint64_t trial) const;

  /// Nothing is handed out from now on.
  void stop();

  [[nodiscard]] bool idle() const { return running_ == 0; }
  [[nodiscard]] bool complete() const { return running_ == 0 && waiting() == 0; }
  [[nodiscard]] std::size_t waiting() const {
    return tasks_.size() - next_ + back_.size() + hopeless_.size();
  }
  [[nodiscard]] std::size_t running() const { return running_; }
  [[nodiscard]] std::size_t ended() const { return ended_; }

  struct Rank {
    int slots = 0;
    std::deque<std::uint64_t> running;  ///< In the order in which it got them.
    double mean_seconds = 0;            ///< Of its recent trials; 0: none ended yet.
  };
  [[nodiscard]] const std::map<int, Rank>& ranks() const { return ranks_; }

 private:
  [[nodiscard]] std::size_t to_hand_out() const { return tasks_.size() - next_ + back_.size(); }
  [[nodiscard]] std::size_t room(const Rank& rank) const;
  [[nodiscard]] std::uint64_t take();
  void release(int rank, std::uint64_t trial);
  void look_at_all();
  bool count_death(std::uint64_t trial, int epoch);

  std::vector<Task> tasks_;
  std::size_t next_ = 0;             // tasks_ before it were handed out
  std::vector<std::uint64_t> back_;  // given back; they go first
  std::vector<std::uint64_t> hopeless_;
  std::map<int, Rank> ranks_;
  std::set<int> to_look_at_;  // ranks that may have come by room since the last assign()
  std::map<std::uint64_t, Tries> tries_;
  std::size_t running_ = 0;
  std::size_t ended_ = 0;
  bool stopped_ = false;
};

}  // namespace mlpsweep::runner
