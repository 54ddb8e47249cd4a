#include "runner/inspect.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/dataset.h"
#include "engine/entries.h"
#include "engine/errors.h"
#include "results/journal.h"
#include "results/show.h"
#include "results/sweep_folder.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/plan_trials.h"
#include "runner/progress.h"
#include "runner/scored_rows.h"
#include "runner/sweep_data.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"
#include "sweeps/rules.h"
#include "sweeps/setting_text.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

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

sweeps::Sweep read_spec(const PlanOptions& options) {
  sweeps::ReadOptions reading;
  reading.overrides = options.overrides;
  if (options.yes) {
    reading.most_trials = kNoLimit;
  }
  return sweeps::read_sweep_file(options.spec, reading);
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

void print_entries(std::string_view key, std::span<const engine::Entry> entries) {
  for (const engine::Entry& entry : entries) {
    fmt::print("  {} = {}: {}\n", key, entry.name, entry.meaning);
  }
}

}  // namespace

int check(const PlanOptions& options) {
  const sweeps::Sweep sweep = read_spec(options);
  fmt::print("{}: good: {}\n", options.spec, sweeps::size_text(sweep));
  for (const std::string& line : sweeps::part_lines(sweep)) {
    fmt::print("  {}\n", line);
  }
  for (const std::string& warning : sweeps::warnings(sweep)) {
    log_warning(warning);
  }
  return kExitDone;
}

int plan(const PlanOptions& options) {
  const sweeps::Sweep sweep = read_spec(options);
  engine::DatasetCache cache(options.data_folder);
  std::vector<std::string> warnings = check_parts(sweep, cache);
  const std::vector<std::string> legal_yet = sweeps::warnings(sweep);
  warnings.insert(warnings.end(), legal_yet.begin(), legal_yet.end());
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
  const sweeps::Plan totals = sweeps::make_plan(
      sweep, facts, [&](const sweeps::PlanRow& row) { print_row(columns.cells(row), widths); });
  print_parts(sweep, totals);
  fmt::print(
      "{}, {:.4g} GFLOP in all (at most, where early "
      "stopping may end a trial); largest network {} parameters, largest trial {:.1f} MiB beside "
      "the data\n",
      sweeps::size_text(sweep), totals.flop / 1e9, totals.most_parameters,
      totals.most_bytes / kMebibyte);
  for (const std::string& warning : warnings) {
    log_warning(warning);
  }
  return kExitDone;
}

int keys() {
  for (const sweeps::Key& key : sweeps::keys()) {
    fmt::print("{}\n  {}\n  {}, {}{}{}; default {}\n", key.name, key.meaning, key.type, key.range,
               key.unit.empty() ? "" : ", ", key.unit, sweeps::text_of(key.default_value));
  }
  fmt::print("\nWords and what they mean:\n");
  print_entries("activation", engine::activation_entries());
  print_entries("output", engine::output_entries());
  print_entries("loss", engine::loss_entries());
  print_entries("init.weights", engine::initializer_entries());
  print_entries("optimizer.name", engine::optimizer_entries());
  print_entries("data.scale.method", engine::scale_entries());
  print_entries("data.format", engine::format_entries());
  fmt::print(
      "\nOutputs and the losses that may stand behind them (any activation, any penalty):\n");
  for (const engine::Entry& output : engine::output_entries()) {
    std::vector<std::string_view> losses;
    for (const engine::Entry& loss : engine::loss_entries()) {
      if (!engine::refuse_pair(output.name, loss.name)) {
        losses.push_back(loss.name);
      }
    }
    fmt::print("  {}: {}\n", output.name, fmt::join(losses, ", "));
  }
  return kExitDone;
}

int show(const std::string& path, const std::string& trial) {
  const results::StoredResults stored = load_results(path);
  std::vector<sweeps::Fingerprint> trials;
  for (const results::Record& record : stored.records) {
    trials.push_back(record.fingerprint);
  }
  const results::Record& record = stored.records[results::find_trial(trials, trial)];
  fmt::print("{}", sweeps::printable(results::show_trial(stored.info, record)));
  return kExitDone;
}

int verify(const std::string& target) {
  const std::string path = results_path(target);
  const results::StoredResults stored = load_results(path);
  results::Digest digest;
  std::set<std::string> isas;
  for (const results::Record& record : stored.records) {
    digest.add(record);
    isas.insert(record.provenance.isa);
  }
  fmt::print("digest {} over {} records\n", digest.hex(), digest.records());
  if (isas.size() > 1) {
    fmt::print(
        "note: the records come from several instruction sets ({}), whose bits need not agree; "
        "--isa holds a sweep to one\n",
        sweeps::printable(fmt::format("{}", fmt::join(isas, ", "))));
  }
  if (!std::filesystem::is_directory(path)) {
    return kExitDone;
  }
  const auto journals = results::read_journals(results::SweepFolder::open(path).journals());
  fmt::print("{} trials were trained twice, {} of them to other bits\n", journals.repeated,
             journals.contradictions.size());
  const auto damaged =
      std::count_if(journals.faults.begin(), journals.faults.end(),
                    [](const results::JournalFault& fault) { return !fault.torn_tail; });
  const bool whole = is_whole(stored);
  if (damaged > 0 && whole) {
    fmt::print("{} damaged places in the journals: what they held was trained again\n", damaged);
  }
  return journals.contradictions.empty() && (damaged == 0 || whole) ? kExitDone : kExitMachine;
}

}  // namespace mlpsweep::runner
