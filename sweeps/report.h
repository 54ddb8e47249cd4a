// What a report published, as a spec quotes it: figures, curves, claims. Changes no trial.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlpsweep::sweeps {

/// Configurations that a row or a claim speaks of: all whose settings match every key, each with
/// one of the texts (in the key's one spelling). Empty: all of the experiment.
using Where = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// A number as it was printed.
struct Printed {
  enum class Kind { kValue, kAbout, kAbove, kBelow };
  std::string text;  ///< "0.0690", "about 200", "> 0.98"
  Kind kind = Kind::kValue;
  double value = 0;
  /// One unit of the last digit printed; of the last non-zero digit for "about".
  double unit = 0;
};

/// One published figure of a row: `figure` is a name that results::figure() takes, a derived one
/// (`derived`, plateau_until, oscillation, epochs_run), "seconds", or first_epoch below.
struct PublishedFigure {
  std::string figure;
  Printed printed;
  /// first_epoch: the first epoch at which `figure` reaches this; `printed` is then an epoch.
  std::optional<double> reaches;
};

struct ExpectedRow {
  Where where;
  std::string source;    ///< "Table 3"; may be empty.
  bool at_best = false;  ///< Training and validation figures of the best epoch instead of the last.
  int runs = 1;          ///< Published runs that its figures are means of.
  std::vector<PublishedFigure> figures;
};

/// Curves of one run, printed epoch by epoch.
struct ExpectedCurve {
  Where where;
  std::string source;
  int from_epoch = 1;  ///< What the report calls its first epoch, for the axis.
  std::vector<std::pair<std::string, std::vector<Printed>>> figures;  ///< train_loss: [...]
};

/// A row of a classification report: precision, recall, f1, support, as far as printed.
struct ExpectedClass {
  std::string name;  ///< A label, "macro" or "weighted".
  std::vector<std::pair<std::string, Printed>> figures;
};
struct ExpectedClassification {
  std::string source;
  bool exchanged = false;  ///< The report took labels for predictions and the other way round.
  std::vector<ExpectedClass> rows;
};

/// A gradient check as a report printed it.
struct GradientClaim {
  double epsilon = 1e-2;
  int examples = 1;
  int input_hidden = 0;  ///< How many single entries of each kind.
  int hidden_output = 0;
  int hidden_bias = 0;
  int output_bias = 0;
  double at_most = 0;  ///< Each absolute error.
  std::string source;
};

/// A statement of order or size. What each form means: results/README.md, "Claims".
struct Claim {
  enum class Form {
    kLess,  ///< metric(left) < metric(right)
    kGreater,
    kLowest,  ///< of all values of `along` (or of all configurations) the one in `is`
    kHighest,
    kIncreasing,  ///< along `along` in the order of `values`, or of the axis; along epoch: a curve
    kDecreasing,
    kAtLeast,  ///< the mean over repeats; with `share` "> 0": in some run
    kAtMost,
    kBetween,
    kDiffers,  ///< some configuration from some other
  };
  Form form = Form::kLess;
  std::string source;
  std::string metric;                ///< A figure; or precision, recall, f1 of `classes`.
  std::vector<std::string> classes;  ///< Labels, "macro" or "weighted"; empty: every class.
  std::string experiment;            ///< `in`; empty where the spec has no experiments.
  Where where;
  std::string than_experiment;  ///< kLess, kGreater: the other side.
  Where than;
  std::string than_metric;          ///< Empty: `metric` as well.
  std::vector<std::string> along;   ///< Keys; "epoch" is the curve.
  std::vector<std::string> values;  ///< Of the one key in `along`, as far as they are named.
  Where is;
  double low = 0;   ///< kAtLeast, kBetween
  double high = 0;  ///< kAtMost, kBetween
  std::string share;
  int first_epoch = 0;  ///< epochs: [18, 20] as the report counts them; 0, 0: the figure itself.
  int last_epoch = 0;
  int line = 0;  ///< Of the spec, for messages.
};

/// A figure that is made from a curve by a rule of the spec's own (statistics.md, "Derived
/// figures").
struct DerivedFigure {
  /// The first epoch from which the metric stays within a distance of something, or beyond it.
  enum class Stays { kWithin, kBeyond };
  std::string name;    ///< convergence_epoch
  std::string metric;  ///< validation_accuracy
  double distance = 0;
  Stays stays = Stays::kWithin;
  std::string of = "last";  ///< Its last value, or a curve: train_accuracy.
};

/// One published run of a model that the report trained more than once.
struct SameModel {
  std::vector<std::pair<std::string, Where>> runs;  ///< experiment, configuration
};

/// A picture of the report.
struct Picture {
  std::string experiment;
  std::vector<std::string> plot;  ///< loss, accuracy, train_loss, ..., confusion, examples
  std::string lines;              ///< Key whose values are lines of one picture; empty: none.
  bool per_configuration = false;
  std::string of = "test";
  std::vector<std::string> predicted;  ///< examples: the classes to show.
  std::string source;
};

/// A named set of options of `table`.
struct TablePreset {
  std::string name = {};
  std::string experiment = {};
  std::vector<std::string> rows = {};
  std::vector<std::string> columns = {};
  std::vector<std::string> values = {};
  Where where = {};
  bool percent = false;
};

/// What is expected of one experiment.
struct Expectation {
  std::string experiment;
  std::vector<ExpectedRow> rows;
  std::vector<ExpectedCurve> curves;
  std::optional<ExpectedClassification> classification;
  std::optional<GradientClaim> gradients;
};

/// What would matter: differences that a verdict takes seriously (statistics.md, "Verdict").
struct Tolerances {
  double accuracy = 0.01;  ///< As a share.
  double loss = 0.1;       ///< Of the published value.
  double epochs = 0.25;    ///< Of the published value.
};

/// Everything that `reproduce` holds against the records.
struct Report {
  std::vector<Expectation> expected;
  std::vector<Claim> claims;
  std::vector<DerivedFigure> derived;
  std::vector<SameModel> same;
  std::vector<Picture> pictures;
  std::vector<TablePreset> tables;
  Tolerances matters;
};

}  // namespace mlpsweep::sweeps
