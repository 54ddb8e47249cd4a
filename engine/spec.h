// The plain settings of one trial: everything that decides its bits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlpsweep::engine {

/// How large one part of a split is.
///
/// Units    Below 1 a share of the rows it is cut from, from 1 on a number of rows; 0 is "no such
///          part".
using PartSize = double;

/// How the rows are dealt out to training, validation and test.
struct Split {
  /// Unset: all rows that the other parts leave.
  std::optional<PartSize> train;
  /// Cut from the training rows. Unset or 0: no validation part, so nothing is ever chosen.
  std::optional<PartSize> validation;
  /// Unset: the set's own test part (none if it has none); a size: cut from the training rows.
  std::optional<PartSize> test;
  /// Keep each class's share the same in every part.
  bool stratify = false;
};

/// How a byte of an image becomes an input of the network.
struct Scale {
  std::string method = "unit";   ///< none: 0..255 · unit: 0..1 · zscore: (x - mean) / deviation
  std::string per = "pixel";     ///< zscore's mean and deviation: per pixel, image, or all at once
  std::string fit = "training";  ///< the part that the mean and the deviation are taken from
};

/// Which data, and how it is cut and scaled.
struct DataSpec {
  std::string set;           ///< A known set's name, or empty for the user's own files below.
  std::string train;         ///< idx file of the training images, plain or gz.
  std::string train_labels;  ///< Empty: the images' name with labels for images, idx1 for idx3.
  std::string test;          ///< Empty: no test part of its own.
  std::string test_labels;
  std::string format = "idx";
  Split split;
  Scale scale;
};

struct Optimizer {
  std::string name = "sgd";
  double learning_rate = 0.01;              ///< Per step, on gradients averaged over the batch.
  double momentum = 0;                      ///< 0: none.
  std::string momentum_form = "classical";  ///< classical v = m v + g · averaged v = m v + (1-m) g
};

struct Init {
  /// normal N(0, 1) · he N(0, 2 / fan_in) · glorot U(-r, r), r = sqrt(6 / (fan_in + fan_out)).
  std::string weights = "glorot";
};

struct EarlyStop {
  /// Stop once the validation loss has been above its best for more than this many epochs in a row,
  /// and go back to the best weights. Unset: train all epochs and keep the last weights.
  std::optional<int> patience;
};

/// Everything that decides the bits of one trial. The table of keys (sweeps/keys.h) has a row for
/// each field, with its range, unit and meaning.
struct TrainSpec {
  DataSpec data;
  std::vector<int> hidden = {128};  ///< Units of each hidden layer, input side first; may be empty.
  std::string activation = "tanh";
  std::string output = "softmax";
  std::string loss = "cross_entropy";
  std::int64_t batch_size = 128;  ///< Rows per step; 0: the whole training part (full batch).
  int epochs = 10;
  double l1 = 0;  ///< Adds l1 * sum |w| over all weights (not biases) to what is minimised.
  double l2 = 0;  ///< Adds l2 * sum w^2, so its gradient is 2 * l2 * w.
  Optimizer optimizer;
  Init init;
  EarlyStop early_stop;
  std::string shuffle = "each_epoch";  ///< each_epoch · none: the split's order, every epoch
  std::string keep_weights = "none";   ///< none · both: initial and final weights in the record

  std::uint64_t seed = 0;  ///< The sweep's seed; with `repeat` it names every random stream.
  int repeat = 0;          ///< Which paired repeat; all configurations of one share its streams.
  int fold = 0;
};

}  // namespace mlpsweep::engine
