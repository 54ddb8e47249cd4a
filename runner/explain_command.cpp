#include "runner/explain_command.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/checkpoint.h"
#include "results/journal.h"
#include "results/lock.h"
#include "results/run_header.h"
#include "results/select.h"
#include "results/show.h"
#include "results/sweep_folder.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/plan_trials.h"
#include "runner/status.h"
#include "sweeps/keys.h"
#include "sweeps/plan.h"
#include "sweeps/setting_text.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

using results::Filter;
using sweeps::Fingerprint;

constexpr std::size_t kMostTold = 20;  // trials, and values of a setting
constexpr std::string_view kState = "state";

/// A trial of the plan as its record would have it, for filters and words.
results::Record as_record(const engine::TrainSpec& spec, const Fingerprint& fingerprint) {
  results::Record record;
  record.fingerprint = fingerprint;
  record.settings = sweeps::settings_of(spec);
  record.seed = spec.seed;
  record.repeat = spec.repeat;
  record.folds = spec.folds;
  record.fold = spec.fold;
  record.result.state = engine::State::kWaiting;
  return record;
}

bool passes(const results::Record& record, const std::vector<Filter>& filters) {
  return std::all_of(filters.begin(), filters.end(),
                     [&](const Filter& filter) { return filter.passes(record); });
}

/// A sweep's directory, and all that can be said of its trials.
class SweepTrials {
 public:
  explicit SweepTrials(const std::string& folder)
      : folder_(results::SweepFolder::open(folder)),
        journals_(results::read_journals(folder_.journals())),
        plan_(recorded_plan(folder, journals_)),
        last_(results::decode_header(journals_.headers.back())),
        running_(results::lock_owner(folder_.root()).has_value()) {
    for (const RankLine& rank : read_status(folder).ranks) {
      heard_.insert(rank.rank);
    }
    for (std::uint64_t trial = 0; trial < plan_.fingerprints.size(); ++trial) {
      trials_.emplace(plan_.fingerprints[trial], trial);
    }
    std::size_t place = 0;
    for (const Task& task : waiting_tasks(plan_, journals_, tried())) {
      place_.emplace(plan_.fingerprints[task.trial], place++);
    }
  }

  /// Trials of the plan, each once, then those that only have records.
  [[nodiscard]] std::vector<Fingerprint> all() const {
    std::vector<Fingerprint> all;
    std::set<Fingerprint> seen;
    for (const Fingerprint& fingerprint : plan_.fingerprints) {
      if (seen.insert(fingerprint).second) {
        all.push_back(fingerprint);
      }
    }
    for (const auto* record : journals_.records.sorted()) {
      if (seen.insert(record->first).second) {
        all.push_back(record->first);
      }
    }
    return all;
  }

  /// Its outcome is read only where that matters: a sweep may have a hundred thousand of them.
  [[nodiscard]] results::Record record_of(const Fingerprint& fingerprint, bool with_outcome) const {
    const auto trial = trials_.find(fingerprint);
    const bool has_record = journals_.records.contains(fingerprint);
    return trial == trials_.end() || (with_outcome && has_record)
               ? journals_.read(fingerprint)
               : as_record(plan_.sweep.trial(trial->second), fingerprint);
  }

  /// "3f2a9c1b learning_rate=0.1 hidden=64 repeat=2"
  [[nodiscard]] std::string name_of(const Fingerprint& fingerprint) const {
    const results::Record record = record_of(fingerprint, false);
    return fingerprint.brief() + " " +
           sweeps::brief_text(record.settings.list(), plan_.sweep.swept_keys(),
                              {record.repeat, record.folds, record.fold});
  }

  /// Sentences, the most telling one first.
  [[nodiscard]] std::vector<std::string> lines(const Fingerprint& fingerprint) const;

  /// Why no trial has these settings.
  [[nodiscard]] std::string without(const std::vector<Filter>& filters) const;

 private:
  [[nodiscard]] std::vector<std::string> ended(const Fingerprint& fingerprint) const;
  [[nodiscard]] std::vector<std::string> not_ended(const Fingerprint& fingerprint) const;
  [[nodiscard]] std::string excluded(std::vector<Filter> filters) const;
  [[nodiscard]] std::string values(const std::string& key) const;
  [[nodiscard]] bool passes_some(const std::vector<Filter>& filters) const;
  [[nodiscard]] bool is_of_this_run(std::uint32_t file) const;
  [[nodiscard]] Tried tried() const;
  [[nodiscard]] std::string next_run() const {
    return fmt::format("'mlpsweep run {}'", folder_.root().string());
  }

  results::SweepFolder folder_;
  results::JournalIndex journals_;
  Planned plan_;
  results::RunHeader last_;
  bool running_;
  std::set<std::size_t>
      heard_;  ///< Ranks of the run under way, but for those that it has given up.
  std::map<Fingerprint, std::uint64_t> trials_;  ///< Index in the plan.
  std::map<Fingerprint, std::size_t> place_;     ///< Of those that wait or run.
};

/// What the user started may have several parts: the launcher's restarts, Slurm's requeues.
bool SweepTrials::is_of_this_run(std::uint32_t file) const {
  const auto header = results::decode_header(journals_.headers[journals_.header_of.at(file)]);
  return running_ &&
         (header.attempt == last_.attempt || (!header.run.empty() && header.run == last_.run));
}

/// Trials that failed in the run under way, which tries none twice.
Tried SweepTrials::tried() const {
  Tried tried;
  for (const auto& [fingerprint, place] : journals_.records) {
    if (!place.final && is_of_this_run(place.file)) {
      tried.insert(fingerprint);
    }
  }
  return tried;
}

std::vector<std::string> SweepTrials::lines(const Fingerprint& fingerprint) const {
  const auto record = journals_.records.find(fingerprint);
  std::vector<std::string> lines;
  if (record == journals_.records.end()) {
    lines = not_ended(fingerprint);
  } else if (lines = ended(fingerprint); running_ && place_.contains(fingerprint)) {
    const std::string earlier = "in an earlier run it " + lines.front();
    lines = not_ended(fingerprint);
    lines.push_back(earlier);
  }
  if (!trials_.contains(fingerprint)) {
    lines.emplace_back(
        "it is not in the plan: the sweep no longer has these settings; its record stays");
  }
  return lines;
}

std::vector<std::string> SweepTrials::ended(const Fingerprint& fingerprint) const {
  const results::Record record = journals_.read(fingerprint);
  const results::Provenance& from = record.provenance;
  const std::string where =
      fmt::format("by rank {} on {}, begun {}", from.rank, from.host, from.started);
  switch (record.result.state) {
    case engine::State::kFailed:
      return {fmt::format("failed: {}", record.result.reason), "it was trained " + where,
              running_ ? "the run under way tries no trial twice; the next one tries it again"
                       : next_run() + " tries it again"};
    case engine::State::kDiverged:
      return {fmt::format("diverged: {}", record.result.reason), "it was trained " + where,
              "that is an outcome, the same each time: no run tries it again"};
    default:
      return {fmt::format("done: {}", record.result.reason), "it was trained " + where,
              fmt::format("'mlpsweep show {} {}' has its figures", folder_.root().string(),
                          fingerprint.brief())};
  }
}

std::vector<std::string> SweepTrials::not_ended(const Fingerprint& fingerprint) const {
  if (plan_.others.contains(fingerprint)) {
    return {fmt::format("is another part's: this directory has part {} of {}", plan_.shard.number,
                        plan_.shard.of)};
  }
  std::vector<std::string> now;
  std::vector<std::string> before;
  const auto [first, last] = journals_.unended.equal_range(fingerprint);
  for (auto start = first; start != last; ++start) {
    const auto header =
        results::decode_header(journals_.headers[journals_.header_of.at(start->second.file)]);
    const bool is_now = running_ && header.attempt == last_.attempt &&
                        heard_.contains(static_cast<std::size_t>(header.rank));
    (is_now ? now : before)
        .push_back(fmt::format("rank {} on {} (start {} of {})", header.rank, header.host,
                               header.attempt, header.started));
  }
  std::vector<std::string> lines;
  if (!now.empty()) {
    lines.push_back(fmt::format("is being trained by {}", fmt::join(now, " and ")));
  } else {
    lines.push_back(fmt::format(
        "waits: {} of the trials that are left go before it (each configuration once before any "
        "is repeated, the longest first)",
        place_.at(fingerprint)));
  }
  if (!before.empty()) {
    lines.push_back(
        fmt::format("begun before, and not ended, by {}: that rank died, or its run was killed",
                    fmt::join(before, " and ")));
  }
  if (const int epoch = results::checkpoint_epochs(folder_, fingerprint); epoch > 0) {
    lines.push_back(
        fmt::format("its checkpoint stands after epoch {}: whoever trains it next goes "
                    "on from there",
                    epoch));
  }
  if (!running_) {
    lines.push_back("no run is under way: " + next_run() + " goes on");
  }
  return lines;
}

std::string SweepTrials::without(const std::vector<Filter>& filters) const {
  std::string text = "no trial of the sweep has all of these settings";
  text += excluded(filters);
  for (const Filter& filter : filters) {
    text += fmt::format("\n  the sweep's values of {}: {}", filter.key, values(filter.key));
  }
  for (const std::string& line : parts_without_trials(plan_, journals_)) {
    text += "\n  " + line;
  }
  return text;
}

bool SweepTrials::passes_some(const std::vector<Filter>& filters) const {
  return std::any_of(trials_.begin(), trials_.end(), [&](const auto& trial) {
    return passes(record_of(trial.first, false), filters);
  });
}

/// Which exclusion of the spec left such a configuration out, if one did.
std::string SweepTrials::excluded(std::vector<Filter> filters) const {
  std::erase_if(filters,
                [](const Filter& filter) { return sweeps::find_key(filter.key) == nullptr; });
  if (passes_some(filters)) {
    return "";  // repeat, fold, seed or state are what is wrong
  }
  for (sweeps::Part part : plan_.sweep.parts) {
    part.filtered = false;
    part.kept.clear();
    for (std::uint64_t i = 0; i < part.configurations() && !part.exclusions.empty(); ++i) {
      const engine::TrainSpec spec = part.trial(i, plan_.sweep.seed);
      if (!passes(as_record(spec, {}), filters)) {
        continue;
      }
      for (const sweeps::Exclusion& exclusion : part.exclusions) {
        const bool matches = std::all_of(exclusion.begin(), exclusion.end(), [&](const auto& pair) {
          return sweeps::text_of(sweeps::find_key(pair.first)->get(spec)) == pair.second;
        });
        if (matches) {
          std::string words;
          for (const auto& [key, value] : exclusion) {
            words += fmt::format("{}{}: {}", words.empty() ? "" : ", ", key, value);
          }
          return fmt::format("\n  the spec leaves such a configuration out: exclude {{{}}}", words);
        }
      }
    }
  }
  return "";
}

std::string SweepTrials::values(const std::string& key) const {
  std::set<std::string> seen;
  std::vector<std::string> texts;
  for (const Fingerprint& fingerprint : plan_.fingerprints) {
    std::string text =
        sweeps::text_of(results::value_of(record_of(fingerprint, key == kState), key));
    if (seen.size() < kMostTold && seen.insert(text).second) {
      texts.push_back(std::move(text));
    }
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Fingerprint> chosen(const SweepTrials& sweep, const ExplainOptions& options) {
  std::vector<Fingerprint> all = sweep.all();
  if (!options.trial.empty()) {
    return {all[results::find_trial(all, options.trial)]};
  }
  results::Complaints complaints;
  const std::vector<Filter> filters =
      results::read_filters(results::KeyNames({}), options.where, complaints, "explain");
  complaints.throw_if_any();
  const bool by_state = std::any_of(filters.begin(), filters.end(),
                                    [](const Filter& filter) { return filter.key == kState; });
  std::erase_if(all, [&](const Fingerprint& trial) {
    return !passes(sweep.record_of(trial, by_state), filters);
  });
  if (all.empty()) {
    throw InputError(fmt::format("{}: {}", options.path, sweep.without(filters)));
  }
  return all;
}

}  // namespace

int explain(const ExplainOptions& options) {
  const std::string folder = results_path(options.path);
  if (std::filesystem::is_regular_file(folder)) {
    throw InputError(fmt::format(
        "{}: explain reads a sweep's journals: expected its directory, or the spec", options.path));
  }
  const SweepTrials sweep(folder);
  const std::vector<Fingerprint> trials = chosen(sweep, options);
  std::string text;
  for (std::size_t i = 0; i < std::min(trials.size(), kMostTold); ++i) {
    const std::vector<std::string> lines = sweep.lines(trials[i]);
    text += trials.size() == 1
                ? fmt::format("{}\n  {}\n", sweep.name_of(trials[i]), fmt::join(lines, "\n  "))
                : fmt::format("{}: {}\n", sweep.name_of(trials[i]), lines.front());
  }
  if (trials.size() > kMostTold) {
    text += fmt::format("... and {} more\n", trials.size() - kMostTold);
  }
  fmt::print("{}", sweeps::printable(text));
  return kExitDone;
}

}  // namespace mlpsweep::runner
