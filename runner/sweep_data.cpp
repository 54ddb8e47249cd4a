#include "runner/sweep_data.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "engine/duplicates.h"
#include "engine/errors.h"
#include "engine/partition.h"
#include "sweeps/keys.h"
#include "sweeps/possible_winners.h"

namespace mlpsweep::runner {
namespace {

/// Everything that decides what a trial reads, and the parts that it is split into.
std::string data_settings(const engine::TrainSpec& spec, const std::vector<std::string>& keys) {
  std::string text = fmt::format("folds={}\n", spec.folds);
  for (const std::string& key : keys) {
    text += key + "=" + sweeps::text_of(sweeps::find_key(key)->get(spec)) + "\n";
  }
  return text;
}

/// Settings of trials that between them read every data set of the sweep in every way, whoever
/// wins: what a part will read must be there before anything starts.
std::vector<engine::TrainSpec> trials_to_ask(const sweeps::Sweep& sweep) {
  std::vector<std::string> keys;
  for (const sweeps::Key& key : sweeps::keys()) {
    if (key.name.starts_with("data.")) {
      keys.emplace_back(key.name);
    }
  }
  std::vector<engine::TrainSpec> specs;
  std::set<std::string> known;
  for (const sweeps::Part& part : sweep.parts) {
    const sweeps::Part wide = sweeps::whoever_wins(part, sweep);
    for (const engine::TrainSpec& spec : sweeps::combinations(wide, keys, sweep.seed)) {
      if (known.insert(data_settings(spec, keys)).second) {
        specs.push_back(spec);
      }
    }
  }
  return specs;
}

/// Adds what is not yet said: several ways of splitting may share a data set.
void tell_data(const engine::Dataset& set, const engine::Partition& parts,
               const engine::Twins& twins, std::vector<std::string>& told) {
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

}  // namespace

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
    source.with_twin = static_cast<std::int64_t>(data.twins(spec).with_twin);
    sources.push_back(std::move(source));
  }
  return sources;
}

const results::DataSource* find_source(const std::vector<results::DataSource>& sources,
                                       const engine::DataSpec& data) {
  const std::string key = data_key(data);
  const auto at = std::find_if(sources.begin(), sources.end(),
                               [&key](const results::DataSource& s) { return s.key == key; });
  return at == sources.end() ? nullptr : &*at;
}

std::vector<std::string> data_identities(const std::vector<results::DataSource>& sources) {
  std::map<std::string, std::string> checksums;
  for (const results::DataSource& source : sources) {
    checksums.emplace(source.key, source.checksum);
  }
  std::vector<std::string> identities;
  for (const auto& [key, checksum] : checksums) {
    identities.push_back(key);
    identities.push_back(checksum);
  }
  return identities;
}

std::vector<std::string> check_parts(const sweeps::Sweep& sweep, engine::DatasetCache& data) {
  std::vector<std::string> told;
  for (const engine::TrainSpec& spec : trials_to_ask(sweep)) {
    const auto set = data.get(spec.data);
    const engine::Partition parts = engine::partition_rows(spec, *set);
    const bool asked = spec.data.split.validation.value_or(0) > 0;
    if (asked && parts.validation.empty()) {
      throw InputError(fmt::format(
          "data.split.validation: expected at least one row, found {} of {} rows, which is none",
          *spec.data.split.validation, parts.train.size()));
    }
    if (spec.data.monitor == "test" && parts.test.empty()) {
      throw InputError("data.monitor: expected a test part to watch, found none");
    }
    tell_data(*set, parts, data.twins(spec.data), told);
  }
  return told;
}

}  // namespace mlpsweep::runner
