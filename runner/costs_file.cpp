#include "runner/costs_file.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/file_io.h"
#include "runner/process_memory.h"
#include "runner/progress.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Prediction& prediction) {
  return {{"nodes", prediction.layout.nodes},     {"ranks_per_node", prediction.layout.ranks},
          {"threads", prediction.layout.threads}, {"seconds", prediction.wall.seconds},
          {"seconds_low", prediction.wall.low},   {"seconds_high", prediction.wall.high},
          {"idle_core_seconds", prediction.idle}, {"rank_bytes", prediction.memory.rank},
          {"node_bytes", prediction.memory.node}};
}

/// Errors   InputError: no whole number, or one that a Number can't hold.
template <typename Number>
Number whole_in(const Json& json, const char* key) {
  const Json& value = json.at(key);
  if (!value.is_number_unsigned() ||
      !std::in_range<Number>(value.get<std::uint64_t>())) {  // get() doesn't check
    throw InputError(fmt::format("{}: expected a count, found {}", key, value.dump()));
  }
  return value.get<Number>();
}

Layout layout_in(const Json& json) {
  return {whole_in<int>(json, "nodes"), whole_in<int>(json, "ranks_per_node"),
          whole_in<int>(json, "threads")};
}

Prediction prediction_in(const Json& json) {
  const auto number = [&](const char* key) { return json.at(key).get<double>(); };
  return {layout_in(json),
          {number("seconds"), number("seconds_low"), number("seconds_high")},
          number("idle_core_seconds"),
          {number("rank_bytes"), number("node_bytes")}};
}

Json json_of(const PredictedCosts& predicted, const std::vector<Prediction>& layouts) {
  Json json = {{"made", predicted.made},
               {"trials", predicted.trials},
               {"count", predicted.count},
               {"may_stop_early", predicted.may_stop_early},
               {"layouts", Json::array()}};
  for (const Prediction& layout : layouts) {
    json["layouts"].push_back(json_of(layout));
  }
  return json;
}

Json json_of(const MeasuredRound& round) {
  return {{"trials", round.trials},
          {"count", round.count},
          {"seconds", round.seconds},
          {"rank_bytes", round.rank_bytes}};
}

Json json_of(const MeasuredCosts& measured) {
  Json json = {{"ended", measured.ended},
               {"nodes", measured.layout.nodes},
               {"ranks_per_node", measured.layout.ranks},
               {"threads", measured.layout.threads}};
  json.update(json_of(measured.whole));
  if (measured.first) {
    json["first_round"] = json_of(*measured.first);
  }
  return json;
}

PredictedCosts predicted_in(const Json& json) {
  PredictedCosts predicted{json.at("made").get<std::string>(),
                           json.at("trials").get<std::string>(),
                           whole_in<std::uint64_t>(json, "count"),
                           json.at("may_stop_early").get<bool>(),
                           {}};
  for (const Json& layout : json.at("layouts")) {
    predicted.layouts.push_back(prediction_in(layout));
  }
  return predicted;
}

MeasuredRound round_in(const Json& json) {
  return {json.at("trials").get<std::string>(), whole_in<std::uint64_t>(json, "count"),
          json.at("seconds").get<double>(), json.at("rank_bytes").get<double>()};
}

MeasuredCosts measured_in(const Json& json) {
  MeasuredCosts measured{json.at("ended").get<std::string>(), layout_in(json), round_in(json),
                         std::nullopt};
  if (json.contains("first_round")) {
    measured.first = round_in(json.at("first_round"));
  }
  return measured;
}

constexpr const char* kVersionKey = "version";

std::uint64_t version_of(const Json& json) {
  return json.contains(kVersionKey) ? whole_in<std::uint64_t>(json, kVersionKey) : 1;
}

/// What was said of just that run, or of its first round.
const Prediction* held_against(const Costs& costs) {
  if (!costs.predicted || !costs.measured) {
    return nullptr;
  }
  const MeasuredRound& told = costs.measured->first.value_or(costs.measured->whole);
  return costs.predicted->trials == told.trials ? costs.predicted->find(costs.measured->layout)
                                                : nullptr;
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string mib_text(double bytes) {
  return fmt::format("{:.0f} MiB", bytes / kMebibyte);
}

std::string counted(std::uint64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

const Prediction* PredictedCosts::find(const Layout& layout) const {
  const auto found =
      std::find_if(layouts.begin(), layouts.end(),
                   [&](const Prediction& prediction) { return prediction.layout == layout; });
  return found == layouts.end() ? nullptr : &*found;
}

void MeasuredCosts::add(const MeasuredRound& round) {
  if (whole.count == 0) {
    whole = round;
    return;
  }
  if (!first) {
    first = whole;
  }
  whole = {sweeps::hash_bytes(whole.trials + round.trials).hex(), whole.count + round.count,
           round.seconds, std::max(whole.rank_bytes, round.rank_bytes)};
}

std::string task_list_hash(const Planned& planned, const std::vector<Task>& tasks) {
  std::string names;
  for (const Task& task : tasks) {
    names += planned.fingerprints.at(task.trial).hex();
  }
  return sweeps::hash_bytes(names).hex();
}

Costs read_costs(const results::SweepFolder& folder) {
  Costs costs;
  try {
    const Json json = Json::parse(results::read_whole(folder.costs()));
    if (const auto version = version_of(json); version > kCostsVersion) {
      costs.refused = fmt::format(
          "{}: is of version {}, and this program reads up to version {}: it is left as it is",
          folder.costs().string(), version, kCostsVersion);
      return costs;
    }
    if (json.contains("predicted")) {
      costs.predicted = predicted_in(json.at("predicted"));
    }
    if (json.contains("measured")) {
      costs.measured = measured_in(json.at("measured"));
    }
    return costs;
  } catch (const std::exception&) {
    return {};
  }
}

void write_costs(const results::SweepFolder& folder, const Costs& costs) {
  if (!costs.refused.empty()) {
    return;
  }
  Json json = {{kVersionKey, kCostsVersion}};
  if (costs.predicted) {
    json["predicted"] = json_of(*costs.predicted, costs.predicted->layouts);
  }
  if (costs.measured) {
    json["measured"] = json_of(*costs.measured);
  }
  results::write_whole(folder.costs(), dump(json, 2) + "\n");
}

std::vector<std::string> lines_of(const Costs& costs) {
  if (!costs.measured) {
    return costs.refused.empty() ? std::vector<std::string>{} : std::vector{costs.refused};
  }
  const MeasuredCosts& measured = *costs.measured;
  std::vector<std::string> lines = {
      fmt::format("{} took {} on {}, a rank at most {}", counted(measured.whole.count, "trial"),
                  seconds_text(measured.whole.seconds), text_of(measured.layout),
                  mib_text(measured.whole.rank_bytes))};
  if (measured.first) {
    lines.push_back(fmt::format("of these {} that waited for no winner took {}, a rank at most {}",
                                measured.first->count, seconds_text(measured.first->seconds),
                                mib_text(measured.first->rank_bytes)));
  }
  if (const Prediction* said = held_against(costs)) {
    lines.push_back(fmt::format(
        "predicted{}: {}{} ({} to {}), a rank {}", measured.first ? " for them" : "",
        costs.predicted->may_stop_early ? "at most " : "", seconds_text(said->wall.seconds),
        seconds_text(said->wall.low), seconds_text(said->wall.high), mib_text(said->memory.rank)));
  }
  return lines;
}

std::string text_of(const Costs& costs) {
  Json json = Json::object();
  if (const Prediction* said = held_against(costs)) {
    json["predicted"] = json_of(*costs.predicted, {*said});
  }
  if (costs.measured) {
    json["measured"] = json_of(*costs.measured);
  }
  return dump(json, -1);
}

std::string seconds_text(double seconds) {
  return seconds < 100 ? fmt::format("{:.1f} s", seconds) : duration_text(seconds);
}

std::string text_of(const Layout& layout) {
  const auto number = [](int count) { return static_cast<std::uint64_t>(count); };
  return (layout.nodes > 1 ? counted(number(layout.nodes), "node") + " x " : "") +
         counted(number(layout.ranks), "rank") + " x " + counted(number(layout.threads), "thread");
}

}  // namespace mlpsweep::runner
