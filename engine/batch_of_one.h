// Training with one row a step, without matrix products.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/aligned.h"
#include "engine/network.h"
#include "engine/score.h"

namespace mlpsweep::engine {

/// One row at a time: matrix-vector forward, update while going back. Inputs that are exactly 0 are
/// skipped, which changes no sum and no weight; that is half the pixels of a usual image.
///
/// Threads  One object, one thread: a row's work is too short to share.
class BatchOfOne {
 public:
  /// Whether the settings allow it: batches of one, and nothing that moves a weight whose input is
  /// 0 (momentum, penalties).
  [[nodiscard]] static bool fits(const TrainSpec& spec);

  BatchOfOne(const TrainSpec& spec, const Network<float>& network);

  /// One step a row, in the order of `rows`. Adds each row's loss and whether it was predicted
  /// right, both before its step, to `tally` if it is given.
  void train(Network<float>& network, const RowSource& source,
             const std::vector<std::uint32_t>& rows, Tally* tally = nullptr);

 private:
  struct Level {
    const float* entering = nullptr;  ///< What enters the layer: a row of inputs_, or values below.
    AlignedVector<float> values;      ///< What leaves the layer underneath; empty at the bottom.
    std::vector<std::uint32_t> indices;
    int count = 0;  ///< Indices in use.
    AlignedVector<float> sums;
    AlignedVector<float> d_sums;
  };
  void forward(const Network<float>& network, const float* inputs);
  [[nodiscard]] Outputs<float> outputs(const Network<float>& network,
                                       const std::uint8_t* label) const;
  void backward(Network<float>& network, const std::uint8_t* label);

  float learning_rate_;
  int input_stride_;
  AlignedVector<float> inputs_;
  std::vector<Level> levels_;
};

}  // namespace mlpsweep::engine
