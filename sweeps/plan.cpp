#include "sweeps/plan.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sweeps/keys.h"

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

}  // namespace

Plan make_plan(const Sweep& sweep, const FindData& find_data,
               const std::function<void(const PlanRow&)>& take) {
  Plan plan;
  plan.trials = sweep.trials();
  const std::vector<std::string> swept = sweep.swept_keys();
  for (std::uint64_t i = 0; i < plan.trials; ++i) {
    const engine::TrainSpec spec = sweep.trial(i);
    const DataFacts data = find_data(spec.data);
    PlanRow row;
    row.fingerprint = fingerprint(spec, data.checksum);
    row.repeat = spec.repeat;
    row.settings = settings_named(swept, spec);
    row.rows = engine::part_rows(spec, data.train_rows, data.test_rows);
    row.cost = engine::predict_cost(spec, data.inputs, data.classes, row.rows);
    plan.flop += row.cost.flop;
    plan.most_parameters = std::max(plan.most_parameters, row.cost.parameters);
    plan.most_bytes = std::max(plan.most_bytes, row.cost.bytes);
    take(row);
  }
  return plan;
}

std::string resolved_json(const Sweep& sweep) {
  const std::vector<std::string> swept = sweep.swept_keys();
  const auto is_swept = [&swept](const Setting& setting) {
    return std::find(swept.begin(), swept.end(), setting.key) != swept.end();
  };
  std::vector<Setting> shared = settings_of(sweep.trial(0));
  std::erase_if(shared, is_swept);

  Json json;
  json["mlpsweep"] = 1;
  json["name"] = sweep.name;
  json["seed"] = sweep.seed;
  json["repeats"] = sweep.repeats;
  json["metric"] = {{"name", sweep.metric.name},
                    {"goal", sweep.metric.minimize ? "minimize" : "maximize"},
                    {"at", sweep.metric.at_best ? "best" : "last"}};
  json["overrides"] = sweep.overrides;
  json["settings"] = json_of(shared);
  json["swept"] = swept;
  // One line a configuration, written as it is met: a large grid is never held as a tree.
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  text.resize(text.rfind('}'));
  while (text.back() == '\n' || text.back() == ' ')
    text.pop_back();
  text += ",\n  \"configurations\": [";
  for (std::uint64_t i = 0; i < sweep.configurations(); ++i) {
    text += i == 0 ? "\n    " : ",\n    ";
    text += json_of(settings_named(swept, sweep.trial(i)))
                .dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + "\n  ]\n}\n";
}

}  // namespace mlpsweep::sweeps
