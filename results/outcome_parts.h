// The steps of an outcome: figures and curves judged, claims tested. Only outcome.cpp needs this.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/classification.h"
#include "results/outcome_values.h"

namespace mlpsweep::results {

/// Deviation of the published runs of one model, and how many, by figure.
using PublishedNoise = std::map<std::string, std::pair<double, int>>;

/// What the judging of one report shares.
struct OutcomeContext {
  const OutcomeInput& input;
  PartsOfReading parts;
  PublishedNoise noise;

  [[nodiscard]] const sweeps::Report& report() const { return *input.report; }
};

/// The function of a named figure; `at_best` takes training and validation figures at the best
/// epoch. Errors   The function throws InputError for an unknown name.
[[nodiscard]] FigureFunction figure_function(const OutcomeContext& context, std::string name,
                                             bool at_best = false);

/// Precision, recall, f1 or support of the row of a trial's classification report that is called
/// `name`: a class of the part, "macro" or "weighted". NaN without a confusion matrix.
[[nodiscard]] FigureFunction class_function(const PartRecords& part, MatrixRows rows,
                                            std::string name, std::string figure);

/// Everything that a published number is judged by, but for the configuration.
struct Question {
  std::string name;  ///< Of the figure, for `same` and for its images.
  sweeps::Quantity kind = sweeps::Quantity::kLoss;
  FigureFunction figure;
  sweeps::Printed printed;
  int runs = 1;        ///< Published runs that the number is the mean of.
  bool judged = true;  ///< Timings and the support of a class are only shown.
};

/// One published number against all configurations that `where` matches; source and name are left
/// to the caller.
[[nodiscard]] FigureOutcome judge_figure(const OutcomeContext& context, const PartRecords& part,
                                         const sweeps::Where& where, const Question& question);

[[nodiscard]] std::vector<FigureOutcome> judge_classes(
    const OutcomeContext& context, const PartRecords& part,
    const sweeps::ExpectedClassification& expected);

/// Expected rows and classification reports of one experiment, in the order of the spec. What is ">
/// X" has its test in `claim` and no verdict yet.
[[nodiscard]] std::vector<FigureOutcome> judge_figures(const OutcomeContext& context,
                                                       const PartRecords& part);

[[nodiscard]] std::vector<CurveOutcome> judge_curves(const OutcomeContext& context,
                                                     const PartRecords& part);

/// The published runs of each model that the report trained more than once.
[[nodiscard]] std::vector<SameOutcome> same_models(const OutcomeContext& context);
[[nodiscard]] PublishedNoise noise_of(std::span<const SameOutcome> same);

[[nodiscard]] ClaimOutcome test_claim(const OutcomeContext& context, const sweeps::Claim& claim);

/// Claims of the report that speak of `experiment` (null: all), then the winners that its parts
/// take as given, then gradient checks. No verdicts yet.
[[nodiscard]] std::vector<ClaimOutcome> test_claims(const OutcomeContext& context,
                                                    const std::string* experiment);

/// Holm's correction over claims and figures that are claims; fills in their verdicts.
void settle_claims(std::vector<ClaimOutcome>& claims, std::vector<FigureOutcome>& figures);

/// A claim as a sentence.
[[nodiscard]] std::string text_of(const sweeps::Claim& claim);

/// "0.8546", "37", "12.3": as people read a figure; "never" where it is infinite.
[[nodiscard]] std::string number_text(sweeps::Quantity kind, double value);

/// The worse of two verdicts of one row: not reproduced, cannot tell, compatible, reproduced, not
/// judged.
[[nodiscard]] Verdict worse(Verdict a, Verdict b);

}  // namespace mlpsweep::results
