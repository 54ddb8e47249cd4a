// A report against the records: every published number, curve and claim with its verdict, as plain
// data. README.md, "How an outcome is read", says what each word means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/derived.h"
#include "results/grouping.h"
#include "results/record.h"
#include "results/statistics.h"
#include "results/verdict.h"
#include "sweeps/figure_names.h"
#include "sweeps/report.h"
#include "sweeps/value.h"

namespace mlpsweep::results {

/// One configuration of a part, with all of its trials so far.
struct Configuration {
  std::vector<sweeps::Setting> settings;  ///< Every key.
  std::vector<const Record*> records;     ///< Of any repeat, fold and state; empty: not run.
  std::size_t planned = 0;                ///< Trials.
};

/// One experiment under one reading.
struct PartRecords {
  std::string experiment;
  std::string reading;                        ///< "delta: plain"; empty: the one that is judged.
  std::vector<std::string> swept;             ///< Keys that tell its configurations apart.
  std::vector<Configuration> configurations;  ///< In the order of the grid.
  std::vector<std::string> class_names;       ///< In the network's order; empty: their numbers.
  std::string winner_of;                      ///< The experiment that it starts from; empty: none.
  sweeps::Where pinned;                       ///< What it takes for that one's winner.
};

/// Absolute errors of a gradient check, as they were measured.
struct GradientErrors {
  std::string experiment;
  std::vector<double> absolute;
};

struct OutcomeInput {
  std::string name;
  const sweeps::Report* report = nullptr;
  std::string metric = "validation_loss";  ///< The figure that winners are chosen by.
  bool minimize = true;
  std::vector<PartRecords> parts;  ///< The judged reading of an experiment before the others.
  std::vector<GradientErrors> gradients;
};

/// One value a repeat: of a cross-validation the mean over all of its folds.
using ValueByRepeat = std::map<Repeat, double>;

/// What one configuration gave for one published figure.
struct Measured {
  std::string configuration;  ///< "learning_rate 0.05"; empty where the part has only one.
  ValueByRepeat values;
  Interval interval;
  Judgement judgement;
  std::size_t diverged = 0;  ///< Trials.
  std::size_t failed = 0;
  std::size_t missing = 0;  ///< Planned, and no record yet.
  std::size_t partial = 0;  ///< Repeats of which only some folds are complete.
};

/// A published figure, or a row of a classification report.
struct FigureOutcome {
  std::string experiment;
  std::string source;
  std::string figure;  ///< As tables name it; "first epoch of validation_accuracy 0.99".
  sweeps::Quantity kind = sweeps::Quantity::kLoss;
  sweeps::Printed published;
  std::vector<Measured> configurations;   ///< All that `where` matches: it must hold for each.
  Verdict verdict = Verdict::kNotJudged;  ///< The worst of theirs.
  bool run = false;                       ///< Some record is there.
  std::string note;                       ///< What it was judged by, and what is missing.
  /// "> X" and "< X": judged as a claim, in the family of the report's claims.
  std::optional<ClaimTest> claim;
};

struct CurveOutcome {
  std::string experiment;
  std::string source;
  std::string figure;
  std::string configuration;
  std::size_t epochs = 0;  ///< Printed.
  CurveTest test;
  double farthest = 0;     ///< Published less our mean, where it is largest in deviations.
  int farthest_epoch = 0;  ///< As the report counts.
  Verdict verdict = Verdict::kNotJudged;
  std::string note;
};

struct ClaimOutcome {
  std::string experiment;
  std::string source;
  std::string text;  ///< "validation_loss is lowest at learning_rate 0.05"
  std::string measured;
  bool run = false;
  ClaimTest test;
  double adjusted = 1;  ///< p after Holm's correction over the report's claims.
  ClaimVerdict verdict = ClaimVerdict::kCannotTell;
  std::string note;
};

/// Published runs of one model, and ours of it.
struct SameOutcome {
  std::string figure;
  sweeps::Quantity kind = sweeps::Quantity::kLoss;
  std::vector<std::string> published;  ///< As printed, in the order of the spec.
  double mean = 0;
  double deviation = 0;
  Interval ours;
  double our_deviation = 0;  ///< NaN with fewer than two repeats.
};

/// A report under another reading of one thing that it leaves open: shown, never counted.
struct ReadingOutcome {
  std::string experiment;
  std::string reading;
  std::vector<FigureOutcome> figures;  ///< As Outcome::figures of this experiment, in that order.
  /// For each figure and configuration: this reading less the judged one, over common repeats; n =
  /// 0 where there are none.
  std::vector<std::vector<Interval>> costs;
  std::vector<CurveOutcome> curves;
  std::vector<ClaimOutcome> claims;
};

struct ExperimentOutcome {
  std::string name;
  std::vector<std::string> fixed;     ///< "batch_size 128": settings that are not the default.
  std::vector<std::string> swept;     ///< "learning_rate 0.005, 0.05, 0.01"
  std::vector<std::string> readings;  ///< Other than the judged one.
  std::size_t repeats = 0;            ///< Different ones among the records.
  std::size_t planned = 0;            ///< Trials, all readings.
  std::size_t complete = 0;
  std::size_t diverged = 0;
  std::size_t failed = 0;
  Interval seconds;  ///< A trial.
};

struct Outcome {
  std::string name;
  std::vector<ExperimentOutcome> experiments;
  std::vector<FigureOutcome> figures;
  std::vector<FigureOutcome> timings;
  std::vector<CurveOutcome> curves;
  std::vector<ClaimOutcome> claims;
  std::vector<SameOutcome> same;
  std::vector<ReadingOutcome> readings;
  bool fails_strictly = false;  ///< What --strict ends with exit code 4 for.
};

/// Holds a report against the records.
///
/// Errors   InputError: a figure or curve of no known name, with the nearest.
[[nodiscard]] Outcome outcome_of(const OutcomeInput& input);

/// How many of each verdict: figures, curves and rows of classification reports first, then claims.
struct VerdictCounts {
  std::size_t reproduced = 0;
  std::size_t compatible = 0;
  std::size_t cannot_tell = 0;
  std::size_t not_reproduced = 0;
  std::size_t claims_hold = 0;
  std::size_t claims_cannot_tell = 0;
  std::size_t claims_contradicted = 0;
  std::size_t not_run = 0;  ///< Of either.
};
[[nodiscard]] VerdictCounts counts_of(const Outcome& outcome);

}  // namespace mlpsweep::results
