#include "runner/plan_trials.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/cost.h"
#include "engine/duplicates.h"
#include "engine/errors.h"
#include "engine/partition.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"

namespace mlpsweep::runner {
namespace {

constexpr std::size_t kMostShown = 5;  // dropped trials named one by one

/// Settings of trials that between them read every data set of the sweep in every way: the first
/// of each part, or all its configurations where the data itself is swept. Of a part that waits for
/// a winner too: what it reads must be there before anything starts.
std::vector<engine::TrainSpec> trials_to_ask(const sweeps::Sweep& sweep) {
  std::vector<engine::TrainSpec> specs;
  for (const sweeps::Part& part : sweep.parts) {
    const std::vector<std::string> swept = part.swept_keys();
    const bool data_swept = std::any_of(swept.begin(), swept.end(), [](const std::string& key) {
      return key.starts_with("data.");
    });
    const std::uint64_t count = data_swept ? part.configurations() : 1;
    for (std::uint64_t trial = 0; trial < std::min(count, part.configurations()); ++trial) {
      specs.push_back(part.trial(trial, sweep.seed));
    }
  }
  return specs;
}

const results::DataSource& source_of(const std::vector<results::DataSource>& sources,
                                     const engine::DataSpec& data) {
  const std::string key = data_key(data);
  const auto at = std::find_if(sources.begin(), sources.end(),
                               [&key](const results::DataSource& s) { return s.key == key; });
  MLPS_CHECK(at != sources.end(), "no data source " + key);
  return *at;
}

/// Everything about a trial that decides its parts, as one text.
std::string data_settings(const engine::TrainSpec& spec) {
  std::string text;
  for (const sweeps::Setting& setting : sweeps::settings_of(spec)) {
    if (setting.key.starts_with("data.")) {
      text += setting.key + "=" + sweeps::text_of(setting.value) + "\n";
    }
  }
  return text;
}

/// Adds what is not yet said: several ways of splitting may share a data set.
void tell_data(const engine::Dataset& set, const engine::Partition& parts,
               std::vector<std::string>& told) {
  const auto add = [&told](std::string text) {
    if (std::find(told.begin(), told.end(), text) == told.end()) {
      told.push_back(std::move(text));
    }
  };
  for (const std::string& note : set.notes) {
    add(fmt::format("{}: {}", set.name, note));
  }
  const engine::SharedRows shared = engine::count_shared(parts, set);
  if (shared.test + shared.validation == 0) {
    return;
  }
  const engine::Twins twins = engine::count_twins(set);
  std::string parts_told;
  for (const auto& [rows, of, name] :
       {std::tuple(shared.test, parts.test.size(), "test"),
        {shared.validation, parts.validation.size(), "validation"}}) {
    if (rows > 0) {
      parts_told +=
          fmt::format("{}{} of {} {} images", parts_told.empty() ? "" : " and ", rows, of, name);
    }
  }
  add(
      fmt::format("{}: {} of {} images have an identical twin; in repeat 1, {} also stand in the "
                  "training part",
                  set.name, twins.with_twin, twins.images, parts_told));
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

/// Trials that the sweep had under the winners of earlier runs.
void add_formerly_won(const sweeps::Sweep& sweep, const std::vector<results::DataSource>& sources,
                      const results::JournalIndex& journals,
                      std::set<sweeps::Fingerprint>& planned) {
  std::set<sweeps::Winners> tried;
  for (const std::string& payload : journals.headers) {
    const results::RunHeader header = results::decode_header(payload);
    if (!header.winners.empty() && tried.insert(header.winners).second) {
      const auto former = fingerprints(sweeps::settle(sweep, header.winners), sources);
      planned.insert(former.begin(), former.end());
    }
  }
}

}  // namespace

std::string metric_figure(const sweeps::Metric& metric) {
  const bool by_epoch = metric.name.starts_with("train_") || metric.name.starts_with("validation_");
  return metric.at_best && by_epoch && metric.name != "train_seconds" ? "best_" + metric.name
                                                                      : metric.name;
}

std::vector<results::DataSource> data_sources(const sweeps::Sweep& sweep,
                                              engine::DatasetCache& data) {
  std::vector<results::DataSource> sources;
  std::set<std::string> known;
  for (const engine::TrainSpec& trial : trials_to_ask(sweep)) {
    const engine::DataSpec& spec = trial.data;
    if (!known.insert(data_key(spec)).second) {
      continue;
    }
    const auto set = data.get(spec);
    results::DataSource source;
    source.key = data_key(spec);
    source.name = set->name;
    source.checksum = set->checksum;
    source.train_rows = set->train.rows;
    source.test_rows = set->test.rows;
    source.inputs = static_cast<int>(set->inputs());
    source.classes = set->classes;
    source.files = set->files;
    source.class_names = set->class_names;
    source.with_twin = static_cast<std::int64_t>(engine::count_twins(*set).with_twin);
    sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<std::string> data_identities(const std::vector<results::DataSource>& sources) {
  std::vector<std::string> identities;
  for (const results::DataSource& source : sources) {
    identities.push_back(source.key);
    identities.push_back(source.checksum);
  }
  return identities;
}

std::vector<std::string> check_parts(const sweeps::Sweep& sweep, engine::DatasetCache& data) {
  std::set<std::string> checked;
  std::vector<std::string> told;
  for (const engine::TrainSpec& spec : trials_to_ask(sweep)) {
    if (!checked.insert(data_settings(spec)).second) {
      continue;
    }
    const auto set = data.get(spec.data);
    const engine::Partition parts = engine::make_partition(spec, *set);
    const bool asked = spec.data.split.validation.value_or(0) > 0;
    if (asked && parts.validation.empty()) {
      throw InputError(fmt::format(
          "data.split.validation: expected at least one row, found {} of {} rows, which is none",
          *spec.data.split.validation, parts.train.size()));
    }
    if (spec.data.monitor == "test" && parts.test.empty()) {
      throw InputError("data.monitor: expected a test part to watch, found none");
    }
    tell_data(*set, parts, told);
  }
  return told;
}

bool is_better(const sweeps::Metric& metric, double value, double than) {
  return std::isfinite(value) &&
         (std::isnan(than) || (metric.minimize ? value < than : value > than));
}

Earlier earlier_trials(const sweeps::Sweep& sweep,
                       const std::vector<sweeps::Fingerprint>& fingerprints,
                       const results::JournalIndex& journals) {
  Earlier earlier;
  std::set<sweeps::Fingerprint> seen;
  const std::string metric = metric_figure(sweep.metric);
  for (std::uint64_t trial = 0; trial < fingerprints.size(); ++trial) {
    if (!journals.ended(fingerprints[trial]) || !seen.insert(fingerprints[trial]).second) {
      continue;
    }
    const results::Record record = journals.read(fingerprints[trial]);
    ++earlier.ended;
    if (record.result.state == engine::State::kDiverged) {
      ++earlier.diverged;
    } else if (const double value = results::figure(record, metric);
               is_better(sweep.metric, value, earlier.best)) {
      earlier.best = value;
      earlier.best_trial = trial;
    }
  }
  return earlier;
}

std::vector<sweeps::Fingerprint> fingerprints(const sweeps::Sweep& sweep,
                                              const std::vector<results::DataSource>& sources) {
  std::vector<sweeps::Fingerprint> all;
  all.reserve(sweep.trials());
  for (std::uint64_t trial = 0; trial < sweep.trials(); ++trial) {
    const engine::TrainSpec spec = sweep.trial(trial);
    all.push_back(sweeps::fingerprint(spec, source_of(sources, spec.data).checksum));
  }
  return all;
}

std::uint64_t distinct(const std::vector<sweeps::Fingerprint>& fingerprints) {
  return std::set<sweeps::Fingerprint>(fingerprints.begin(), fingerprints.end()).size();
}

sweeps::Winners recorded_winners(const sweeps::Sweep& sweep,
                                 const std::vector<results::DataSource>& sources,
                                 const results::JournalIndex& journals) {
  const std::string metric = metric_figure(sweep.metric);
  return sweeps::winners_of(sweep, [&](const engine::TrainSpec& trial) -> std::optional<double> {
    const auto fingerprint = sweeps::fingerprint(trial, source_of(sources, trial.data).checksum);
    if (!journals.ended(fingerprint)) {
      return std::nullopt;
    }
    const results::Record record = journals.read(fingerprint);
    const bool complete = record.result.state == engine::State::kComplete;
    return complete ? results::figure(record, metric) : engine::kNaN;
  });
}

std::vector<std::string> waiting_parts(const sweeps::Sweep& sweep) {
  std::vector<std::string> lines;
  for (const sweeps::Part& part : sweep.parts) {
    if (!part.settled && part.reading.empty()) {
      lines.push_back(fmt::format("experiment {} waits for the winner of {}", part.experiment,
                                  fmt::join(sweeps::awaited(part), " and ")));
    }
  }
  return lines;
}

std::vector<Task> waiting_tasks(const sweeps::Sweep& sweep,
                                const std::vector<results::DataSource>& sources,
                                const std::vector<sweeps::Fingerprint>& fingerprints,
                                const results::JournalIndex& journals) {
  std::vector<Task> tasks;
  std::set<sweeps::Fingerprint> seen;
  for (std::uint64_t trial = 0; trial < sweep.trials(); ++trial) {
    if (journals.ended(fingerprints[trial]) || !seen.insert(fingerprints[trial]).second) {
      continue;
    }
    const engine::TrainSpec spec = sweep.trial(trial);
    const results::DataSource& data = source_of(sources, spec.data);
    const engine::PartRows rows = engine::part_rows(spec, data.train_rows, data.test_rows);
    const auto inputs = static_cast<std::size_t>(data.inputs);
    tasks.push_back(
        {trial, spec.repeat, engine::predict_cost(spec, inputs, data.classes, rows).flop});
  }
  return in_order(std::move(tasks));
}

std::string dropped_trials(const sweeps::Sweep& sweep,
                           const std::vector<results::DataSource>& sources,
                           const std::vector<sweeps::Fingerprint>& fingerprints,
                           const results::JournalIndex& journals) {
  std::set<sweeps::Fingerprint> planned(fingerprints.begin(), fingerprints.end());
  add_formerly_won(sweep, sources, journals, planned);
  std::vector<results::Record> dropped;
  ValuesByKey recorded;
  std::size_t count = 0;
  for (const auto& [fingerprint, place] : journals.records) {
    if (planned.contains(fingerprint)) {
      continue;
    }
    results::Record record = journals.read(fingerprint);
    add_values(recorded, record.settings);
    recorded["repeat"].insert(std::to_string(record.repeat));
    recorded["seed"].insert(std::to_string(record.seed));
    recorded["data checksum"].insert(record.data_checksum);
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
  for (const results::DataSource& source : sources) {
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
