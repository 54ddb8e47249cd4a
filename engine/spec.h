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
  std::string method = "unit";  ///< none: as stored · unit: 0..1 · zscore: (x - mean) / deviation
  std::string per = "pixel";    ///< zscore's mean and deviation: per pixel, image, or all at once
  /// What mean and deviation are taken from. training: the training part · each_part: each part's
  /// own · each_file: the whole training file before the split, the test file's own for the test.
  std::string fit = "training";
};

/// Names of the arrays in an npz file; empty: the only one that can be meant.
struct ArrayNames {
  std::string inputs;
  std::string labels;
  std::string test_inputs;  ///< Set: the test part lies in the training file, under these names.
  std::string test_labels;
};

/// Which data, and how it is cut and scaled.
struct DataSpec {
  std::string set;    ///< A known set's name, or empty for the user's own files below.
  std::string train;  ///< File of the training images; idx and csv plain or gz.
  /// Empty: idx: the images' name with labels for images, idx1 for idx3; others: in that file.
  std::string train_labels;
  std::string test;  ///< Empty: no test part of its own.
  std::string test_labels;
  std::string format = "idx";          ///< idx · npz (npy as well) · csv
  std::string label_column = "first";  ///< csv: first · last · the name that the header gives it
  std::string header = "auto";         ///< csv: true · false · auto: told by the first two lines
  ArrayNames arrays;                   ///< npz
  std::vector<std::string> classes;    ///< Labels that are kept; empty: all of them.
  std::string positive;  ///< The label that stands as class 1; empty: the order of the labels.
  std::string against;   ///< rest: `positive` against all others, two classes. Empty: no.
  bool pool = false;     ///< Training and test part are put together before the split.
  /// The part whose figures are watched after every epoch: validation · test, for reports that did.
  std::string monitor = "validation";
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
  /// normal S: N(0, S^2), S = 1 where it is not named · he N(0, 2 / fan_in) · glorot U(-r, r),
  /// r = sqrt(6 / (fan_in + fan_out)).
  std::string weights = "glorot";
  std::string biases = "0";  ///< 0 · normal S
};

struct EarlyStop {
  /// Stop once the validation loss has been above its best for more than this many epochs in a row,
  /// and go back to the best weights. Unset: train all epochs and keep the last weights.
  std::optional<int> patience;
  /// exceeded: stop after more than `patience` epochs above the best · reached: after that many.
  std::string stop_when = "exceeded";
  /// Weights kept for the test: best · last · auto: best where `patience` is set, else last.
  std::string restore = "auto";
};

/// Everything that decides the bits of one trial. The table of keys (sweeps/keys.h) has a row for
/// each field, with its range, unit and meaning.
struct TrainSpec {
  DataSpec data;
  std::vector<int> hidden = {128};  ///< Units of each hidden layer, input side first; may be empty.
  std::string activation = "tanh";
  std::string output = "softmax";
  std::string loss = "cross_entropy";
  /// Gradient by the output sums. loss: the loss's own · squared_error: (a - y) a (1 - a), whatever
  /// loss is reported · logistic: a - y.
  std::string output_delta = "loss";
  /// Outputs are held within [clip, 1 - clip] in the reported loss; 0: no bound. Applied to the
  /// sums before the sigmoid (+-ln((1 - clip) / clip)), since 1 - 1e-15 is 1 in float.
  double clip = 0;
  std::int64_t batch_size = 128;  ///< Rows per step; 0: the whole training part (full batch).
  int epochs = 10;
  double l1 = 0;  ///< Adds l1 * sum |w| over all weights (not biases) to what is minimised.
  double l2 = 0;  ///< Adds l2 * sum w^2, so its gradient is 2 * l2 * w.
  /// gradient: penalties are part of the gradient · outside_momentum: w -= rate * penalty's
  /// gradient, apart from the velocity.
  std::string penalty_form = "gradient";
  /// mean: biases step on the mean gradient like weights · summed: on the gradient summed over the
  /// batch (found in a report's code).
  std::string bias_step = "mean";
  Optimizer optimizer;
  Init init;
  EarlyStop early_stop;
  std::string shuffle = "each_epoch";  ///< each_epoch · none: the split's order, every epoch
  /// Training loss and accuracy of an epoch. evaluated: of the whole part, after it · running:
  /// means over the epoch's rows, each before its step.
  std::string train_figures = "evaluated";
  std::string keep_weights = "none";  ///< none · both: initial and final weights in the record

  std::uint64_t seed = 0;  ///< The sweep's seed; with `repeat` it names every random stream.
  int repeat = 0;          ///< Which paired repeat; all configurations of one share its streams.
  int folds = 0;           ///< Of a k-fold cross-validation of the training rows; 0: no folds.
  int fold = 0;            ///< Which of them is the validation part.
};

}  // namespace mlpsweep::engine
