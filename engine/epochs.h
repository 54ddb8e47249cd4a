// One pass over the training rows after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/batch_of_one.h"
#include "engine/network.h"
#include "engine/partition.h"
#include "engine/score.h"

namespace mlpsweep::engine {

/// Trains by batches, or by rows where a batch is one row.
///
/// Threads  One object, one trial.
class Epochs {
 public:
  /// `spec` and `partition` are kept by reference.
  Epochs(const TrainSpec& spec, const Partition& partition, const RowSource& source,
         const Network<float>& network);

  /// Trains on every row once; `epoch` counts from 0 and names the order. `tally`, if given, gets
  /// the rows' figures, each before its step.
  void run(int epoch, Network<float>& network, Tally* tally);

  /// All that is carried from one epoch to the next besides the weights; without momentum none or
  /// null.
  [[nodiscard]] Layers<float>* velocity() { return updater_ ? &updater_->velocity : nullptr; }

 private:
  void shuffle(int epoch);

  const TrainSpec& spec_;
  const Partition& partition_;
  RowSource source_;
  std::int64_t batch_rows_ = 0;
  std::vector<std::uint32_t> order_;
  std::optional<BatchOfOne> one_;
  std::optional<Steps<float>> steps_;
  std::optional<Updater<float>> updater_;
};

}  // namespace mlpsweep::engine
