#include "results/outcome.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "results/outcome_parts.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

/// Experiments in the order of the spec.
std::vector<std::string> experiments_of(const OutcomeInput& input) {
  std::vector<std::string> names;
  for (const PartRecords& part : input.parts) {
    if (std::find(names.begin(), names.end(), part.experiment) == names.end()) {
      names.push_back(part.experiment);
    }
  }
  return names;
}

/// Whether a setting says something: paths and defaults don't.
bool is_worth_telling(const sweeps::Setting& setting) {
  const sweeps::Key* key = sweeps::find_key(setting.key);
  return key == nullptr || sweeps::text_of(setting.value) != sweeps::text_of(key->default_value);
}

void add_settings(ExperimentOutcome& outcome, const PartRecords& part) {
  if (part.configurations.empty()) {
    return;
  }
  const auto is_swept = [&](const std::string& key) {
    return std::find(part.swept.begin(), part.swept.end(), key) != part.swept.end();
  };
  for (const sweeps::Setting& setting : part.configurations.front().settings) {
    if (!is_swept(setting.key) && is_worth_telling(setting)) {
      outcome.fixed.push_back(setting.key + " " + sweeps::text_of(setting.value));
    }
  }
  for (const std::string& key : part.swept) {
    std::vector<std::string> values;
    for (const Configuration& configuration : part.configurations) {
      std::string text = setting_text(configuration, key);
      if (std::find(values.begin(), values.end(), text) == values.end()) {
        values.push_back(std::move(text));
      }
    }
    outcome.swept.push_back(fmt::format("{} {}", key, fmt::join(values, ", ")));
  }
}

ExperimentOutcome experiment_outcome(const OutcomeInput& input, const std::string& name) {
  ExperimentOutcome outcome;
  outcome.name = name;
  std::set<Repeat> repeats;
  Values seconds;
  for (const PartRecords& part : input.parts) {
    if (part.experiment != name) {
      continue;
    }
    if (part.reading.empty()) {
      add_settings(outcome, part);
    } else {
      outcome.readings.push_back(part.reading);
    }
    for (const Configuration& configuration : part.configurations) {
      outcome.planned += std::max(configuration.planned, configuration.records.size());
      outcome.complete += count_state(configuration, engine::State::kComplete);
      outcome.diverged += count_state(configuration, engine::State::kDiverged);
      outcome.failed += count_state(configuration, engine::State::kFailed);
      for (const Record* record : configuration.records) {
        repeats.emplace(record->seed, record->repeat);
        if (record->result.state == engine::State::kComplete) {
          seconds.push_back(record->result.train_seconds);
        }
      }
    }
  }
  outcome.repeats = repeats.size();
  outcome.seconds = interval_of(seconds);
  return outcome;
}

/// This reading less the judged one, over the repeats that both have.
Interval cost_of(const Measured& reading, std::span<const Measured> judged) {
  const auto partner = std::find_if(judged.begin(), judged.end(), [&](const Measured& candidate) {
    return candidate.configuration == reading.configuration;
  });
  Values differences;
  if (partner != judged.end()) {
    const std::vector<Values> rows =
        aligned(std::vector<ValueByRepeat>{reading.values, partner->values});
    for (std::size_t r = 0; r < rows[0].size(); ++r) {
      differences.push_back(rows[0][r] - rows[1][r]);
    }
  }
  return interval_of(differences);
}

ReadingOutcome reading_outcome(const OutcomeContext& judged, const PartRecords& part) {
  const OutcomeContext context{.input = judged.input,
                               .parts = PartsOfReading(judged.input.parts, part.reading),
                               .noise = judged.noise};
  ReadingOutcome outcome;
  outcome.experiment = part.experiment;
  outcome.reading = part.reading;
  outcome.figures = judge_figures(context, part);
  outcome.curves = judge_curves(context, part);
  outcome.claims = test_claims(context, &part.experiment);
  settle_claims(outcome.claims, outcome.figures);
  const PartRecords* first = judged.parts.find(part.experiment);
  const std::vector<FigureOutcome> figures =
      first != nullptr ? judge_figures(judged, *first) : std::vector<FigureOutcome>();
  for (std::size_t f = 0; f < outcome.figures.size(); ++f) {
    std::vector<Interval> costs;
    for (const Measured& measured : outcome.figures[f].configurations) {
      costs.push_back(f < figures.size() ? cost_of(measured, figures[f].configurations)
                                         : Interval());
    }
    outcome.costs.push_back(std::move(costs));
  }
  return outcome;
}

bool strictly_fails(const Outcome& outcome) {
  std::vector<Judgement> figures;
  for (const FigureOutcome& figure : outcome.figures) {
    for (const Measured& measured : figure.configurations) {
      if (measured.judgement.verdict != Verdict::kNotJudged && !measured.values.empty()) {
        figures.push_back(measured.judgement);
      }
    }
  }
  std::vector<ClaimVerdict> claims;
  for (const ClaimOutcome& claim : outcome.claims) {
    if (claim.run) {
      claims.push_back(claim.verdict);
    }
  }
  for (const FigureOutcome& figure : outcome.figures) {
    if (figure.claim && figure.verdict == Verdict::kNotReproduced) {
      claims.push_back(ClaimVerdict::kContradicted);
    }
  }
  return fails_strictly(figures, claims);
}

void count(VerdictCounts& counts, Verdict verdict) {
  switch (verdict) {
    case Verdict::kReproduced:
      ++counts.reproduced;
      break;
    case Verdict::kCompatible:
      ++counts.compatible;
      break;
    case Verdict::kCannotTell:
      ++counts.cannot_tell;
      break;
    case Verdict::kNotReproduced:
      ++counts.not_reproduced;
      break;
    case Verdict::kNotJudged:
      break;
  }
}

}  // namespace

Outcome outcome_of(const OutcomeInput& input) {
  OutcomeContext context{.input = input, .parts = PartsOfReading(input.parts, ""), .noise = {}};
  Outcome outcome;
  outcome.name = input.name;
  outcome.same = same_models(context);
  context.noise = noise_of(outcome.same);
  for (const std::string& experiment : experiments_of(input)) {
    outcome.experiments.push_back(experiment_outcome(input, experiment));
    const PartRecords* part = context.parts.find(experiment);
    if (part == nullptr) {
      continue;
    }
    for (FigureOutcome& figure : judge_figures(context, *part)) {
      auto& list = figure.kind == sweeps::Quantity::kSeconds ? outcome.timings : outcome.figures;
      list.push_back(std::move(figure));
    }
    for (CurveOutcome& curve : judge_curves(context, *part)) {
      outcome.curves.push_back(std::move(curve));
    }
  }
  outcome.claims = test_claims(context, nullptr);
  settle_claims(outcome.claims, outcome.figures);
  for (const PartRecords& part : input.parts) {
    if (!part.reading.empty()) {
      outcome.readings.push_back(reading_outcome(context, part));
    }
  }
  outcome.fails_strictly = strictly_fails(outcome);
  return outcome;
}

VerdictCounts counts_of(const Outcome& outcome) {
  VerdictCounts counts;
  for (const FigureOutcome& figure : outcome.figures) {
    count(counts, figure.verdict);
    counts.not_run += figure.run ? 0 : 1;
  }
  for (const CurveOutcome& curve : outcome.curves) {
    count(counts, curve.verdict);
    counts.not_run += curve.verdict == Verdict::kNotJudged ? 1 : 0;
  }
  for (const ClaimOutcome& claim : outcome.claims) {
    if (!claim.run) {
      ++counts.not_run;
    } else if (claim.verdict == ClaimVerdict::kHolds) {
      ++counts.claims_hold;
    } else if (claim.verdict == ClaimVerdict::kContradicted) {
      ++counts.claims_contradicted;
    } else {
      ++counts.claims_cannot_tell;
    }
  }
  return counts;
}

}  // namespace mlpsweep::results
