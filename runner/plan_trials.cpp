#include "runner/plan_trials.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/cost.h"
#include "engine/dataset.h"
#include "engine/errors.h"
#include "runner/sweep_data.h"
#include "sweeps/fingerprint_map.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"

namespace mlpsweep::runner {
namespace {

constexpr std::size_t kMostShown = 5;  // dropped trials named one by one

const results::DataSource& source_of(const std::vector<results::DataSource>& sources,
                                     const engine::DataSpec& data) {
  const results::DataSource* source = find_source(sources, data);
  MLPS_CHECK(source != nullptr, "no data source " + data_key(data));
  return *source;
}

sweeps::Fingerprint fingerprint_of(const engine::TrainSpec& trial,
                                   const std::vector<results::DataSource>& sources) {
  return sweeps::fingerprint(trial, source_of(sources, trial.data).checksum);
}

results::RecordReader figure_reader(const results::JournalIndex& journals) {
  return {journals, results::Detail::kFigures, results::RecordReader::Order::kAny};
}

using ValuesByKey = std::map<std::string, std::set<std::string>>;

void add_values(ValuesByKey& values, const std::vector<sweeps::Setting>& settings) {
  for (const sweeps::Setting& setting : settings) {
    values[setting.key].insert(sweeps::text_of(setting.value));
  }
}

std::string values_only_in(const ValuesByKey& recorded, const ValuesByKey& planned) {
  std::string text;
  for (const auto& [key, values] : recorded) {
    const auto at = planned.find(key);
    for (const std::string& value : values) {
      if (at == planned.end() || !at->second.contains(value)) {
        text += fmt::format("  recorded, no longer in the sweep: {} = {}\n", key, value);
      }
    }
  }
  return text;
}

std::string line_of(const results::Record& record, const std::vector<std::string>& keys) {
  std::string text = fmt::format("  {} repeat={}", record.fingerprint.brief(), record.repeat);
  for (const sweeps::Setting& setting : record.settings) {
    if (std::find(keys.begin(), keys.end(), setting.key) != keys.end()) {
      text += fmt::format(" {}={}", setting.key, sweeps::text_of(setting.value));
    }
  }
  return text + "\n";
}

/// Trials that the sweep had under the winners of earlier runs; not those that read data which the
/// sweep has no more, since it could not train them again.
void add_formerly_won(const Planned& planned, const results::JournalIndex& journals, Tried& kept) {
  std::set<sweeps::Winners> tried;
  for (const std::string& payload : journals.headers) {
    const results::RunHeader header = results::decode_header(payload);
    if (header.winners.empty() || !tried.insert(header.winners).second) {
      continue;
    }
    const sweeps::Sweep former = sweeps::settle(planned.sweep, header.winners);
    for (std::uint64_t trial = 0; trial < former.trials(); ++trial) {
      const engine::TrainSpec spec = former.trial(trial);
      if (const auto* source = find_source(planned.sources, spec.data)) {
        kept.insert(sweeps::fingerprint(spec, source->checksum));
      }
    }
  }
}

/// Why an experiment has no winner although nothing is left to train; empty where a line of its own
/// says so.
std::string why_no_winner(const Planned& planned, const sweeps::Part& part,
                          const results::JournalIndex& journals) {
  if (!part.settled) {
    return "";
  }
  if (part.configurations() == 0) {
    return ", which has no configuration";
  }
  std::uint64_t failed = 0;
  for (std::uint64_t trial = 0; trial < part.trials(); ++trial) {
    const engine::TrainSpec spec = part.trial(trial, planned.sweep.seed);
    failed += journals.ended(fingerprint_of(spec, planned.sources)) ? 0 : 1;
  }
  return failed > 0
             ? fmt::format(", and there is none: {} of its {} trials failed", failed, part.trials())
             : ", and there is none: no configuration is complete in every repeat";
}

/// Journals of earlier parts of the run.
std::set<std::uint32_t> files_of(const RunIdentity& run, const results::JournalIndex& journals) {
  std::set<std::uint32_t> files;
  if (run.run.empty()) {
    return files;
  }
  for (const auto& [file, header] : journals.header_of) {
    const results::RunHeader told = results::decode_header(journals.headers[header]);
    if (told.run == run.run && told.run_part < run.part) {
      files.insert(file);
    }
  }
  return files;
}

}  // namespace

std::string metric_figure(const sweeps::Metric& metric) {
  const bool by_epoch = metric.name.starts_with("train_") || metric.name.starts_with("validation_");
  return metric.at_best && by_epoch && metric.name != "train_seconds" ? "best_" + metric.name
                                                                      : metric.name;
}

bool is_better(const sweeps::Metric& metric, double value, double than) {
  return std::isfinite(value) &&
         (std::isnan(than) || (metric.minimize ? value < than : value > than));
}

sweeps::Winners recorded_winners(const sweeps::Sweep& sweep,
                                 const std::vector<results::DataSource>& sources,
                                 const results::JournalIndex& journals) {
  const std::string metric = metric_figure(sweep.metric);
  results::RecordReader reader = figure_reader(journals);
  return sweeps::winners_of(sweep, [&](const engine::TrainSpec& trial) -> std::optional<double> {
    const sweeps::Fingerprint fingerprint = fingerprint_of(trial, sources);
    if (!journals.ended(fingerprint)) {
      return std::nullopt;
    }
    const results::Record record = reader.read(fingerprint);
    const bool complete = record.result.state == engine::State::kComplete;
    return complete ? results::figure(record, metric) : engine::kNaN;
  });
}

Planned propose(const sweeps::Sweep& sweep, const std::vector<results::DataSource>& sources,
                const results::JournalIndex& journals) {
  Planned planned;
  planned.winners = recorded_winners(sweep, sources, journals);
  planned.sweep = sweeps::settle(sweep, planned.winners);
  planned.sources = sources;
  planned.fingerprints.reserve(planned.sweep.trials());
  const auto checksum_of = [&](const engine::TrainSpec& trial) {
    return source_of(sources, trial.data).checksum;
  };
  for (const sweeps::Part& part : planned.sweep.parts) {
    const std::vector<sweeps::Fingerprint> of_part =
        sweeps::fingerprints(part, planned.sweep.seed, checksum_of);
    planned.fingerprints.insert(planned.fingerprints.end(), of_part.begin(), of_part.end());
  }
  return planned;
}

void keep_shard(Planned& planned, const results::Shard& shard, const results::JournalIndex& own,
                const std::set<sweeps::Fingerprint>& elsewhere) {
  planned.shard = shard;
  planned.others.clear();
  const std::vector<Task> all = waiting_tasks(planned, {}, {});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const sweeps::Fingerprint& fingerprint = planned.fingerprints[all[i].trial];
    const auto dealt_to = static_cast<int>(i % static_cast<std::size_t>(shard.of)) + 1;
    if (!own.ended(fingerprint) && (dealt_to != shard.number || elsewhere.contains(fingerprint))) {
      planned.others.insert(fingerprint);
    }
  }
}

std::vector<sweeps::Fingerprint> own_trials(const Planned& planned) {
  std::vector<sweeps::Fingerprint> trials;
  trials.reserve(planned.fingerprints.size());
  sweeps::FingerprintSet seen;
  for (const sweeps::Fingerprint& other : planned.others) {
    seen.try_emplace(other);
  }
  for (const sweeps::Fingerprint& trial : planned.fingerprints) {
    if (seen.try_emplace(trial).second) {
      trials.push_back(trial);
    }
  }
  return trials;
}

std::uint64_t distinct_trials(const Planned& planned) {
  return own_trials(planned).size();
}

bool is_last_spec(const Planned& planned, const results::JournalIndex& journals) {
  if (journals.headers.empty()) {
    return false;
  }
  const results::RunHeader last = results::decode_header(journals.headers.back());
  return last.text == planned.sweep.text && last.shard == planned.shard &&
         last.overrides == planned.sweep.overrides &&
         data_identities(last.data) == data_identities(planned.sources);
}

bool is_last_plan(const Planned& planned, const results::JournalIndex& journals) {
  return is_last_spec(planned, journals) &&
         results::decode_header(journals.headers.back()).winners == planned.winners;
}

Outcome outcome_of(std::uint64_t trial, const results::Record& record,
                   const sweeps::Metric& metric) {
  return {trial, record.result.state, record.result.train_seconds,
          results::figure(record, metric_figure(metric))};
}

std::vector<Outcome> recorded_outcomes(const std::vector<std::uint64_t>& trials,
                                       const Planned& planned,
                                       const results::JournalIndex& journals) {
  std::vector<Outcome> outcomes;
  results::RecordReader reader = figure_reader(journals);
  for (const std::uint64_t trial : trials) {
    if (const sweeps::Fingerprint& name = planned.fingerprints.at(trial); journals.ended(name)) {
      outcomes.push_back(outcome_of(trial, reader.read(name), planned.sweep.metric));
    }
  }
  return outcomes;
}

Earlier earlier_trials(const Planned& planned, const results::JournalIndex& journals,
                       const Tried& tried) {
  Earlier earlier;
  std::set<sweeps::Fingerprint> seen = planned.others;
  const sweeps::Metric& metric = planned.sweep.metric;
  results::RecordReader reader = figure_reader(journals);
  for (std::uint64_t trial = 0; trial < planned.fingerprints.size(); ++trial) {
    const sweeps::Fingerprint& fingerprint = planned.fingerprints[trial];
    if (!seen.insert(fingerprint).second) {
      continue;
    }
    if (!journals.ended(fingerprint)) {
      earlier.failed += tried.contains(fingerprint) ? 1 : 0;
      continue;
    }
    const results::Record record = reader.read(fingerprint);
    ++earlier.ended;
    if (record.result.state == engine::State::kDiverged) {
      ++earlier.diverged;
    } else if (const double value = results::figure(record, metric_figure(metric));
               is_better(metric, value, earlier.best)) {
      earlier.best = value;
      earlier.best_trial = trial;
    }
  }
  return earlier;
}

EarlierParts earlier_parts(const RunIdentity& run, const results::JournalIndex& journals,
                           const std::function<int(const sweeps::Fingerprint&)>& epoch_of) {
  const std::set<std::uint32_t> files = files_of(run, journals);
  EarlierParts parts;
  for (const auto& [fingerprint, place] : journals.records) {
    if (!place.final && files.contains(place.file)) {
      parts.failed.insert(fingerprint);
    }
  }
  for (const auto& [fingerprint, start] : journals.unended) {
    if (!files.contains(start.file) || journals.ended(fingerprint)) {
      continue;
    }
    const int epoch = epoch_of(fingerprint);
    parts.tries[fingerprint].epoch = epoch;
    parts.tries[fingerprint].deaths += start.epoch >= epoch ? 1 : 0;
  }
  return parts;
}

std::vector<Task> waiting_tasks(const Planned& planned, const results::JournalIndex& journals,
                                const Tried& tried, const TriesOfTrials& tries) {
  std::vector<Task> tasks;
  Tried seen = tried;
  seen.insert(planned.others.begin(), planned.others.end());
  for (std::uint64_t trial = 0; trial < planned.fingerprints.size(); ++trial) {
    const sweeps::Fingerprint& fingerprint = planned.fingerprints[trial];
    if (journals.ended(fingerprint) || !seen.insert(fingerprint).second) {
      continue;
    }
    const engine::TrainSpec spec = planned.sweep.trial(trial);
    const results::DataSource& data = source_of(planned.sources, spec.data);
    const engine::PartRows rows = engine::part_rows(spec, data.train_rows, data.test_rows);
    const auto inputs = static_cast<std::size_t>(data.inputs);
    const auto deaths = tries.find(fingerprint);
    tasks.push_back({trial, spec.repeat,
                     engine::predict_cost(spec, inputs, data.classes, rows).flop,
                     deaths == tries.end() ? Tries{} : deaths->second});
  }
  return in_order(std::move(tasks));
}

std::vector<std::string> parts_without_trials(const Planned& planned,
                                              const results::JournalIndex& journals) {
  std::vector<std::string> lines;
  for (const sweeps::Part& part : planned.sweep.parts) {
    const sweeps::Part* judged = planned.sweep.judged(part.experiment);
    if (part.trials() > 0 || (!part.reading.empty() && judged->trials() == 0)) {
      continue;
    }
    std::string line = fmt::format("experiment {}{} {}", sweeps::title_of(part),
                                   part.settled ? ":" : "", sweeps::size_text(part));
    for (const std::string& source : sweeps::awaited(part)) {
      if (!part.settled && !planned.winners.contains(source)) {
        line += why_no_winner(planned, *planned.sweep.judged(source), journals);
        break;
      }
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string dropped_trials(const Planned& planned, const results::JournalIndex& journals) {
  const sweeps::Sweep& sweep = planned.sweep;
  std::set<sweeps::Fingerprint> kept(planned.fingerprints.begin(), planned.fingerprints.end());
  add_formerly_won(planned, journals, kept);
  std::vector<results::Record> dropped;
  ValuesByKey recorded;
  std::size_t count = 0;
  for (const auto* entry : journals.records.sorted()) {
    if (kept.contains(entry->first)) {
      continue;
    }
    results::Record record = journals.read(entry->first);
    add_values(recorded, record.settings.list());
    recorded["repeat"].insert(std::to_string(record.repeat));
    recorded["seed"].insert(std::to_string(record.seed));
    recorded["data checksum"].insert(record.data_checksum);
    recorded["version of the numerics"].insert(std::to_string(record.numerics_version));
    if (++count <= kMostShown) {
      dropped.push_back(std::move(record));
    }
  }
  if (count == 0) {
    return "";
  }
  ValuesByKey wanted;
  for (std::uint64_t trial = 0; trial < sweep.trials(); ++trial) {
    const engine::TrainSpec spec = sweep.trial(trial);
    add_values(wanted, sweeps::settings_of(spec));
    wanted["repeat"].insert(std::to_string(spec.repeat));
    wanted["seed"].insert(std::to_string(spec.seed));
  }
  wanted["version of the numerics"].insert(std::to_string(engine::kNumericsVersion));
  for (const results::DataSource& source : planned.sources) {
    wanted["data checksum"].insert(source.checksum);
  }
  std::string text = fmt::format("{} recorded trials are not in this sweep:\n", count);
  for (const results::Record& record : dropped) {
    text += line_of(record, sweep.swept_keys());
  }
  if (count > kMostShown) {
    text += fmt::format("  and {} more\n", count - kMostShown);
  }
  return text + values_only_in(recorded, wanted);
}

}  // namespace mlpsweep::runner
