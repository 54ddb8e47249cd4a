#include "runner/gradcheck_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "results/table.h"
#include "runner/exit_codes.h"
#include "runner/progress.h"
#include "runner/tables.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::runner {
namespace {

constexpr double kDefaultEpsilon = 1e-2;

struct Kind {
  std::string_view name;
  int engine::SingleWeights::*count;
};
constexpr std::array kKinds = {Kind{"input_hidden", &engine::SingleWeights::input_hidden},
                               Kind{"hidden_output", &engine::SingleWeights::hidden_output},
                               Kind{"hidden_bias", &engine::SingleWeights::hidden_bias},
                               Kind{"output_bias", &engine::SingleWeights::output_bias}};

[[noreturn]] void refuse_weights(std::string_view part) {
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) {
    names.push_back(kind.name);
  }
  const std::string_view near = sweeps::nearest(part.substr(0, part.find('=')), names);
  throw InputError(fmt::format("--weights: expected KIND=COUNT, KIND one of: {}; found '{}'{}{}",
                               fmt::join(names, ", "), part,
                               near.empty() ? "" : "\n  nearest: ", near));
}

void read_one_kind(std::string_view part, engine::SingleWeights& weights) {
  const std::size_t equals = part.find('=');
  const auto* const kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& known) {
    return known.name == part.substr(0, equals);
  });
  if (equals == std::string_view::npos || kind == kKinds.end()) {
    refuse_weights(part);
  }
  const std::string_view digits = part.substr(equals + 1);
  int count = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || count < 0) {
    refuse_weights(part);
  }
  weights.*(kind->count) = count;
}

/// Text for people beside a number for programs.
struct Cell {
  std::string text;
  sweeps::Value value;
};

Cell of_number(double number, std::string_view look) {
  return {fmt::format(fmt::runtime(look), number), number};
}

/// Settings that say how long and in which steps is trained: no gradient depends on them.
constexpr std::array<std::string_view, 12> kTrainingOnly = {"batch_size",
                                                            "bias_step",
                                                            "data.monitor",
                                                            "early_stop.patience",
                                                            "early_stop.restore",
                                                            "early_stop.stop_when",
                                                            "epochs",
                                                            "keep_weights",
                                                            "optimizer.momentum",
                                                            "optimizer.momentum_form",
                                                            "shuffle",
                                                            "train_figures"};

enum class Rows { kRandom, kReal };

/// Whether gradients on such rows depend on a setting. Of the data, random rows have only the
/// number of classes.
bool decides(std::string_view key, Rows rows) {
  return key != "optimizer.learning_rate" &&
         std::find(kTrainingOnly.begin(), kTrainingOnly.end(), key) == kTrainingOnly.end() &&
         (rows == Rows::kReal || !key.starts_with("data."));
}

/// A network with loss and penalty, for all configurations that differ in nothing else.
struct Subject {
  engine::TrainSpec spec;
  std::shared_ptr<const engine::Dataset> data;
  std::int64_t configurations = 0;
};

/// Of the first repeat and fold, in the order of the sweep; a configuration of several experiments
/// counts once.
std::vector<Subject> subjects_of(const sweeps::Sweep& sweep, engine::DatasetCache& data,
                                 Rows rows) {
  std::vector<Subject> subjects;
  std::map<std::string, std::size_t> places;
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < sweep.trials(); ++i) {
    const engine::TrainSpec spec = sweep.trial(i);
    if (spec.repeat != 0 || spec.fold != 0) {
      continue;
    }
    auto set = data.get(spec.data);
    std::string all;
    std::string deciding = std::to_string(set->classes);
    for (const sweeps::Key& key : sweeps::keys()) {
      const std::string text = '\n' + sweeps::text_of(key.get(spec));
      all += text;
      deciding += decides(key.name, rows) ? text : "";
    }
    const auto [place, is_new] = places.emplace(std::move(deciding), subjects.size());
    if (is_new) {
      subjects.push_back({spec, std::move(set), 0});
    }
    subjects[place->second].configurations += seen.insert(std::move(all)).second ? 1 : 0;
  }
  return subjects;
}

/// One table over all subjects: the swept settings that tell them apart, how many configurations
/// each stands for, then what was found.
class Checks {
 public:
  Checks(const sweeps::Sweep& sweep, Rows rows, std::string title, std::vector<std::string> columns,
         std::size_t texts) {
    table_.title = sweep.name + ": " + std::move(title);
    for (const std::string& key : sweep.swept_keys()) {
      if (decides(key, rows)) {
        keys_.push_back(key);
        add_heading(std::string(sweeps::last_part(key)), key, true);
      }
    }
    add_heading("configurations", "configurations", true);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      add_heading(columns[c], columns[c], c >= texts);
    }
  }

  void add(const Subject& subject, const std::vector<Cell>& row) {
    std::vector<std::string> texts;
    std::vector<sweeps::Value> values;
    for (const std::string& key : keys_) {
      values.push_back(sweeps::find_key(key)->get(subject.spec));
      if (std::holds_alternative<std::string>(values.back())) {
        table_.numeric[texts.size()] = false;
      }
      texts.push_back(sweeps::text_of(values.back()));
    }
    values.emplace_back(subject.configurations);
    texts.push_back(std::to_string(subject.configurations));
    for (const Cell& cell : row) {
      texts.push_back(cell.text);
      values.push_back(cell.value);
    }
    table_.cells.push_back(std::move(texts));
    table_.data.push_back(std::move(values));
  }

  void beyond(bool is) { beyond_ += is ? 1 : 0; }

  /// Prints the table with its verdict; the exit code.
  int finish(const std::string& bound, const std::string& format) {
    table_.footer.push_back(bound);
    table_.footer.emplace_back(
        "configurations: how many share the row, since they differ only in settings that no "
        "gradient depends on.");
    table_.footer.push_back(
        beyond_ == 0 ? fmt::format("All {} are within.", table_.cells.size())
                     : fmt::format("{} of {} are beyond.", beyond_, table_.cells.size()));
    print(table_, format);
    return beyond_ == 0 ? kExitDone : kExitTrialsFailed;
  }

 private:
  void add_heading(std::string heading, std::string data, bool numeric) {
    table_.headings.push_back(std::move(heading));
    table_.data_headings.push_back(std::move(data));
    table_.numeric.push_back(numeric);
  }

  std::vector<std::string> keys_;
  results::Table table_;
  std::size_t beyond_ = 0;
};

int check_tensors(const sweeps::Sweep& sweep, engine::DatasetCache& data,
                  const std::string& format) {
  Checks checks(sweep, Rows::kRandom, "gradients of what is minimised, on random rows",
                {"tensor", "entries", "difference_error", "float_error"}, 1);
  for (const Subject& subject : subjects_of(sweep, data, Rows::kRandom)) {
    engine::GradientCheckBatch batch;
    batch.classes = subject.data->classes;  // a single output unit wants two
    for (const engine::TensorCheck& tensor : engine::check_gradients(subject.spec, batch).tensors) {
      checks.add(subject, {{tensor.name, tensor.name},
                           {std::to_string(tensor.entries), std::int64_t{tensor.entries}},
                           of_number(tensor.difference_error, "{:.1e}"),
                           of_number(tensor.float_error, "{:.1e}")});
      // Not a number is beyond as well.
      checks.beyond(!(tensor.difference_error <= kMostDifferenceError &&
                      tensor.float_error <= kMostFloatError));
    }
  }
  return checks.finish(
      fmt::format(
          "Errors are the largest of a tensor, as shares of its largest gradient. "
          "difference_error: float64 against central differences of the loss, at most {:.0e}; "
          "float_error: the float32 gradient that trains against float64, at most {:.0e}.",
          kMostDifferenceError, kMostFloatError),
      format);
}

/// What rounding alone can make of the difference of two losses near 1 in float64, over 2 epsilon.
double rounding_of(double epsilon) {
  return 2e-14 / epsilon;
}

/// log2 of the error's fall when the step is halved: 2 for an error of the order of epsilon
/// squared. Nothing where rounding is what is left.
Cell order_of(const engine::WeightCheck& whole, const engine::WeightCheck& half, double epsilon) {
  if (half.absolute_error() < rounding_of(epsilon)) {
    return {"-", engine::kNaN};
  }
  return of_number(std::log2(whole.absolute_error() / half.absolute_error()), "{:.2f}");
}

int check_weights(const sweeps::Sweep& sweep, engine::DatasetCache& data,
                  const GradcheckOptions& options) {
  const double epsilon = options.epsilon.value_or(kDefaultEpsilon);
  const int examples = options.examples.value_or(1);
  const engine::SingleWeights wanted = read_weights(options.weights);
  const double bound = epsilon * epsilon + rounding_of(epsilon);
  Checks checks(sweep, Rows::kReal,
                fmt::format("gradients of single weights, initial values, {} example{}, epsilon {}",
                            examples, examples == 1 ? "" : "s", epsilon),
                {"kind", "entry", "value", "analytic", "numeric", "absolute_error", "order"}, 2);
  for (const Subject& subject : subjects_of(sweep, data, Rows::kReal)) {
    const auto check_at = [&](double step) {
      return engine::check_single_weights(subject.spec, *subject.data, examples, step, wanted);
    };
    const auto whole = check_at(epsilon);
    const auto half = check_at(epsilon / 2);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const engine::WeightCheck& check = whole[i];
      const std::string entry = fmt::format("{}[{},{}]", check.tensor, check.row, check.column);
      checks.add(subject, {{check.kind, check.kind},
                           {entry, entry},
                           of_number(check.value, "{:.6f}"),
                           of_number(check.analytic, "{:.10f}"),
                           of_number(check.numeric, "{:.10f}"),
                           of_number(check.absolute_error(), "{:.1e}"),
                           order_of(check, half[i], epsilon)});
      checks.beyond(!(check.absolute_error() <= bound));
    }
  }
  return checks.finish(
      fmt::format("All in float64. numeric: central difference; its error is of the order of "
                  "epsilon squared, so order, by halving epsilon, is near 2 (-: only rounding is "
                  "left). Bound of the absolute error: epsilon squared and rounding, {:.1e}.",
                  bound),
      options.format);
}

}  // namespace

engine::SingleWeights read_weights(const std::string& text) {
  engine::SingleWeights weights;
  if (text.empty()) {
    return weights;
  }
  weights = {0, 0, 0, 0};  // who names some means these only
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    read_one_kind(std::string_view(text).substr(at, end - at), weights);
    at = end + 1;
  }
  return weights;
}

int gradcheck(const GradcheckOptions& options) {
  sweeps::ReadOptions reading;
  reading.overrides = options.overrides;
  const sweeps::Sweep sweep = sweeps::read_sweep_file(options.spec, reading);
  for (const sweeps::Part& part : sweep.parts) {
    if (!part.settled) {
      log_warning(
          fmt::format("{}: {}: not checked", sweeps::title_of(part), sweeps::size_text(part)));
    }
  }
  engine::DatasetCache data(options.data_folder);
  const bool single = options.epsilon || options.examples || !options.weights.empty();
  return single ? check_weights(sweep, data, options) : check_tensors(sweep, data, options.format);
}

}  // namespace mlpsweep::runner
