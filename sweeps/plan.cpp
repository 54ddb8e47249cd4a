#include "sweeps/plan.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sweeps/keys.h"
#include "sweeps/possible_winners.h"
#include "sweeps/settle.h"

namespace mlpsweep::sweeps {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Setting> settings_named(const std::vector<std::string>& names,
                                    const engine::TrainSpec& spec) {
  std::vector<Setting> settings;
  for (const std::string& name : names)
    settings.push_back({name, find_key(name)->get(spec)});
  return settings;
}

Json json_of(const Value& value) {
  return std::visit([](const auto& plain) { return Json(plain); }, value);
}

Json json_of(const std::vector<Setting>& settings) {
  Json json = Json::object();
  for (const Setting& setting : settings)
    json[setting.key] = json_of(setting.value);
  return json;
}

/// A line a configuration, written as it is met: a large grid is never held as a tree.
std::string configurations_json(const Part& part, const Sweep& sweep,
                                const std::vector<std::string>& swept, const std::string& indent) {
  std::string text = "[";
  const std::uint64_t count = part.settled ? part.configurations() : 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    text += (i == 0 ? "\n" : ",\n") + indent + "  ";
    text += json_of(settings_named(swept, part.trial(i, sweep.seed)))
                .dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + (count > 0 ? "\n" + indent + "]" : "]");
}

/// What a part that starts from a winner took from it, or for whom it waits.
Json json_of_from(const Part& part) {
  Json json = {{"best_of", part.from->experiment}};
  engine::TrainSpec pinned;
  for (const auto& [key, text] : part.from->pin) {
    find_key(key)->set(pinned, text);
    json["pin"][key] = json_of(find_key(key)->get(pinned));
  }
  if (part.settled) {
    for (const auto& [key, experiment] : part.waits)
      json["won"][key] = json_of(find_key(key)->get(part.base));
  } else {
    json["waits_for"] = awaited(part);
  }
  return json;
}

Json json_of(const Part& part) {
  Json json;
  json["experiment"] = part.experiment;
  json["reading"] = part.reading;
  json["repeats"] = part.repeats;
  if (part.folds > 0)
    json["folds"] = part.folds;
  if (part.from)
    json["from"] = json_of_from(part);
  return json;
}

/// `json`'s members, left open for more.
std::string opened(const Json& json, int indent) {
  std::string text = json.dump(indent, ' ', false, Json::error_handler_t::replace);
  text.resize(text.rfind('}'));
  while (text.back() == '\n' || text.back() == ' ')
    text.pop_back();
  return text;
}

bool is_plain(const Sweep& sweep) {
  return sweep.parts.size() == 1 && sweep.parts.front().experiment.empty();
}

}  // namespace

Plan make_plan(const Sweep& sweep, const FindData& find_data,
               const std::function<void(const PlanRow&)>& take) {
  Plan plan;
  const std::vector<std::string> swept = sweep.swept_keys();
  std::set<Fingerprint> seen;
  for (std::size_t p = 0; p < sweep.parts.size(); ++p) {
    const Part& part = sweep.parts[p];
    plan.fresh.push_back(0);
    for (std::uint64_t i = 0; i < part.trials(); ++i) {
      const engine::TrainSpec spec = part.trial(i, sweep.seed);
      const DataFacts data = find_data(spec.data);
      PlanRow row;
      row.fingerprint = fingerprint(spec, data.checksum);
      if (sweep.parts.size() > 1 && !seen.insert(row.fingerprint).second)
        continue;
      row.part = p;
      row.repeat = spec.repeat;
      row.fold = spec.fold;
      row.settings = settings_named(swept, spec);
      row.rows = engine::part_rows(spec, data.train_rows, data.test_rows);
      row.cost = engine::predict_cost(spec, data.inputs, data.classes, row.rows);
      ++plan.trials;
      ++plan.fresh.back();
      plan.flop += row.cost.flop;
      plan.most_parameters = std::max(plan.most_parameters, row.cost.parameters);
      plan.most_bytes = std::max(plan.most_bytes, row.cost.bytes);
      take(row);
    }
  }
  return plan;
}

std::string title_of(const Part& part) {
  if (part.reading.empty())
    return part.experiment;
  const std::string reading = fmt::format("({})", part.reading);
  return part.experiment.empty() ? reading : fmt::format("{} {}", part.experiment, reading);
}

std::string size_text(const Part& part) {
  if (!part.settled)
    return fmt::format("waits for the winner of {}", fmt::join(awaited(part), " and "));
  if (part.configurations() == 0) {
    return fmt::format("'exclude' leaves no configuration, since {}", excluded_winner(part));
  }
  const std::string folds = part.folds > 0 ? fmt::format(" x {} folds", part.folds) : "";
  return fmt::format("{} configurations x {} repeats{} = {} trials", part.configurations(),
                     part.repeats, folds, part.trials());
}

std::string size_text(const Sweep& sweep) {
  return is_plain(sweep) ? size_text(sweep.parts.front())
                         : fmt::format("{} part{}, {} trials", sweep.parts.size(),
                                       sweep.parts.size() == 1 ? "" : "s", distinct_trials(sweep));
}

std::vector<std::string> part_lines(const Sweep& sweep) {
  std::vector<std::string> lines;
  if (is_plain(sweep))
    return lines;
  for (const Part& part : sweep.parts) {
    const std::string title = title_of(part);
    lines.push_back(fmt::format("{}: {}", title.empty() ? "judged" : title, size_text(part)));
  }
  return lines;
}

std::uint64_t distinct_trials(const Sweep& sweep) {
  if (sweep.parts.size() == 1)
    return sweep.trials();
  std::set<Fingerprint> seen;
  for (std::uint64_t i = 0; i < sweep.trials(); ++i) {
    const engine::TrainSpec spec = sweep.trial(i);
    const engine::DataSpec& data = spec.data;
    seen.insert(fingerprint(spec, fmt::format("{}|{}|{}|{}|{}", data.set, data.train,
                                              data.train_labels, data.test, data.test_labels)));
  }
  return seen.size();
}

std::string resolved_json(const Sweep& sweep) {
  const std::vector<std::string> swept = sweep.swept_keys();
  const auto is_swept = [&swept](const Setting& setting) {
    return std::find(swept.begin(), swept.end(), setting.key) != swept.end();
  };
  std::vector<Setting> shared = settings_of(sweep.trial(0));
  std::erase_if(shared, is_swept);
  const Part& first = sweep.parts.front();

  Json json;
  json["mlpsweep"] = 1;
  json["name"] = sweep.name;
  json["seed"] = sweep.seed;
  if (is_plain(sweep)) {
    json["repeats"] = first.repeats;
    if (first.folds > 0)
      json["folds"] = first.folds;
  }
  json["metric"] = {{"name", sweep.metric.name},
                    {"goal", sweep.metric.minimize ? "minimize" : "maximize"},
                    {"at", sweep.metric.at_best ? "best" : "last"}};
  json["overrides"] = sweep.overrides;
  json["settings"] = json_of(shared);
  json["swept"] = swept;
  std::string text = opened(json, 2);
  if (is_plain(sweep)) {
    text += ",\n  \"configurations\": " + configurations_json(first, sweep, swept, "  ");
    return text + "\n}\n";
  }
  text += ",\n  \"parts\": [";
  for (const Part& part : sweep.parts) {
    text += &part == &first ? "\n    " : ",\n    ";
    text += opened(json_of(part), -1) + ",\n     \"configurations\": ";
    text += configurations_json(part, sweep, swept, "     ") + "}";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace mlpsweep::sweeps
