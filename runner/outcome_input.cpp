#include "runner/outcome_input.h"

#include <utility>

#include "engine/gradcheck.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {
namespace {

std::vector<results::Configuration> configurations_of(const results::StoredResults& stored,
                                                      const PartGrid& grid, std::uint64_t seed) {
  const std::uint64_t count = grid.part.configurations();
  std::vector<results::Configuration> configurations(count);
  for (std::uint64_t c = 0; c < count; ++c) {
    configurations[c].settings = sweeps::settings_of(grid.part.trial(c, seed));
  }
  for (std::size_t trial = 0; trial < grid.trials.size(); ++trial) {
    results::Configuration& configuration = configurations[trial % count];
    ++configuration.planned;
    if (grid.trials[trial]) {
      configuration.records.push_back(&stored.records[*grid.trials[trial]]);
    }
  }
  return configurations;
}

results::PartRecords records_of(const results::StoredResults& stored, const PartGrid& grid,
                                const sweeps::Sweep& sweep, engine::DatasetCache& data) {
  const sweeps::Part& part = grid.part;
  results::PartRecords records;
  records.experiment = part.experiment;
  records.reading = part.reading;
  records.swept = part.swept_keys();
  if (part.trials() > 0) {
    records.configurations = configurations_of(stored, grid, sweep.seed);
    records.class_names = data.get(part.trial(0, sweep.seed).data)->class_names;
  }
  if (part.from) {
    records.winner_of = part.from->experiment;
    for (const auto& [key, text] : part.from->pin) {
      records.pinned.emplace_back(key, std::vector<std::string>{text});
    }
  }
  return records;
}

results::GradientErrors errors_of(const sweeps::GradientClaim& claim, const sweeps::Part& part,
                                  std::uint64_t seed, engine::DatasetCache& data) {
  const engine::TrainSpec spec = part.trial(0, seed);
  const engine::SingleWeights weights{claim.input_hidden, claim.hidden_output, claim.hidden_bias,
                                      claim.output_bias};
  results::GradientErrors errors{part.experiment, {}};
  for (const engine::WeightCheck& check : engine::check_single_weights(
           spec, *data.get(spec.data), claim.examples, claim.epsilon, weights)) {
    errors.absolute.push_back(check.absolute_error());
  }
  return errors;
}

}  // namespace

results::OutcomeInput outcome_input(const results::StoredResults& stored,
                                    const SweepResults& results, engine::DatasetCache& data) {
  const sweeps::Sweep& sweep = results.sweep;
  results::OutcomeInput input;
  input.name = sweep.name;
  input.report = &sweep.report;
  input.metric = stored.info.metric;
  input.minimize = stored.info.minimize;
  for (const PartGrid& grid : results.parts) {
    input.parts.push_back(records_of(stored, grid, sweep, data));
  }
  for (const sweeps::Expectation& expectation : sweep.report.expected) {
    const sweeps::Part* part = sweep.judged(expectation.experiment);
    if (expectation.gradients && part != nullptr && part->trials() > 0) {
      input.gradients.push_back(errors_of(*expectation.gradients, *part, sweep.seed, data));
    }
  }
  return input;
}

}  // namespace mlpsweep::runner
