// Precision, recall and their kin from a confusion matrix: the table that scikit-learn prints.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.h"

namespace mlpsweep::results {

/// Units    Shares, 0..1; support counts images (a mean over repeats need not be whole).
struct ClassFigures {
  std::string name;
  double precision = 0;  ///< Of the images that were given this class, the share that have it.
  double recall = 0;     ///< Of the images that have this class, the share that were given it.
  double f1 = 0;         ///< 2 P R / (P + R)
  double support = 0;    ///< Images that have this class.
};

/// Whose classes stand in the matrix's rows.
enum class MatrixRows {
  kLabels,       ///< As records have it.
  kPredictions,  ///< Labels taken for predictions and the other way round, as in a report that did
                 ///< so: precision and recall change places, support counts predictions.
};

struct Classification {
  std::vector<ClassFigures> classes;
  ClassFigures macro;     ///< Plain means over the classes.
  ClassFigures weighted;  ///< Means weighted by support.
  double accuracy = 0;
  std::vector<std::string> notes;  ///< Divisions by zero, and an exchange of the rows.
};

/// A quotient without images to divide by is 0, as in scikit-learn, and told in the notes.
///
/// Shapes   confusion (K, K), true class in rows, predicted in columns; names K of them, or none
///          for the classes' numbers.
/// Errors   std::logic_error (MLPS_CHECK): other shapes.
/// Source   scikit-learn's classification_report with zero_division=0.
[[nodiscard]] Classification classify(std::span<const double> confusion,
                                      std::span<const std::string> names = {},
                                      MatrixRows rows = MatrixRows::kLabels);

/// The figure of a row: precision, recall, f1 or support of a class, of "macro" or of "weighted".
/// Range    NaN where there is no such row. Errors   InputError: no such figure.
[[nodiscard]] double classification_figure(const Classification& report, std::string_view row,
                                           std::string_view figure);

/// The text that scikit-learn prints, letter by letter where names are Latin; wide letters are
/// padded for a terminal, where they take two columns. Notes are no part of it.
[[nodiscard]] std::string text_of(const Classification& report, int digits = 2);

/// The entry-wise mean over repeats (what a repeat has more of is averaged first); empty where no
/// complete trial has a matrix, or their classes differ in number.
[[nodiscard]] std::vector<double> mean_confusion(std::span<const Record* const> trials);

}  // namespace mlpsweep::results
