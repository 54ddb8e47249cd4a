#include "runner/inspect.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>
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
#include "runner/part_results.h"
#include "runner/plan_trials.h"
#include "runner/status.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

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

/// Sweeps of a command line, or the same experiment of all of them, as one.
struct Joined {
  std::string experiment;
  std::string reading;
  results::SweepInfo info;
  std::vector<results::Record> records;
  std::set<sweeps::Fingerprint> seen;
  std::set<std::string> checksums;
  std::size_t sweeps = 0;
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

void add(Joined& joined, const results::SweepInfo& info, const results::StoredResults& stored,
         const std::vector<std::size_t>& records) {
  if (joined.sweeps++ == 0) {
    joined.info = info;
  } else {
    require_one_metric(joined.info, info);
    joined.info.name += " + " + info.name;
    joined.info.planned += info.planned;
    add_keys(joined.info.swept, info.swept);
  }
  for (const std::size_t at : records) {
    const results::Record& record = stored.records[at];
    if (joined.seen.insert(record.fingerprint).second) {
      joined.checksums.insert(record.data_checksum);
      joined.records.push_back(record);
    } else {
      --joined.info.planned;  // a trial that two of the sweeps share counts once
    }
  }
  if (joined.sweeps > 1 && joined.checksums.size() > 1) {
    add_keys(joined.info.swept, {"data.set"});
  }
}

void require_known(std::string_view option, const std::string& wanted,
                   const std::vector<std::string>& known) {
  if (wanted.empty() || std::find(known.begin(), known.end(), wanted) != known.end()) {
    return;
  }
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view near = sweeps::nearest(wanted, names);
  const std::string all = known.empty()
                              ? "the spec has none"
                              : fmt::format("expected one of: {}", fmt::join(known, ", "));
  throw InputError(fmt::format("--{}: no {} '{}'; {}{}", option, option, wanted, all,
                               near.empty() ? "" : fmt::format("\n  nearest: {}", near)));
}

/// One for each experiment that the command asks for, in the order in which they are met.
std::vector<Joined> join_parts(const TableCommand& command) {
  std::vector<Joined> all;
  std::vector<std::string> experiments;
  std::vector<std::string> readings;
  for (const std::string& path : command.paths) {
    const results::StoredResults stored = load_results(path);
    for (const PartResults& part : part_results(stored)) {
      if (!part.experiment.empty()) {
        add_keys(experiments, {part.experiment});
      }
      if (!part.reading.empty()) {
        add_keys(readings, {part.reading});
      }
      const bool wanted = (command.experiment.empty() || part.experiment == command.experiment) &&
                          part.reading == command.reading;
      if (!wanted) {
        continue;
      }
      auto joined = std::find_if(all.begin(), all.end(), [&](const Joined& one) {
        return one.experiment == part.experiment && one.reading == part.reading;
      });
      if (joined == all.end()) {
        joined = all.insert(all.end(), Joined{part.experiment, part.reading, {}, {}, {}, {}, 0});
      }
      add(*joined, part.info, stored, part.records);
    }
  }
  require_known("experiment", command.experiment, experiments);
  require_known("reading", command.reading, readings);
  if (all.empty()) {
    throw InputError(fmt::format("experiment '{}' has no reading '{}' of its own",
                                 command.experiment, command.reading));
  }
  return all;
}

/// Everything that was recorded, also what is not in the plan any more.
Joined join_all(const std::vector<std::string>& paths) {
  Joined joined;
  for (const std::string& path : paths) {
    const results::StoredResults stored = load_results(path);
    std::vector<std::size_t> all(stored.records.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    add(joined, stored.info, stored, all);
  }
  return joined;
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
      headings.push_back(key.substr(key.rfind('.') + 1));
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
  return kExitDone;
}

int plan(const PlanOptions& options) {
  const sweeps::Sweep sweep = read_spec(options);
  engine::DatasetCache cache(options.data_folder);
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
  for (const std::string& part : status.parts) {
    fmt::print("  {}\n", part);
  }
  if (!exit_code) {
    return kExitDone;
  }
  if (status.standing.done < status.standing.planned) {
    return kExitInterrupted;
  }
  return status.standing.failed > 0 || status.stuck ? kExitTrialsFailed : kExitDone;
}

int table(const TableCommand& command) {
  const std::vector<Joined> all = join_parts(command);
  const bool for_programs = command.format == "csv" || command.format == "json";
  if (all.size() > 1 && for_programs) {
    std::vector<std::string> names;
    for (const Joined& joined : all) {
      names.push_back(joined.experiment);
    }
    throw InputError(
        fmt::format("--format {}: one table was expected; name one with --experiment: {}",
                    command.format, fmt::join(names, ", ")));
  }
  for (const Joined& joined : all) {
    fmt::print("{}", &joined == &all.front() ? "" : "\n");
    print(results::compare_table(joined.info, joined.records, command.options), command.format);
  }
  return kExitDone;
}

int list(const TableCommand& command) {
  const bool one_part = !command.experiment.empty() || !command.reading.empty();
  const std::vector<Joined> all =
      one_part ? join_parts(command) : std::vector<Joined>{join_all(command.paths)};
  for (const Joined& joined : all) {
    fmt::print("{}", &joined == &all.front() ? "" : "\n");
    print(results::trial_list(joined.info, joined.records, command.options), command.format);
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
