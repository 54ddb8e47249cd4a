#include "sweeps/build_sweep.h"

#include <algorithm>

#include <fmt/format.h>

#include "sweeps/filter_grid.h"
#include "sweeps/grid.h"
#include "sweeps/keys.h"
#include "sweeps/part_outline.h"
#include "sweeps/possible_winners.h"
#include "sweeps/read_report.h"
#include "sweeps/rules.h"

namespace mlpsweep::sweeps {
namespace {

Metric metric_of(const Outline& outline, const Sweep& sweep) {
  Metric metric;
  const bool validation = all_have_validation(sweep);
  metric.name = outline.metric_name.value_or(validation ? "validation_loss" : "train_loss");
  const bool is_loss = metric.name.find("loss") != std::string::npos;
  metric.minimize = outline.minimize.value_or(is_loss);
  metric.at_best = outline.at_best;
  return metric;
}

/// Of a part that waits, what is left hangs on the winner: it is a fault where none leaves any.
void check_any_is_left(const PartOutline& outline, const Part& part, const Sweep& sweep,
                       Diagnostics& diagnostics) {
  if (!part.settled && combinations(whoever_wins(part, sweep), {}, sweep.seed).empty()) {
    diagnostics.report(outline.exclusions.front().front().place,
                       "'exclude' leaves no configuration, whoever wins");
  }
}

/// A choice must not look at the test part, and training figures choose the model that overfits
/// most.
void check_choices(const Outline& outline, const std::vector<PartOutline>& parts,
                   const Sweep& sweep, Diagnostics& diagnostics) {
  if (sweep.metric.name.rfind("validation_", 0) == 0)
    return;
  for (const PartOutline& part : parts) {
    if (part.waits.empty())
      continue;
    const std::string where =
        outline.metric_name ? "" : " (the default where some configuration has no validation part)";
    diagnostics.report(part.from_place,
                       fmt::format("a winner is chosen by a validation metric, and the metric is "
                                   "'{}'{}",
                                   sweep.metric.name, where),
                       {"expected metric: validation_loss or validation_accuracy, or a pin for "
                        "every key that the experiment sweeps"});
  }
}

/// The key that an override is about, or null: repeats, names and the like narrow nothing.
const Key* key_of_override(std::string_view text) {
  std::string_view name = text.substr(0, text.find('='));
  constexpr std::string_view kExperiments = "experiments.";
  if (name.substr(0, kExperiments.size()) == kExperiments) {
    name.remove_prefix(kExperiments.size());
    name.remove_prefix(std::min(name.find('.') + 1, name.size()));
  }
  const Key* key = find_key(name);
  return key != nullptr ? key : short_form_of(name);
}

/// What rows and claims may speak of: the judged part of each experiment. After any complaint no
/// value is held against them, since the one they mean may be the one that was refused.
std::vector<KnownExperiment> known_experiments(const Sweep& sweep, const Diagnostics& diagnostics) {
  std::vector<KnownExperiment> known;
  for (const Part& part : sweep.parts) {
    if (!part.reading.empty())
      continue;
    KnownExperiment experiment{part.experiment, part.base, part.blocks, {}};
    for (const auto& wait : part.waits)
      experiment.open.push_back(wait.first);
    for (const std::string& text : sweep.overrides) {
      if (const Key* key = key_of_override(text))
        experiment.open.emplace_back(key->name);
    }
    if (diagnostics.any()) {
      for (const Key& key : keys())
        experiment.open.emplace_back(key.name);
    }
    known.push_back(std::move(experiment));
  }
  return known;
}

}  // namespace

Sweep build_sweep(const Outline& outline, const ReadOptions& options, Diagnostics& diagnostics) {
  Sweep sweep;
  sweep.name = outline.name;
  sweep.seed = outline.seed;
  sweep.overrides = options.overrides;
  const std::vector<PartOutline> parts =
      part_outlines(outline, !options.overrides.empty(), diagnostics);
  for (const PartOutline& part : parts) {
    sweep.parts.push_back(build_grid(part, diagnostics));
    sweep.parts.back().base.seed = sweep.seed;
  }
  const Place place = parts.size() == 1 ? parts.front().parameters_place : Place{};
  if (check_size(sweep.parts, place, options.most_trials, diagnostics) == GridSize::kTooLarge)
    return sweep;
  sweep.metric = metric_of(outline, sweep);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const Part& part = sweep.parts[p];
    // So a winner can't bring a setting that some rule forbids.
    check_rules(parts[p], whoever_wins(part, sweep), sweep, diagnostics);
    check_any_is_left(parts[p], part, sweep, diagnostics);
    if (options.data_files == DataFiles::kMustExist)
      check_files(parts[p], diagnostics);
  }
  check_choices(outline, parts, sweep, diagnostics);
  filter_grids(parts, sweep, diagnostics);
  sweep.report = read_report(outline.report, known_experiments(sweep, diagnostics), diagnostics);
  return sweep;
}

}  // namespace mlpsweep::sweeps
