#include "runner/merge_command.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/journal.h"
#include "results/lock.h"
#include "results/sweep_folder.h"
#include "runner/announce.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "runner/plan_trials.h"
#include "runner/progress.h"
#include "runner/results_keeper.h"
#include "runner/worker.h"
#include "sweeps/plan.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

/// Journals of directories that were named: each must hold a sweep.
std::vector<results::JournalIndex> read_named(const MergeOptions& options) {
  std::vector<results::JournalIndex> all;
  for (const std::string& source : options.from) {
    std::error_code ignored;
    if (fs::equivalent(source, options.folder, ignored)) {
      throw InputError(fmt::format("{}: expected other directories to merge into it", source));
    }
    all.push_back(results::read_journals(results::SweepFolder::open(source).journals()));
    if (all.back().headers.empty()) {
      throw InputError(fmt::format("{}: no sweep was run here: it has no journal", source));
    }
  }
  return all;
}

/// Journals of the parts in a directory; one may have been killed before its first word, or be
/// planning still.
std::vector<results::JournalIndex> read_parts(const std::string& folder) {
  std::vector<results::JournalIndex> all;
  for (const fs::path& part : results::SweepFolder::shards(folder)) {
    results::JournalIndex journals;
    if (fs::is_directory(part / "journal")) {
      journals = results::read_journals(results::SweepFolder::open(part).journals());
    }
    if (journals.headers.empty()) {
      log_warning(part.string() + ": has not begun, and is left out");
    } else {
      all.push_back(std::move(journals));
    }
  }
  if (all.empty()) {
    throw InputError(fmt::format(
        "{}: nothing to merge: no part in it (run --shard) has begun; expected one, or the "
        "directories to merge behind it",
        folder));
  }
  return all;
}

/// The spec of the newest run of all, as one sweep and by this process.
results::RunHeader joined_header(const results::JournalIndex& have,
                                 const std::vector<results::JournalIndex>& all) {
  results::RunHeader newest;
  const auto look_at = [&newest](const results::JournalIndex& journals) {
    results::RunHeader header = results::decode_header(journals.headers.back());
    if (newest.text.empty() || header.started > newest.started) {
      newest = std::move(header);
    }
  };
  std::for_each(all.begin(), all.end(), look_at);
  if (!have.headers.empty()) {
    look_at(have);
  }
  newest.shard = {};
  newest.run.clear();
  newest.run_part = 0;
  sign(newest, {});
  return newest;
}

struct Missing {
  const results::JournalIndex* from;
  sweeps::Fingerprint trial;
};

/// What `have` lacks, and what others have with other bits.
std::vector<Missing> missing_in(const results::JournalIndex& have,
                                const std::vector<results::JournalIndex>& all) {
  std::map<sweeps::Fingerprint, const results::JournalIndex*> holder;
  for (const auto& [trial, place] : have.records) {
    holder[trial] = &have;
  }
  std::set<sweeps::Fingerprint> differ(have.contradictions.begin(), have.contradictions.end());
  std::vector<Missing> missing;
  for (const results::JournalIndex& from : all) {
    for (const auto* record : from.records.sorted()) {
      const auto& [trial, place] = *record;
      const results::JournalIndex*& held = holder[trial];
      const bool ended = held != nullptr && held->ended(trial);
      const bool repeated = ended && place.final;
      if (repeated && !differ.contains(trial) &&
          results::digest_of(held->read(trial)) != results::digest_of(from.read(trial))) {
        differ.insert(trial);
        missing.push_back({&from, trial});
      } else if (held == nullptr || (place.final && !ended)) {
        held = &from;
        missing.push_back({&from, trial});
      }
    }
  }
  return missing;
}

void write_journal(const results::SweepFolder& folder, results::RunHeader header,
                   const std::vector<Missing>& missing) {
  header.attempt = folder.next_attempt();
  results::JournalWriter journal(folder.journal(header.attempt, header.rank));
  journal.append(results::FrameType::kHeader, {}, results::encode(header));
  for (const Missing& one : missing) {
    journal.append(
        one.from->ended(one.trial) ? results::FrameType::kRecord : results::FrameType::kFailed,
        one.trial, one.from->payload(one.trial));
  }
  journal.sync();
}

/// sweep.yaml, resolved.json and results.h5 from the journals.
void derive_files(const results::SweepFolder& folder, const results::JournalIndex& journals) {
  const Planned planned = recorded_plan(folder.root().string(), journals);
  if (const std::string dropped = dropped_trials(planned, journals); !dropped.empty()) {
    log_warning(dropped + "Their records stay, marked as not in the plan.");
  }
  results::write_whole(folder.spec(), planned.sweep.text);
  results::write_whole(folder.resolved(), sweeps::resolved_json(planned.sweep));
  derive_results(folder.root(), sweep_info(planned),
                 trial_plan(planned.sweep, planned.fingerprints));
}

}  // namespace

int merge(const MergeOptions& options) {
  // All is read before anything is made.
  const std::vector<results::JournalIndex> all =
      options.from.empty() ? read_parts(options.folder) : read_named(options);
  std::for_each(all.begin(), all.end(), tell_faults);
  const auto folder = results::SweepFolder::create(options.folder);
  const results::SweepLock lock(folder.root());
  folder.remove_leftovers();
  const results::JournalIndex have = results::read_journals(folder.journals());
  const std::vector<Missing> missing = missing_in(have, all);
  results::RunHeader header = joined_header(have, all);
  results::JournalIndex alone;
  alone.headers.push_back(results::encode(header));
  const Planned planned = recorded_plan(options.folder, alone);
  if (!missing.empty() || !is_last_spec(planned, have)) {
    header.planned = distinct_trials(planned);
    write_journal(folder, std::move(header), missing);
  }
  const results::JournalIndex joined = results::read_journals(folder.journals());
  tell_faults(joined);
  derive_files(folder, joined);
  fmt::print("{} records joined, from {} director{}; {} in all\nresults: {}\n", missing.size(),
             all.size(), all.size() == 1 ? "y" : "ies", joined.records.size(),
             folder.results().string());
  const bool differ = !joined.contradictions.empty() ||
                      std::any_of(all.begin(), all.end(), [](const results::JournalIndex& from) {
                        return !from.contradictions.empty();
                      });
  return differ ? kExitMachine : kExitDone;
}

}  // namespace mlpsweep::runner
