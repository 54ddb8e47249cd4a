// A few seconds of a sweep's own trials, which tell how long all of it will take.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "engine/dataset.h"
#include "engine/rehearsal.h"
#include "engine/spec.h"
#include "runner/kinds.h"

namespace mlpsweep::runner {

/// Measures one kind, for about so many seconds in each of the three ways.
using MeasureKind = std::function<Paces(const engine::TrainSpec& spec, double piece_seconds)>;

/// Trains pieces on pools of threads as a rank does, `cores` trials side by side.
/// Errors   As engine::train.
[[nodiscard]] MeasureKind measure_on(int cores, engine::DatasetCache& data);

struct Calibration {
  /// Of each kind, measured again and again, so that the machine's moods show between the rounds.
  std::vector<std::vector<Paces>> rounds;
  std::size_t measured = 0;  ///< Kinds; the others' paces follow from these.
};

/// In rounds over all kinds (kMostMeasured of them at most), `seconds` in all, more where pieces
/// would become too short to tell anything. Where a batch takes longer than its piece,
/// kFewestRounds are enough once kMostOver times those seconds are over.
inline constexpr std::size_t kMostMeasured = 16;
inline constexpr int kRounds = 5;
inline constexpr int kFewestRounds = 3;
inline constexpr double kMostOver = 4;
[[nodiscard]] Calibration calibrate(const std::vector<Kind>& kinds, double seconds,
                                    const MeasureKind& measure,
                                    const engine::ReadClock& now = engine::steady_seconds);

}  // namespace mlpsweep::runner
