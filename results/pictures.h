// The pictures of a sweep as plain data, and as gnuplot scripts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/gnuplot.h"
#include "results/grouping.h"
#include "results/statistics.h"

namespace mlpsweep::results {

/// Title above and source line below, which all pictures have.
struct Caption {
  std::string title;
  std::string source;  ///< What is shown: sweep, repeats, what the bands are.
};

// ---- curves

enum class LineForm { kSolid, kDashed, kPoints };

/// One curve by epoch; a band is drawn where an interval over repeats is given.
struct CurveLine {
  std::string label;
  std::size_t colour = 0;  ///< Lines of one colour belong together.
  LineForm form = LineForm::kSolid;
  std::vector<Interval> epochs;
};

struct CurvePanel {
  std::string axis;    ///< "loss", "accuracy"
  bool share = false;  ///< 0..1, drawn as per cent.
  std::vector<CurveLine> lines;
};

struct CurvePicture {
  Caption caption;
  int first_epoch = 1;  ///< What the axis calls the first epoch.
  std::vector<CurvePanel> panels;
};

/// Mean and 95 % interval over repeats of a curve (curves.h) at each epoch that all repeats have
/// run; beyond, where early stopping has ended some, means over fewer repeats would jump.
/// What a repeat has more trials of is averaged first. Empty: no complete trial has the curve.
[[nodiscard]] std::vector<Interval> mean_curve(const Group& group, std::string_view curve);

/// A group under the name that it has in a legend; empty where there is only one.
struct LabelledGroup {
  std::string label;
  const Group* group = nullptr;
};

/// Whether `plot` names panels: "loss" and "accuracy" (training and validation part together), or
/// one of the four curves.
[[nodiscard]] bool is_curve_plot(std::string_view plot);

/// One panel a plot, in it the lines of all groups; panels without a line are left out.
[[nodiscard]] std::vector<CurvePanel> curve_panels(std::span<const LabelledGroup> groups,
                                                   std::span<const std::string> plots);

/// "mean and 95 % band (Student's t) over 5 repeats", or what else the lines are.
[[nodiscard]] std::string note_on_curves(std::span<const LabelledGroup> groups);

/// Errors   std::logic_error (MLPS_CHECK): no panel, or one without a line.
[[nodiscard]] Drawing draw_curves(const CurvePicture& picture);

// ---- confusion matrix

/// Shapes   counts (K, K), true class in rows; names K of them.
struct ConfusionPicture {
  Caption caption;
  std::vector<std::string> names;
  std::vector<double> counts;
};

/// Classes of which the counts still fit into their squares.
inline constexpr std::size_t kMostCountedClasses = 30;

/// Colours are shares of the true class, so that classes of any size compare; numbers are counts.
[[nodiscard]] Drawing draw_confusion(const ConfusionPicture& picture);

// ---- examples

/// One image of the test part.
struct Example {
  std::vector<std::uint8_t> pixels;  ///< (height, width), 0 is the background.
  std::string truth;
  std::string predicted;
  bool right = false;
};

struct ExampleRow {
  std::string label;  ///< Left of the row; may be empty.
  std::vector<Example> examples;
};

struct ExamplesPicture {
  Caption caption;
  int height = 28;
  int width = 28;
  bool with_predicted = false;  ///< Name the predicted class under each image as well.
  std::vector<ExampleRow> rows;
};

/// Images dark on white; wrong predictions are framed and in another colour.
/// Errors   std::logic_error (MLPS_CHECK): no image, or one of another size.
[[nodiscard]] Drawing draw_examples(const ExamplesPicture& picture);

/// Which test images to show, as indices into the predictions.
///
/// The first `most` that were given `predicted`, in the order of the set: not the best of them.
[[nodiscard]] std::vector<std::size_t> first_given(std::span<const std::uint8_t> predictions,
                                                   int predicted, std::size_t most);
/// The first `most` whose class isn't the predicted one.
[[nodiscard]] std::vector<std::size_t> first_mistakes(std::span<const std::uint8_t> predictions,
                                                      std::span<const std::uint8_t> labels,
                                                      std::size_t most);

}  // namespace mlpsweep::results
