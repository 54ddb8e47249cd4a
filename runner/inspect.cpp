#include "runner/inspect.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/entries.h"
#include "engine/errors.h"
#include "results/journal.h"
#include "results/show.h"
#include "results/sweep_folder.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/plan_command.h"
#include "runner/progress.h"
#include "runner/scored_rows.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"
#include "sweeps/rules.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

void print_entries(std::string_view key, std::span<const engine::Entry> entries) {
  for (const engine::Entry& entry : entries) {
    fmt::print("  {} = {}: {}\n", key, entry.name, entry.meaning);
  }
}

}  // namespace

int check(const PlanOptions& options) {
  const sweeps::Sweep sweep = read_planned_spec(options);
  fmt::print("{}: good: {}\n", options.spec, sweeps::size_text(sweep));
  for (const std::string& line : sweeps::part_lines(sweep)) {
    fmt::print("  {}\n", line);
  }
  for (const std::string& warning : sweeps::warnings(sweep)) {
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
