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
#include "runner/status.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"
#include "sweeps/rules.h"

namespace mlpsweep::runner {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

/// All sweeps of a command line as one.
struct Joined {
  results::SweepInfo info;
  std::vector<results::Record> records;
};

void require_one_metric(const results::SweepInfo& one, const results::SweepInfo& other) {
  if (one.metric != other.metric || one.minimize != other.minimize) {
    throw InputError(fmt::format(
        "sweeps of one metric were expected; {} is compared by the {} {}, {} by the {} {}",
        one.name, one.minimize ? "lowest" : "highest", one.metric, other.name,
        other.minimize ? "lowest" : "highest", other.metric));
  }
}

/// The swept keys of all, and data.set where it differs: other data is another row, never another
/// repeat.
void add_keys(std::vector<std::string>& keys, const std::vector<std::string>& more) {
  for (const std::string& key : more) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      keys.push_back(key);
    }
  }
}

Joined join(const std::vector<std::string>& paths, bool planned_only) {
  Joined joined;
  std::set<sweeps::Fingerprint> seen;
  std::set<std::string> checksums;
  for (const std::string& path : paths) {
    results::StoredResults stored = load_results(path);
    if (joined.info.name.empty()) {
      joined.info = stored.info;
    } else {
      require_one_metric(joined.info, stored.info);
      joined.info.name += " + " + stored.info.name;
      joined.info.planned += stored.info.planned;
      add_keys(joined.info.swept, stored.info.swept);
    }
    for (std::size_t i = 0; i < stored.records.size(); ++i) {
      const bool wanted = stored.in_plan[i] || !planned_only;
      if (wanted && seen.insert(stored.records[i].fingerprint).second) {
        checksums.insert(stored.records[i].data_checksum);
        joined.records.push_back(std::move(stored.records[i]));
      } else if (wanted) {
        --joined.info.planned;  // a trial that two of the sweeps share counts once
      }
    }
  }
  if (paths.size() > 1 && checksums.size() > 1) {
    add_keys(joined.info.swept, {"data.set"});
  }
  return joined;
}

/// Where a table comes from: what was typed, and the digest that proves the records.
std::vector<std::string> origin_of(const Joined& joined, const std::string& command_line) {
  results::Digest digest;
  for (const results::Record& record : joined.records) {
    digest.add(record);
  }
  return {command_line, fmt::format("digest {} over {} records", digest.hex(), digest.records())};
}

/// A plan's columns; two passes over the grid find their widths, so that a grid of any size
/// streams.
std::vector<std::string> row_cells(const sweeps::PlanRow& row) {
  std::vector<std::string> cells = {row.fingerprint.brief(), std::to_string(row.repeat)};
  for (const sweeps::Setting& setting : row.settings) {
    cells.push_back(sweeps::text_of(setting.value));
  }
  cells.push_back(std::to_string(row.cost.parameters));
  cells.push_back(fmt::format("{:.4g}", row.cost.flop / 1e9));
  cells.push_back(fmt::format("{:.1f}", row.cost.bytes / kMebibyte));
  return cells;
}

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

void print_entries(std::string_view key, std::span<const engine::Entry> entries) {
  for (const engine::Entry& entry : entries) {
    fmt::print("  {} = {}: {}\n", key, entry.name, entry.meaning);
  }
}

}  // namespace

void print(const results::Table& table, const std::string& format) {
  std::vector<std::string_view> names;
  for (const results::TableFormat& known : results::table_formats()) {
    names.push_back(known.name);
  }
  const results::TableFormat* found = results::find_table_format(format);
  if (found == nullptr) {
    const std::string_view near = sweeps::nearest(format, names);
    throw InputError(fmt::format("--format: no format '{}'; expected one of: {}{}", format,
                                 fmt::join(names, ", "),
                                 near.empty() ? "" : fmt::format("\n  nearest: {}", near)));
  }
  fmt::print("{}", found->render(table));
}

int check(const PlanOptions& options) {
  const sweeps::Sweep sweep = read_spec(options);
  fmt::print("{}: good: {} configurations x {} repeats = {} trials\n", options.spec,
             sweep.configurations(), sweep.repeats, sweep.trials());
  for (const std::string& warning : sweeps::warnings(sweep)) {
    log_warning(warning);
  }
  return kExitDone;
}

int plan(const PlanOptions& options) {
  const sweeps::Sweep sweep = read_spec(options);
  engine::DatasetCache cache(options.data_folder);
  const std::vector<std::string> warnings = check_parts(sweep, cache);
  const sweeps::FindData facts = [&cache](const engine::DataSpec& spec) {
    const auto data = cache.get(spec);
    return sweeps::DataFacts{data->inputs(), data->classes, data->train.rows, data->test.rows,
                             data->checksum};
  };
  std::vector<std::size_t> widths;
  sweeps::make_plan(sweep, facts,
                    [&widths](const sweeps::PlanRow& row) { widen(widths, row_cells(row)); });
  std::vector<std::string> headings = {"trial", "repeat"};
  for (const std::string& key : sweep.swept_keys()) {
    headings.push_back(key.substr(key.rfind('.') + 1));
  }
  headings.insert(headings.end(), {"parameters", "GFLOP", "MiB"});
  widen(widths, headings);
  print_row(headings, widths);
  const sweeps::Plan totals = sweeps::make_plan(
      sweep, facts, [&widths](const sweeps::PlanRow& row) { print_row(row_cells(row), widths); });
  fmt::print(
      "{} configurations x {} repeats = {} trials, {:.4g} GFLOP in all (at most, where early "
      "stopping may end a trial); largest network {} parameters, largest trial {:.1f} MiB beside "
      "the data\n",
      sweep.configurations(), sweep.repeats, totals.trials, totals.flop / 1e9,
      totals.most_parameters, totals.most_bytes / kMebibyte);
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

int status(const std::string& path, bool exit_code) {
  const SweepStatus status = read_status(path);
  fmt::print("{}: {}\n{}\n", status.name, line_of(status.standing),
             status.owner.empty() ? "no run is under way" : "running: " + status.owner);
  if (!exit_code) {
    return kExitDone;
  }
  if (status.standing.done < status.standing.planned) {
    return kExitInterrupted;
  }
  return status.standing.failed > 0 ? kExitTrialsFailed : kExitDone;
}

int table(const TableCommand& command) {
  const Joined joined = join(command.paths, true);
  results::Table made = results::compare_table(joined.info, joined.records, command.options);
  made.comments = origin_of(joined, command.command_line);
  print(made, command.format);
  return kExitDone;
}

int compare(const CompareCommand& command) {
  const Joined joined = join(command.paths, true);
  results::Table made = results::difference_table(joined.info, joined.records, command.options,
                                                  rows_from_data(command.data_folder));
  made.comments = origin_of(joined, command.command_line);
  print(made, command.format);
  return kExitDone;
}

int methods(const std::vector<std::string>& paths, const std::string& format) {
  const Joined joined = join(paths, true);
  if (format != "text" && format != "latex") {
    throw InputError(fmt::format("--format: expected text or latex, got '{}'", format));
  }
  fmt::print("{}", results::methods_paragraph(
                       joined.info, joined.records,
                       format == "latex" ? results::Markup::kLatex : results::Markup::kText));
  return kExitDone;
}

int list(const TableCommand& command) {
  const Joined joined = join(command.paths, false);
  print(results::trial_list(joined.info, joined.records, command.options), command.format);
  return kExitDone;
}

int show(const std::string& path, const std::string& trial) {
  const results::StoredResults stored = load_results(path);
  std::vector<sweeps::Fingerprint> trials;
  for (const results::Record& record : stored.records) {
    trials.push_back(record.fingerprint);
  }
  const results::Record& record = stored.records[results::find_trial(trials, trial)];
  fmt::print("{}", results::show_trial(stored.info, record));
  return kExitDone;
}

int verify(const std::string& path) {
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
        fmt::join(isas, ", "));
  }
  if (!std::filesystem::is_directory(path)) {
    return kExitDone;
  }
  const auto journals = results::read_journals(results::SweepFolder::open(path).journals());
  fmt::print("{} trials were trained twice, {} of them to other bits\n", journals.repeated,
             journals.contradictions.size());
  const bool damaged =
      std::any_of(journals.faults.begin(), journals.faults.end(),
                  [](const results::JournalFault& fault) { return !fault.torn_tail; });
  return journals.contradictions.empty() && !damaged ? kExitDone : kExitMachine;
}

}  // namespace mlpsweep::runner
