#include "runner/gradcheck_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
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

/// One table over all configurations: their swept settings first.
class Checks {
 public:
  Checks(const sweeps::Sweep& sweep, std::string title, std::vector<std::string> columns,
         std::size_t texts)
      : keys_(sweep.swept_keys()) {
    table_.title = sweep.name + ": " + std::move(title);
    for (const std::string& key : keys_) {
      add_heading(key.substr(key.rfind('.') + 1), key, true);
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
      add_heading(columns[c], columns[c], c >= texts);
    }
  }

  void add(const engine::TrainSpec& spec, const std::vector<Cell>& row) {
    std::vector<std::string> texts;
    std::vector<sweeps::Value> values;
    for (const std::string& key : keys_) {
      values.push_back(sweeps::find_key(key)->get(spec));
      texts.push_back(sweeps::text_of(values.back()));
    }
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

/// Each configuration once: the first repeat, the first fold.
void for_each_configuration(const sweeps::Sweep& sweep,
                            const std::function<void(const engine::TrainSpec&)>& take) {
  for (std::uint64_t i = 0; i < sweep.trials(); ++i) {
    const engine::TrainSpec spec = sweep.trial(i);
    if (spec.repeat == 0 && spec.fold == 0) {
      take(spec);
    }
  }
}

int check_tensors(const sweeps::Sweep& sweep, engine::DatasetCache& data,
                  const std::string& format) {
  Checks checks(sweep, "gradients of what is minimised, on random rows",
                {"tensor", "entries", "difference_error", "float_error"}, 1);
  for_each_configuration(sweep, [&](const engine::TrainSpec& spec) {
    engine::GradientCheckBatch batch;
    batch.classes = data.get(spec.data)->classes;  // a single output unit wants two
    for (const engine::TensorCheck& tensor : engine::check_gradients(spec, batch).tensors) {
      checks.add(spec, {{tensor.name, tensor.name},
                        {std::to_string(tensor.entries), std::int64_t{tensor.entries}},
                        of_number(tensor.difference_error, "{:.1e}"),
                        of_number(tensor.float_error, "{:.1e}")});
      // Not a number is beyond as well.
      checks.beyond(!(tensor.difference_error <= kMostDifferenceError &&
                      tensor.float_error <= kMostFloatError));
    }
  });
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
  Checks checks(sweep,
                fmt::format("gradients of single weights, initial values, {} example{}, epsilon {}",
                            examples, examples == 1 ? "" : "s", epsilon),
                {"kind", "entry", "value", "analytic", "numeric", "absolute_error", "order"}, 2);
  for_each_configuration(sweep, [&](const engine::TrainSpec& spec) {
    const auto set = data.get(spec.data);
    const auto whole = engine::check_single_weights(spec, *set, examples, epsilon, wanted);
    const auto half = engine::check_single_weights(spec, *set, examples, epsilon / 2, wanted);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const engine::WeightCheck& check = whole[i];
      const std::string entry = fmt::format("{}[{},{}]", check.tensor, check.row, check.column);
      checks.add(spec, {{check.kind, check.kind},
                        {entry, entry},
                        of_number(check.value, "{:.6f}"),
                        of_number(check.analytic, "{:.10f}"),
                        of_number(check.numeric, "{:.10f}"),
                        of_number(check.absolute_error(), "{:.1e}"),
                        order_of(check, half[i], epsilon)});
      checks.beyond(!(check.absolute_error() <= bound));
    }
  });
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
