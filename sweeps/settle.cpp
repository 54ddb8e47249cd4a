#include "sweeps/settle.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "sweeps/filter_grid.h"
#include "sweeps/keys.h"

namespace mlpsweep::sweeps {
namespace {

const std::string* text_won(const Winners& winners, const std::string& experiment,
                            const std::string& key) {
  const auto winner = winners.find(experiment);
  if (winner == winners.end())
    return nullptr;
  for (const auto& [name, text] : winner->second) {
    if (name == key)
      return &text;
  }
  return nullptr;
}

void settle_part(Part& part, const Winners& winners) {
  part.settled = true;
  for (const auto& [key, experiment] : part.waits) {
    const std::string* text = text_won(winners, experiment, key);
    if (text == nullptr) {
      part.settled = false;
    } else {
      find_key(key)->set(part.base, *text);
    }
  }
  // What an exclusion leaves out, and what a union holds twice, may hang on the winner.
  static_cast<void>(filter_grid(part));
}

/// Mean of a configuration's trials; empty while one of them has not ended.
std::optional<double> mean_of(const Part& part, std::uint64_t configuration, std::uint64_t seed,
                              const MetricOf& metric_of) {
  double sum = 0;
  for (std::uint64_t run = 0; run < part.runs(); ++run) {
    const auto value = metric_of(part.trial(run * part.configurations() + configuration, seed));
    if (!value)
      return {};
    sum += *value;
  }
  return sum / static_cast<double>(part.runs());
}

/// Every key that the grid names. One with a single value is no choice here, but may be one under
/// another reading, where it waits for the winner as well.
std::set<std::string> keys_in(const Part& part) {
  std::set<std::string> keys;
  for (const Block& block : part.blocks) {
    for (const Axis& axis : block.axes)
      keys.insert(axis.keys.begin(), axis.keys.end());
    for (const auto& pair : block.fixed)
      keys.insert(pair.first);
  }
  return keys;
}

std::optional<Winner> winner_of(const Part& part, const Sweep& sweep, const MetricOf& metric_of) {
  double best = NAN;
  std::uint64_t chosen = 0;
  for (std::uint64_t c = 0; c < part.configurations(); ++c) {
    const std::optional<double> mean = mean_of(part, c, sweep.seed, metric_of);
    if (!mean)
      return {};
    const bool better = sweep.metric.minimize ? *mean < best : *mean > best;
    if (better || (std::isnan(best) && !std::isnan(*mean))) {
      best = *mean;
      chosen = c;
    }
  }
  if (std::isnan(best))
    return {};
  const engine::TrainSpec spec = part.trial(chosen, sweep.seed);
  Winner winner;
  for (const std::string& key : keys_in(part))
    winner.emplace_back(key, text_of(find_key(key)->get(spec)));
  return winner;
}

}  // namespace

Sweep settle(Sweep sweep, const Winners& winners) {
  for (Part& part : sweep.parts) {
    if (!part.waits.empty())
      settle_part(part, winners);
  }
  return sweep;
}

Winners winners_of(const Sweep& sweep, const MetricOf& metric_of) {
  std::set<std::string> sources;
  for (const Part& part : sweep.parts) {
    for (const std::string& experiment : awaited(part))
      sources.insert(experiment);
  }
  Winners winners;
  Sweep settled = settle(sweep, winners);
  // Each round decides experiments whose own source was decided before it.
  for (bool grown = true; grown;) {
    grown = false;
    for (const std::string& experiment : sources) {
      const Part* part = settled.judged(experiment);
      if (part == nullptr || !part->settled || winners.count(experiment) > 0)
        continue;
      if (std::optional<Winner> winner = winner_of(*part, sweep, metric_of)) {
        winners.emplace(experiment, std::move(*winner));
        grown = true;
      }
    }
    settled = settle(std::move(settled), winners);
  }
  return winners;
}

bool awaits_winners(const Sweep& sweep) {
  return std::any_of(sweep.parts.begin(), sweep.parts.end(),
                     [](const Part& part) { return !part.settled; });
}

std::vector<std::string> awaited(const Part& part) {
  std::vector<std::string> experiments;
  for (const auto& wait : part.waits) {
    if (std::find(experiments.begin(), experiments.end(), wait.second) == experiments.end())
      experiments.push_back(wait.second);
  }
  return experiments;
}

}  // namespace mlpsweep::sweeps
