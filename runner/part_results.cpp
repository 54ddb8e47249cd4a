#include "runner/part_results.h"

#include <limits>
#include <map>
#include <optional>

#include "runner/load_results.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/settle.h"

namespace mlpsweep::runner {
namespace {

/// Finds the record of a trial without its data at hand: a record says which data it read.
class RecordFinder {
 public:
  explicit RecordFinder(const results::StoredResults& stored) : stored_(stored) {
    for (std::size_t i = 0; i < stored.records.size(); ++i) {
      const results::Record& record = stored.records[i];
      places_.emplace(record.fingerprint, i);
      engine::TrainSpec spec;
      for (const sweeps::Setting& setting : record.settings) {
        const sweeps::Key* key = sweeps::find_key(setting.key);
        if (key != nullptr && setting.key.starts_with("data.")) {
          key->set(spec, sweeps::text_of(setting.value));
        }
      }
      // Files may have been replaced: the plan's records, which come first, read the present ones.
      checksums_.emplace(data_key(spec.data), record.data_checksum);
    }
  }

  [[nodiscard]] std::optional<std::size_t> find(const engine::TrainSpec& trial) const {
    const auto checksum = checksums_.find(data_key(trial.data));
    if (checksum == checksums_.end()) {
      return std::nullopt;
    }
    const auto place = places_.find(sweeps::fingerprint(trial, checksum->second));
    return place == places_.end() ? std::nullopt : std::optional(place->second);
  }

  /// As sweeps::MetricOf: a failed trial is tried again, so that it has not ended.
  [[nodiscard]] std::optional<double> metric(const engine::TrainSpec& trial) const {
    const std::optional<std::size_t> at = find(trial);
    if (!at || stored_.records[*at].result.state == engine::State::kFailed) {
      return std::nullopt;
    }
    const results::Record& record = stored_.records[*at];
    const bool complete = record.result.state == engine::State::kComplete;
    return complete ? results::figure(record, stored_.info.metric)
                    : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const results::StoredResults& stored_;
  std::map<sweeps::Fingerprint, std::size_t> places_;
  std::map<std::string, std::string> checksums_;
};

PartResults all_planned(const results::StoredResults& stored) {
  PartResults all{"", "", "", stored.info, {}, {}};
  for (std::size_t i = 0; i < stored.records.size(); ++i) {
    if (stored.in_plan[i]) {
      all.records.push_back(i);
    }
  }
  return all;
}

}  // namespace

SweepResults sweep_results(const results::StoredResults& stored) {
  const sweeps::Sweep read = sweep_behind(stored.info);
  const RecordFinder finder(stored);
  const auto metric = [&finder](const engine::TrainSpec& trial) { return finder.metric(trial); };
  SweepResults results{sweeps::settle(read, sweeps::winners_of(read, metric)), {}};
  for (const sweeps::Part& part : results.sweep.parts) {
    PartGrid& grid = results.parts.emplace_back(PartGrid{part, {}});
    for (std::uint64_t trial = 0; trial < part.trials(); ++trial) {
      grid.trials.push_back(finder.find(part.trial(trial, results.sweep.seed)));
    }
  }
  return results;
}

std::vector<PartResults> part_results(const results::StoredResults& stored) {
  const std::optional<sweeps::Sweep> read = read_again(stored.info);
  if (!read || (read->parts.size() == 1 && read->parts.front().experiment.empty())) {
    return {all_planned(stored)};
  }
  const RecordFinder finder(stored);
  const auto metric = [&finder](const engine::TrainSpec& trial) { return finder.metric(trial); };
  const sweeps::Sweep sweep = sweeps::settle(*read, sweeps::winners_of(*read, metric));
  std::vector<PartResults> all;
  for (const sweeps::Part& part : sweep.parts) {
    PartResults& results = all.emplace_back(
        PartResults{part.experiment, part.reading, sweeps::title_of(part), stored.info, {}, {}});
    if (!results.title.empty()) {
      results.info.name += ": " + results.title;
    }
    results.info.swept = part.swept_keys();
    results.info.planned = part.trials();
    if (part.trials() == 0) {
      results.without_trials = sweeps::size_text(part);
    }
    for (std::uint64_t trial = 0; trial < part.trials(); ++trial) {
      if (const auto at = finder.find(part.trial(trial, sweep.seed))) {
        results.records.push_back(*at);
      }
    }
  }
  return all;
}

}  // namespace mlpsweep::runner
