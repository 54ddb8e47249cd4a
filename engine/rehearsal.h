// How fast a trial will be, told by a few moments of it.
#pragma once

#include <functional>
#include <memory>

#include "engine/dataset.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

/// Seconds since some moment, never fewer than before.
using ReadClock = std::function<double()>;
[[nodiscard]] double steady_seconds();

/// What a trial takes: fixed + epochs * epoch.
///
/// Units    Seconds of wall time, or whatever the clock counts.
struct Pace {
  double fixed = 0;  ///< Preparing data and network, and scoring the test part.
  double epoch = 0;  ///< Training and its scoring.
};

/// A trial's network on its own data, trained and scored on some of its rows for the clock's sake
/// alone: nothing of it is kept.
///
/// Errors   As train().
/// Threads  One at a time; call it inside ThreadPool tasks. Idle threads of that pool help.
class Rehearsal {
 public:
  /// `spec` and `data` are kept by reference.
  Rehearsal(const TrainSpec& spec, const Dataset& data, ReadClock clock = steady_seconds);
  ~Rehearsal();
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  /// Trains on the next rows, and scores some, for about so many seconds; longer where one batch
  /// (of 5000 rows at most) or a few hundred scored rows take longer.
  [[nodiscard]] Pace piece(double seconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mlpsweep::engine
