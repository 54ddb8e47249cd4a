// Who has been silent for how long, by a clock that the caller reads.
#pragma once

#include <chrono>
#include <map>

namespace mlpsweep::runner {

using Clock = std::chrono::steady_clock;

/// Every rank gives a sign of life so often, whatever else it does: a rank that loads data or
/// derives results at length is not silent.
inline constexpr std::chrono::seconds kBeatEvery{2};
/// A worker that was silent for longer is given up.
inline constexpr std::chrono::seconds kWorkerPatience{8};
/// A worker whose coordinator was silent for longer ends by itself.
inline constexpr std::chrono::seconds kCoordinatorPatience{20};

/// Silence counts only while this process listens. A process that was itself stopped (SIGSTOP, a
/// laptop that slept) or busy elsewhere finds its mailbox full afterwards: the time in between
/// counts for a second at most, so that nobody is given up before the mail has been read.
///
/// Threads  Not safe.
class RollCall {
 public:
  /// Tells the time; to be called several times a second while it listens.
  void listen(Clock::time_point now);

  void heard(int rank) { heard_[rank] = listened_; }

  /// Of a rank that was never heard: since the first listen().
  [[nodiscard]] Clock::duration silence(int rank) const;

 private:
  Clock::time_point last_;
  bool begun_ = false;
  Clock::duration listened_{0};
  std::map<int, Clock::duration> heard_;
};

}  // namespace mlpsweep::runner
