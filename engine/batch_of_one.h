// Training with one row a step, without matrix products.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/aligned.h"
#include "engine/network.h"
#include "engine/score.h"

namespace mlpsweep::engine {

/// One row at a time: matrix-vector forward, update while going back. Inputs that are exactly 0 are
/// skipped, which changes no sum and no weight; that is half the pixels of a usual image. The first
/// layer's weights are walked over once a row: its step and the next row's sums go together, since
/// fetching those weights is most of the work.
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
    int spans = 0;                ///< Of what enters the layer.
    AlignedVector<float> values;  ///< What enters, but at the bottom: whole spans.
    std::vector<Mask> marks;
    AlignedVector<float> sums;
    AlignedVector<float> d_sums;
  };
  /// Converts rows [first, first + kRowsAtOnce) into their places.
  void load(const RowSource& source, const std::vector<std::uint32_t>& rows, std::size_t first);
  [[nodiscard]] MarkedRow<float> marked(std::size_t row) const;
  /// From the bottom layer's sums on.
  void forward(Network<float>& network);
  [[nodiscard]] Outputs<float> outputs(const Network<float>& network,
                                       const std::uint8_t* label) const;
  /// Down to the bottom layer's d_sums; every update but that of its weights.
  void backward(Network<float>& network, const std::uint8_t* label);
  /// Over a layer's weights: the step of one row and the sums of another, where they are given.
  void walk(Network<float>& network, std::size_t layer, const MarkedRow<float>& leaving,
            const MarkedRow<float>& entering);

  float learning_rate_;
  int inputs_count_;
  AlignedVector<float> inputs_;  ///< Rows in turns: those at work, and those that come next.
  std::vector<Mask> marks_;
  std::vector<std::uint8_t> labels_;
  std::vector<Level> levels_;
};

}  // namespace mlpsweep::engine
