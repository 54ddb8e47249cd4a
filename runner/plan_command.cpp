#include "runner/plan_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "engine/isa.h"
#include "engine/parallel.h"
#include "results/journal.h"
#include "results/lock.h"
#include "results/sweep_folder.h"
#include "runner/announce.h"
#include "runner/calibrate.h"
#include "runner/costs_file.h"
#include "runner/exit_codes.h"
#include "runner/plan_trials.h"
#include "runner/predict.h"
#include "runner/process_memory.h"
#include "runner/progress.h"
#include "runner/sweep_data.h"
#include "runner/worker.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"
#include "sweeps/rules.h"
#include "sweeps/setting_text.h"
#include "sweeps/settle.h"

namespace mlpsweep::runner {
namespace {

using PlanClock = std::chrono::steady_clock;

double seconds_since(PlanClock::time_point begun) {
  return std::chrono::duration<double>(PlanClock::now() - begun).count();
}

/// A plan's columns; two passes over the grid find their widths, so that a grid of any size
/// streams. Which experiment and which fold a trial is of is told where there are some.
class PlanColumns {
 public:
  explicit PlanColumns(const sweeps::Sweep& sweep)
      : sweep_(sweep),
        parts_(sweep.parts.size() > 1),
        folds_(std::any_of(sweep.parts.begin(), sweep.parts.end(),
                           [](const sweeps::Part& part) { return part.folds > 0; })) {}

  [[nodiscard]] std::vector<std::string> headings() const {
    std::vector<std::string> headings = {"trial"};
    if (parts_) {
      headings.emplace_back("experiment");
    }
    headings.emplace_back("repeat");
    if (folds_) {
      headings.emplace_back("fold");
    }
    for (const std::string& key : sweep_.swept_keys()) {
      headings.emplace_back(sweeps::last_part(key));
    }
    headings.insert(headings.end(), {"parameters", "GFLOP", "MiB"});
    return headings;
  }

  [[nodiscard]] std::vector<std::string> cells(const sweeps::PlanRow& row) const {
    std::vector<std::string> cells = {row.fingerprint.brief()};
    if (parts_) {
      const std::string title = sweeps::title_of(sweep_.parts[row.part]);
      cells.push_back(title.empty() ? "judged" : title);
    }
    cells.push_back(std::to_string(row.repeat));
    if (folds_) {
      cells.push_back(std::to_string(row.fold));
    }
    for (const sweeps::Setting& setting : row.settings) {
      cells.push_back(sweeps::text_of(setting.value));
    }
    cells.push_back(std::to_string(row.cost.parameters));
    cells.push_back(fmt::format("{:.4g}", row.cost.flop / 1e9));
    cells.push_back(fmt::format("{:.1f}", row.cost.bytes / kMebibyte));
    return cells;
  }

 private:
  const sweeps::Sweep& sweep_;
  bool parts_;
  bool folds_;
};

void widen(std::vector<std::size_t>& widths, const std::vector<std::string>& cells) {
  widths.resize(std::max(widths.size(), cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    widths[i] = std::max(widths[i], cells[i].size());
  }
}

void print_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    fmt::print("{}{:>{}}", i == 0 ? "" : "  ", cells[i], widths[i]);
  }
  fmt::print("\n");
}

/// A line a part, with what it shares with those before it.
void print_parts(const sweeps::Sweep& sweep, const sweeps::Plan& totals) {
  const std::vector<std::string> lines = sweeps::part_lines(sweep);
  for (std::size_t p = 0; p < lines.size(); ++p) {
    const std::uint64_t shared = sweep.parts[p].trials() - totals.fresh[p];
    fmt::print("{}{}\n", lines[p],
               shared == 0 ? "" : fmt::format(", {} of them named above", shared));
  }
}

/// Of a node.
int cores_of(const PlanOptions& options) {
  return options.cores > 0 ? options.cores : engine::available_cores();
}

double bytes_of_images(const std::vector<results::DataSource>& sources) {
  double bytes = 0;
  for (const results::DataSource& source : sources) {
    bytes += static_cast<double>(source.train_rows + source.test_rows) * source.inputs;
  }
  return bytes;
}

/// The memory of the waiting trials; `checkpoints` tells, by the task's place, who writes some.
TrialMemory memory_of(const Planned& planned, const std::vector<Task>& tasks, int threads,
                      const std::function<bool(std::size_t)>& checkpoints) {
  LargestTrials largest(threads);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const engine::TrainSpec spec = planned.sweep.trial(tasks[i].trial);
    const results::DataSource* data = find_source(planned.sources, spec.data);
    MLPS_CHECK(data != nullptr, engine::data_key(spec.data));
    const engine::PartRows rows = engine::part_rows(spec, data->train_rows, data->test_rows);
    const auto inputs = static_cast<std::size_t>(data->inputs);
    largest.add(engine::predict_cost(spec, inputs, data->classes, rows), checkpoints(i));
  }
  return largest.memory();
}

/// The trials and what they cost, one by one and in all; tells `take` of each.
void print_trials(const sweeps::Sweep& sweep, engine::DatasetCache& cache,
                  const std::function<void(const engine::Cost&)>& take) {
  const sweeps::FindData facts = [&cache](const engine::DataSpec& spec) {
    const auto data = cache.get(spec);
    return sweeps::DataFacts{data->inputs(), data->classes, data->train.rows, data->test.rows,
                             data->checksum};
  };
  const PlanColumns columns(sweep);
  std::vector<std::size_t> widths;
  widen(widths, columns.headings());
  sweeps::make_plan(sweep, facts,
                    [&](const sweeps::PlanRow& row) { widen(widths, columns.cells(row)); });
  print_row(columns.headings(), widths);
  const sweeps::Plan totals = sweeps::make_plan(sweep, facts, [&](const sweeps::PlanRow& row) {
    print_row(columns.cells(row), widths);
    take(row.cost);
  });
  print_parts(sweep, totals);
  fmt::print(
      "{}, {:.4g} GFLOP in all (at most, where early "
      "stopping may end a trial); largest network {} parameters, largest trial {:.1f} MiB beside "
      "the data\n",
      sweeps::size_text(sweep), totals.flop / 1e9, totals.most_parameters,
      totals.most_bytes / kMebibyte);
}

/// The memory of one rank that has all cores, and where it may be more: how long a trial will train
/// is told by --time alone.
void print_memory(const MemoryBase& base, const TrialMemory& trials, const TrialMemory& writing,
                  const PlanOptions& options) {
  const int threads = cores_of(options);
  const auto mebibytes = [&](const TrialMemory& memory) {
    return memory_need(base, memory, {1, 1, threads}).rank / kMebibyte;
  };
  fmt::print("peak memory of one rank, {} of its trials side by side: about {:.0f} MiB{}\n",
             std::min(static_cast<std::size_t>(threads), trials.largest.size()), mebibytes(trials),
             mebibytes(writing) < mebibytes(trials) + 1
                 ? ""
                 : fmt::format("; {:.0f} MiB where they train longer than {:g} s, and so write "
                               "checkpoints",
                               mebibytes(writing), options.checkpoint_seconds));
}

/// What a prediction comes from.
struct Basis {
  Planned planned;
  std::vector<Task> tasks;
  Workload workload;
};

/// All but the calibration. What the sweep's directory has already is not to be trained; one that
/// `run` would refuse is refused here, before anything is measured for it.
Basis basis_of(const sweeps::Sweep& sweep, const std::vector<results::DataSource>& sources,
               const PlanOptions& options) {
  Basis basis;
  results::JournalIndex journals;
  if (!options.folder.empty()) {
    journals = results::read_journals(results::SweepFolder::create(options.folder).journals());
  }
  basis.planned = propose(sweep, sources, journals);
  basis.tasks = waiting_tasks(basis.planned, journals, {});
  basis.workload.cores = cores_of(options);
  return basis;
}

/// Trains pieces of the sweep on the cores that are here; where a node is said to have more, they
/// are taken to be as quick, as long as they have trials of their own.
void calibrate_basis(Basis& basis, engine::DatasetCache& cache, const PlanOptions& options) {
  const PlanClock::time_point begun = PlanClock::now();
  Workload& workload = basis.workload;
  workload.cores = std::min(workload.cores, engine::available_cores());
  const Kinds kinds = kinds_of(basis.planned, basis.tasks);
  workload.trials = planned_trials(basis.planned, basis.tasks, kinds);
  workload.calibration =
      calibrate(kinds.kinds, options.calibration_seconds, measure_on(workload.cores, cache));
  const std::vector<double> trial_seconds = mean_seconds(workload.trials, workload.calibration);
  workload.largest = memory_of(basis.planned, basis.tasks, cores_of(options), [&](std::size_t i) {
    return trial_seconds[i] >= options.checkpoint_seconds;
  });
  const std::size_t rounds = workload.calibration.rounds.size();
  if (rounds < static_cast<std::size_t>(kRounds)) {
    log_warning(fmt::format(
        "one batch of these trials takes so long that {} rounds of calibration were made instead "
        "of {}",
        rounds, kRounds));
  }
  fmt::print("\ntime, by {} rounds of {} of {} kinds of trial on {} core{} of {}, in {:.1f} s:\n",
             rounds, workload.calibration.measured, kinds.kinds.size(), workload.cores,
             workload.cores == 1 ? "" : "s", engine::processor_name(), seconds_since(begun));
}

std::vector<std::string> cells_of(const Prediction& prediction) {
  const Layout& layout = prediction.layout;
  return {text_of(layout),
          seconds_text(prediction.wall.seconds),
          fmt::format("{} to {}", seconds_text(prediction.wall.low),
                      seconds_text(prediction.wall.high)),
          fmt::format("{:.4g}", layout.cores() * prediction.wall.seconds / 3600),
          seconds_text(prediction.idle),
          fmt::format("{:.0f}", prediction.memory.rank / kMebibyte),
          fmt::format("{:.0f}", prediction.memory.node / kMebibyte)};
}

void print_predictions(const std::vector<Prediction>& predictions) {
  std::vector<std::vector<std::string>> rows = {{"layout", "wall time", "95 % scatter",
                                                 "core-hours", "idle core time at the end",
                                                 "MiB a rank", "MiB a node"}};
  std::vector<std::size_t> widths;
  for (const Prediction& prediction : predictions) {
    rows.push_back(cells_of(prediction));
  }
  for (const std::vector<std::string>& row : rows) {
    widen(widths, row);
  }
  for (const std::vector<std::string>& row : rows) {
    print_row(row, widths);
  }
  fmt::print(
      "95 % scatter: of the measurement, between the rounds; what the model has wrong is not in "
      "it\n");
}

void print_verdict(const Prediction& best, const PlanOptions& options, bool may_stop_early) {
  fmt::print("best: {}{}\n", text_of(best.layout),
             may_stop_early ? "; all times at most, where early stopping may end a trial" : "");
  if (const auto limit = read_duration(options.limit)) {
    const Fit fit = fit_of(best.wall, *limit);
    fmt::print("limit {}: {}\n", options.limit,
               fit == Fit::kFits ? "it fits by this measurement"
               : fit == Fit::kPerhaps
                   ? "it may fit or not: the limit lies within the measurement's scatter"
                   : "it does not fit by this measurement");
  }
}

/// Where a run holds the directory, it may be about to write what it took into the same file.
void keep_prediction(PredictedCosts predicted, const PlanOptions& options) {
  const auto folder = results::SweepFolder::create(options.folder);
  std::optional<results::SweepLock> lock;
  try {
    lock.emplace(folder.root());
  } catch (const InputError& error) {
    log_warning(fmt::format("the prediction is not kept: {}", error.what()));
    return;
  }
  tell_taken_over(*lock);
  Costs costs = read_costs(folder);  // with what the last run there took
  if (!costs.refused.empty()) {
    log_warning(fmt::format("the prediction is not kept: {}", costs.refused));
    return;
  }
  costs.predicted = std::move(predicted);
  write_costs(folder, costs);
  fmt::print("kept: mlpsweep run {} -o {} is held against it\n", options.spec, options.folder);
}

/// Predicts, prints, and keeps what was predicted where that was asked for.
void print_time(Basis& basis, engine::DatasetCache& cache, const PlanOptions& options) {
  if (basis.tasks.empty()) {
    fmt::print("\nnothing is left to train\n");
    return;
  }
  const int cores = basis.workload.cores;  // of a node, which may have more than this machine
  calibrate_basis(basis, cache, options);
  PredictedCosts kept{
      utc_now(), task_list_hash(basis.planned, basis.tasks), basis.tasks.size(), false, {}};
  for (const PlannedTrial& trial : basis.workload.trials) {
    kept.may_stop_early = kept.may_stop_early || trial.soonest < trial.epochs;
  }
  for (const Layout& layout : layouts(options.nodes, cores)) {
    kept.layouts.push_back(predict(basis.workload, layout));
  }
  print_predictions(kept.layouts);
  print_verdict(best_of(kept.layouts), options, kept.may_stop_early);
  if (sweeps::awaits_winners(basis.planned.sweep)) {
    fmt::print("without the experiments that wait for a winner\n");
  }
  if (!options.folder.empty()) {
    keep_prediction(std::move(kept), options);
  }
}

void refuse_wrong_limit(const PlanOptions& options) {
  if (!options.limit.empty() && !read_duration(options.limit)) {
    throw InputError(fmt::format(
        "--limit: expected a time such as 45s, 90min, 2h or 1d12h, found '{}'", options.limit));
  }
}

/// The schedules of more would take longer to play through than many a sweep.
constexpr int kMostCores = 10'000;

void refuse_too_many_cores(const PlanOptions& options) {
  const int cores = cores_of(options);
  if (options.time && options.nodes > kMostCores / cores) {
    throw InputError(
        fmt::format("--nodes x --cores: expected at most {} cores in all, found {} x {} = {}",
                    kMostCores, options.nodes, cores, std::int64_t{options.nodes} * cores));
  }
}

}  // namespace

std::optional<double> read_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}};
  double seconds = 0;
  auto unit = kUnits.begin();  // from the largest down, each once
  while (!text.empty()) {
    double number = 0;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(number) || number < 0) {
      return std::nullopt;
    }
    const std::string_view rest(end, static_cast<std::size_t>(last - end));
    const std::string_view name = rest.substr(0, rest.find_first_of("0123456789."));
    unit = std::find_if(unit, kUnits.end(), [&](const auto& one) { return one.first == name; });
    if (unit == kUnits.end()) {
      return std::nullopt;
    }
    seconds += number * (unit++)->second;
    text = rest.substr(name.size());
  }
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

sweeps::Sweep read_planned_spec(const PlanOptions& options) {
  sweeps::ReadOptions reading;
  reading.overrides = options.overrides;
  if (options.yes) {
    reading.most_trials = kNoLimit;
  }
  return sweeps::read_sweep_file(options.spec, reading);
}

int plan(const PlanOptions& options) {
  const PlanClock::time_point begun = PlanClock::now();
  refuse_wrong_limit(options);
  refuse_too_many_cores(options);
  const sweeps::Sweep sweep = read_planned_spec(options);
  engine::DatasetCache cache(options.data_folder);
  const std::vector<results::DataSource> sources = data_sources(sweep, cache);
  std::vector<std::string> warnings = check_parts(sweep, cache);
  const std::vector<std::string> legal_yet = sweeps::warnings(sweep);
  warnings.insert(warnings.end(), legal_yet.begin(), legal_yet.end());
  const ProcessMemory memory = process_memory();
  const MemoryBase base{memory.bytes, memory.peak_bytes, bytes_of_images(sources)};
  const double startup = seconds_since(begun);  // `run` has done as much before its first trial
  const bool always = options.checkpoint_seconds == 0;
  if (!options.time) {  // a grid of any size, none of which is held
    LargestTrials training(cores_of(options));
    LargestTrials writing(cores_of(options));
    print_trials(sweep, cache, [&](const engine::Cost& cost) {
      training.add(cost, always);
      writing.add(cost, true);
    });
    print_memory(base, training.memory(), writing.memory(), options);
  } else {
    Basis basis = basis_of(sweep, sources, options);
    basis.workload.startup = startup;
    basis.workload.memory = base;
    const auto memory_where = [&](bool checkpoints) {
      return memory_of(basis.planned, basis.tasks, cores_of(options),
                       [&](std::size_t) { return checkpoints; });
    };
    print_trials(sweep, cache, [](const engine::Cost&) {});
    print_memory(base, memory_where(always), memory_where(true), options);
    print_time(basis, cache, options);
  }
  for (const std::string& warning : warnings) {
    log_warning(warning);
  }
  return kExitDone;
}

}  // namespace mlpsweep::runner
