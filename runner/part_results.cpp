#include "runner/part_results.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "runner/load_results.h"
#include "sweeps/fingerprint.h"
#include "sweeps/fingerprint_map.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/settle.h"

namespace mlpsweep::runner {
namespace {

/// Finds the record of a trial without its data at hand: a record says which data it read.
class RecordFinder {
 public:
  explicit RecordFinder(const results::StoredResults& stored) : stored_(stored) {
    std::vector<const sweeps::Setting*> last;
    for (std::size_t i = 0; i < stored.records.size(); ++i) {
      const results::Record& record = stored.records[i];
      places_.try_emplace(record.fingerprint, i);
      // Records that were read together share their settings.
      if (std::vector<const sweeps::Setting*> data = data_settings(record);
          data != last || i == 0) {
        last = std::move(data);
        // Files may have been replaced: the plan's records, which come first, read the present
        // ones.
        checksums_.emplace(key_of(last), record.data_checksum);
      }
    }
  }

  /// By the part's trial index; empty: no record.
  [[nodiscard]] std::vector<std::optional<std::size_t>> find_all(const sweeps::Part& part,
                                                                 std::uint64_t seed) const {
    const std::vector<sweeps::Fingerprint> trials = sweeps::fingerprints(
        part, seed, [this](const engine::TrainSpec& trial) { return checksum_of(trial); });
    std::vector<std::optional<std::size_t>> places;
    places.reserve(trials.size());
    for (const sweeps::Fingerprint& trial : trials) {
      places.push_back(find(trial));
    }
    return places;
  }

  /// As sweeps::MetricOf: a failed trial is tried again, so that it has not ended.
  [[nodiscard]] std::optional<double> metric(const engine::TrainSpec& trial) const {
    const std::optional<std::size_t> at = find(sweeps::fingerprint(trial, checksum_of(trial)));
    if (!at || stored_.records[*at].result.state == engine::State::kFailed) {
      return std::nullopt;
    }
    const results::Record& record = stored_.records[*at];
    const bool complete = record.result.state == engine::State::kComplete;
    return complete ? results::figure(record, stored_.info.metric)
                    : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  [[nodiscard]] static std::vector<const sweeps::Setting*> data_settings(
      const results::Record& record) {
    std::vector<const sweeps::Setting*> found;
    for (const sweeps::Setting& setting : record.settings) {
      if (setting.key.starts_with("data.")) {
        found.push_back(&setting);
      }
    }
    return found;
  }

  [[nodiscard]] static std::string key_of(const std::vector<const sweeps::Setting*>& data) {
    engine::TrainSpec spec;
    for (const sweeps::Setting* setting : data) {
      if (const sweeps::Key* key = sweeps::find_key(setting->key)) {
        key->set(spec, sweeps::text_of(setting->value));
      }
    }
    return data_key(spec.data);
  }

  /// What is no checksum, and so in no fingerprint, where no record has read the data.
  [[nodiscard]] std::string checksum_of(const engine::TrainSpec& trial) const {
    const auto checksum = checksums_.find(data_key(trial.data));
    return checksum == checksums_.end() ? "unread" : checksum->second;
  }

  [[nodiscard]] std::optional<std::size_t> find(const sweeps::Fingerprint& trial) const {
    const auto place = places_.find(trial);
    return place == places_.end() ? std::nullopt : std::optional(place->second);
  }

  const results::StoredResults& stored_;
  sweeps::FingerprintMap<std::size_t> places_;
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
    results.parts.push_back({part, finder.find_all(part, results.sweep.seed)});
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
    for (const std::optional<std::size_t>& at : finder.find_all(part, sweep.seed)) {
      if (at) {
        results.records.push_back(*at);
      }
    }
  }
  return all;
}

}  // namespace mlpsweep::runner
