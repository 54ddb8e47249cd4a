#include "runner/merge_command.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "engine/isa.h"
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
#include "runner/sweep_data.h"
#include "runner/version.h"
#include "runner/worker.h"
#include "sweeps/plan.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_nothing(const std::string& folder) {
  throw InputError(fmt::format(
      "{}: nothing to merge: no part in it (run --shard) has begun; expected one, or the "
      "directories to merge behind it",
      folder));
}

/// A part that was killed before its first word, or is still planning.
bool has_begun(const fs::path& part) {
  return fs::is_directory(part / "journal") &&
         !results::read_journals(part / "journal").headers.empty();
}

std::vector<fs::path> sources_of(const MergeOptions& options) {
  std::vector<fs::path> sources(options.from.begin(), options.from.end());
  if (!sources.empty()) {
    return sources;
  }
  for (const fs::path& part : results::SweepFolder::shards(options.folder)) {
    if (has_begun(part)) {
      sources.push_back(part);
    } else {
      log_warning(part.string() + ": has not begun, and is left out");
    }
  }
  if (sources.empty()) {
    refuse_nothing(options.folder);
  }
  return sources;
}

/// Read before anything is made.
std::vector<results::JournalIndex> read_all(const std::vector<fs::path>& sources,
                                            const fs::path& target) {
  std::vector<results::JournalIndex> all;
  for (const fs::path& source : sources) {
    std::error_code ignored;
    if (fs::equivalent(source, target, ignored)) {
      throw InputError(
          fmt::format("{}: expected other directories to merge into it", source.string()));
    }
    all.push_back(results::read_journals(results::SweepFolder::open(source).journals()));
    if (all.back().headers.empty()) {
      throw InputError(
          fmt::format("{}: no sweep was run here: it has no journal", source.string()));
    }
  }
  return all;
}

/// The spec of the newest run, as one sweep.
results::RunHeader joined_header(const std::vector<results::JournalIndex>& all, int attempt) {
  results::RunHeader newest = results::decode_header(all.front().headers.back());
  for (const results::JournalIndex& journals : all) {
    if (!journals.headers.empty()) {
      results::RunHeader header = results::decode_header(journals.headers.back());
      if (header.started > newest.started) {
        newest = std::move(header);
      }
    }
  }
  newest.shard = {};
  newest.run.clear();
  newest.run_part = 0;
  newest.attempt = attempt;
  newest.rank = 0;
  newest.ranks = 1;
  newest.started = utc_now();
  newest.host = host_name();
  newest.threads = 1;
  newest.processor = engine::processor_name();
  newest.isa = engine::isa_in_use();
  newest.program = kProgram;
  newest.libraries = engine::library_versions();
  results::JournalIndex alone;
  alone.headers.push_back(results::encode(newest));
  newest.planned = distinct_trials(recorded_plan("the directories to merge", alone));
  return newest;
}

bool is_same_sweep(const results::RunHeader& one, const results::RunHeader& other) {
  return one.text == other.text && one.overrides == other.overrides &&
         data_identities(one.data) == data_identities(other.data);
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
    for (const auto& [trial, place] : from.records) {
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

void write_journal(const fs::path& file, const results::RunHeader& header,
                   const std::vector<Missing>& missing) {
  results::JournalWriter journal(file);
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
  const std::vector<fs::path> sources = sources_of(options);
  std::vector<results::JournalIndex> all = read_all(sources, options.folder);
  for (const results::JournalIndex& journals : all) {
    tell_faults(journals);
  }
  const auto folder = results::SweepFolder::create(options.folder);
  const results::SweepLock lock(folder.root());
  folder.remove_leftovers();
  const results::JournalIndex have = results::read_journals(folder.journals());
  const std::vector<Missing> missing = missing_in(have, all);
  const int attempt = folder.next_attempt();
  std::vector<results::JournalIndex> headed = all;
  headed.push_back(have);
  const results::RunHeader header = joined_header(headed, attempt);
  if (!missing.empty() || have.headers.empty() ||
      !is_same_sweep(header, results::decode_header(have.headers.back()))) {
    write_journal(folder.journal(attempt, 0), header, missing);
  }
  const results::JournalIndex joined = results::read_journals(folder.journals());
  tell_faults(joined);
  derive_files(folder, joined);
  fmt::print("{} records joined, from {} director{}; {} in all\nresults: {}\n", missing.size(),
             sources.size(), sources.size() == 1 ? "y" : "ies", joined.records.size(),
             folder.results().string());
  const bool differ = !joined.contradictions.empty() ||
                      std::any_of(all.begin(), all.end(), [](const results::JournalIndex& from) {
                        return !from.contradictions.empty();
                      });
  return differ ? kExitMachine : kExitDone;
}

}  // namespace mlpsweep::runner
