#include "runner/kinds.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/cost.h"
#include "engine/dataset.h"
#include "engine/errors.h"
#include "runner/sweep_data.h"
#include "sweeps/fingerprint.h"
#include "sweeps/fingerprint_map.h"
#include "sweeps/keys.h"
#include "sweeps/sweep.h"
#include "sweeps/value.h"

namespace mlpsweep::runner {
namespace {

double sign_of(double number) {
  return number == 0 ? 0 : 1;
}

/// The spec with everything at one value that changes no epoch's duration.
engine::TrainSpec neutral(engine::TrainSpec spec) {
  const engine::TrainSpec usual;
  spec.optimizer.learning_rate = usual.optimizer.learning_rate;
  spec.optimizer.momentum = sign_of(spec.optimizer.momentum) * 0.5;
  spec.l1 = sign_of(spec.l1) * 1e-6;
  spec.l2 = sign_of(spec.l2) * 1e-6;
  spec.epochs = 1;
  spec.keep_weights = usual.keep_weights;
  spec.seed = usual.seed;
  spec.repeat = 0;
  spec.fold = 0;
  return spec;
}

std::string family_of(engine::TrainSpec spec, const std::string& checksum) {
  spec.hidden.clear();
  return sweeps::fingerprint(spec, checksum).hex();
}

double flop_of(const engine::TrainSpec& spec, const results::DataSource& data) {
  const engine::PartRows rows = engine::part_rows(spec, data.train_rows, data.test_rows);
  return engine::predict_cost(spec, static_cast<std::size_t>(data.inputs), data.classes, rows).flop;
}

const results::DataSource& source_of_trial(const Planned& planned, const engine::TrainSpec& spec) {
  const results::DataSource* data = find_source(planned.sources, spec.data);
  MLPS_CHECK(data != nullptr, "no data source " + engine::data_key(spec.data));
  return *data;
}

/// The part with neutral() in every setting of its grid, one repeat.
sweeps::Part neutral(sweeps::Part part) {
  part.base = neutral(part.base);
  part.repeats = 1;
  const auto level = [&](const std::string& key, std::string& text) {
    engine::TrainSpec spec = part.base;
    const sweeps::Key& row = *sweeps::find_key(key);
    static_cast<void>(row.set(spec, text));  // legal: it was read
    const sweeps::Value levelled = row.get(neutral(spec));
    text = row.get(spec) == levelled ? text : sweeps::text_of(levelled);
  };
  for (sweeps::Block& block : part.blocks) {
    for (auto& [key, text] : block.fixed) {
      level(key, text);
    }
    for (sweeps::Axis& axis : block.axes) {
      for (std::vector<std::string>& step : axis.values) {
        for (std::size_t k = 0; k < step.size(); ++k) {
          level(axis.keys[k], step[k]);
        }
      }
    }
  }
  return part;
}

/// The fingerprints of all trials' neutral() specs. They are those of whole grids, which are made
/// faster than one by one: with 100,000 trials plan --time begins 0.6 s sooner.
class NeutralNames {
 public:
  explicit NeutralNames(const Planned& planned) : sweep_(planned.sweep) {
    for (const sweeps::Part& part : sweep_.parts) {
      names_.push_back(sweeps::fingerprints(
          neutral(part), engine::TrainSpec().seed,
          [&](const engine::TrainSpec& spec) { return source_of_trial(planned, spec).checksum; }));
    }
  }

  [[nodiscard]] const sweeps::Fingerprint& of(std::uint64_t trial) const {
    std::size_t part = 0;
    for (; trial >= sweep_.parts[part].trials(); ++part) {
      trial -= sweep_.parts[part].trials();
    }
    return names_[part][trial % sweep_.parts[part].configurations()];
  }

 private:
  const sweeps::Sweep& sweep_;
  std::vector<std::vector<sweeps::Fingerprint>> names_;
};

engine::Pace scaled(const engine::Pace& pace, double by) {
  return {pace.fixed * by, pace.epoch * by};
}

Paces scaled(const Paces& paces, double by) {
  return {scaled(paces.busy, by), scaled(paces.alone, by), scaled(paces.joined, by)};
}

/// a^(1-t) b^t; of an empty part of the work none.
double between(double a, double b, double t) {
  return a > 0 && b > 0 ? std::exp((1 - t) * std::log(a) + t * std::log(b)) : (1 - t) * a + t * b;
}

engine::Pace between(const engine::Pace& a, const engine::Pace& b, double t) {
  return {between(a.fixed, b.fixed, t), between(a.epoch, b.epoch, t)};
}

/// The place in `chosen` of the allowed kind whose operations are nearest.
std::optional<std::size_t> nearest(double flop, const std::vector<Kind>& kinds,
                                   const std::vector<std::size_t>& chosen,
                                   const std::function<bool(const Kind&)>& allowed) {
  std::optional<std::size_t> best;
  double least = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Kind& kind = kinds[chosen[i]];
    const double distance = std::abs(std::log(kind.flop / flop));
    if (allowed(kind) && (!best || distance < least)) {
      best = i;
      least = distance;
    }
  }
  return best;
}

Paces paces_of(const Kind& kind, const std::vector<Kind>& kinds,
               const std::vector<std::size_t>& chosen, const std::vector<Paces>& measured) {
  const auto low = nearest(kind.flop, kinds, chosen, [&](const Kind& other) {
    return other.family == kind.family && other.flop <= kind.flop;
  });
  const auto high = nearest(kind.flop, kinds, chosen, [&](const Kind& other) {
    return other.family == kind.family && other.flop >= kind.flop;
  });
  if (low && high) {
    const double from = kinds[chosen[*low]].flop;
    const double to = kinds[chosen[*high]].flop;
    const double t = to > from ? std::log(kind.flop / from) / std::log(to / from) : 0;
    const Paces& a = measured[*low];
    const Paces& b = measured[*high];
    return {between(a.busy, b.busy, t), between(a.alone, b.alone, t),
            between(a.joined, b.joined, t)};
  }
  const auto any = [](const Kind&) { return true; };
  const std::size_t one = low    ? *low
                          : high ? *high
                                 : nearest(kind.flop, kinds, chosen, any).value();
  return scaled(measured[one], kind.flop / kinds[chosen[one]].flop);
}

}  // namespace

Kinds kinds_of(const Planned& planned, const std::vector<Task>& tasks) {
  using Place = std::tuple<std::string, double, sweeps::Fingerprint>;
  std::map<Place, engine::TrainSpec> found;
  sweeps::FingerprintSet seen;
  const NeutralNames names(planned);
  for (const Task& task : tasks) {
    const sweeps::Fingerprint& name = names.of(task.trial);
    if (!seen.try_emplace(name).second) {
      continue;
    }
    const engine::TrainSpec spec = neutral(planned.sweep.trial(task.trial));
    const results::DataSource& data = source_of_trial(planned, spec);
    found.emplace(Place{family_of(spec, data.checksum), flop_of(spec, data), name}, spec);
  }
  Kinds kinds;
  sweeps::FingerprintMap<std::size_t> numbers;
  for (auto& [place, spec] : found) {
    numbers.try_emplace(std::get<sweeps::Fingerprint>(place), kinds.kinds.size());
    kinds.kinds.push_back({std::move(spec), std::get<std::string>(place), std::get<double>(place)});
  }
  for (const Task& task : tasks) {
    kinds.of_task.push_back(numbers.at(names.of(task.trial)));
  }
  return kinds;
}

std::vector<std::size_t> chosen_kinds(std::size_t kinds, std::size_t most) {
  std::vector<std::size_t> chosen;
  const std::size_t count = std::min(kinds, most);
  for (std::size_t i = 0; i < count; ++i) {
    chosen.push_back(count == 1 ? 0 : i * (kinds - 1) / (count - 1));
  }
  return chosen;
}

std::vector<Paces> paces_of_all(const std::vector<Kind>& kinds,
                                const std::vector<std::size_t>& chosen,
                                const std::vector<Paces>& measured) {
  MLPS_CHECK(!chosen.empty() && chosen.size() == measured.size(), std::to_string(chosen.size()));
  std::vector<Paces> all;
  all.reserve(kinds.size());
  for (const Kind& kind : kinds) {
    all.push_back(paces_of(kind, kinds, chosen, measured));
  }
  return all;
}

}  // namespace mlpsweep::runner
