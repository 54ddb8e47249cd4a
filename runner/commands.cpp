#include "runner/commands.h"

#include <filesystem>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "results/checkpoint.h"
#include "results/file_io.h"
#include "results/journal.h"
#include "results/lock.h"
#include "results/sweep_folder.h"
#include "runner/announce.h"
#include "runner/costs_file.h"
#include "runner/exit_codes.h"
#include "runner/interrupts.h"
#include "runner/load_results.h"
#include "runner/node_copies.h"
#include "runner/plan_trials.h"
#include "runner/process_memory.h"
#include "runner/progress.h"
#include "runner/results_keeper.h"
#include "runner/serve.h"
#include "runner/shards.h"
#include "runner/status.h"
#include "runner/sweep_data.h"
#include "runner/tables.h"
#include "runner/worker.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {
namespace {

constexpr std::chrono::milliseconds kOrdersPoll{1};

/// A directory goes on with the spec and the overrides that it keeps; a file is read anew.
sweeps::Sweep read_target(const RunOptions& options) {
  sweeps::ReadOptions reading;
  reading.overrides = options.overrides;
  if (options.yes) {
    reading.most_trials = kNoLimit;
  }
  if (!std::filesystem::is_directory(options.target)) {
    return sweeps::read_sweep_file(options.target, reading);
  }
  const results::RunHeader last = last_header(options.target);
  reading.overrides = last.overrides;
  reading.overrides.insert(reading.overrides.end(), options.overrides.begin(),
                           options.overrides.end());
  return sweeps::read_sweep(last.file, last.text, reading);
}

/// A part's directory goes on with that part.
results::Shard shard_of(const RunOptions& options) {
  const results::Shard here = std::filesystem::is_directory(options.target)
                                  ? last_header(options.target).shard
                                  : results::Shard();
  if (options.shard.empty()) {
    return here;
  }
  if (is_part(here)) {
    throw InputError(fmt::format(
        "{}: is part {} of {} already; --shard is for a spec, or for the directory of all parts",
        options.target, here.number, here.of));
  }
  return read_shard(options.shard);
}

std::filesystem::path folder_of(const RunOptions& options, const sweeps::Sweep& sweep) {
  std::filesystem::path folder = options.folder;
  if (folder.empty()) {
    folder = std::filesystem::is_directory(options.target)
                 ? std::filesystem::path(options.target)
                 : std::filesystem::path("runs") / sweep.name;
  }
  if (options.shard.empty()) {
    return folder;
  }
  results::SweepFolder::refuse_other_things(folder);
  return results::SweepFolder::shard(folder, read_shard(options.shard).number);
}

/// What parts have trained is not to be trained again.
void refuse_unmerged(const std::filesystem::path& folder) {
  if (has_unmerged(folder)) {
    throw InputError(fmt::format(
        "{}: holds parts of a sweep (run --shard) with trials that it lacks; join them with "
        "'mlpsweep merge {}' first",
        folder.string(), folder.string()));
  }
}

void refuse_dropped(const Planned& planned, const std::filesystem::path& folder,
                    const results::JournalIndex& journals, bool extend) {
  const std::string dropped = dropped_trials(planned, journals);
  if (dropped.empty()) {
    return;
  }
  if (!extend && !is_last_spec(planned, journals)) {
    throw InputError(fmt::format(
        "{}: {}Run with --extend to go on without them (their records stay, marked as not in the "
        "plan), or with -o and another directory.",
        folder.string(), dropped));
  }
  log_info("--extend: " + dropped);
}

/// Rank 0's part.
class Sweeping {
 public:
  Sweeping(const World& world, const RunOptions& options, const WorkerOptions& own,
           engine::DatasetCache& data)
      : world_(world), options_(options), own_(own), data_(data) {
    auto [coordinator_end, worker_end] = make_local_link();
    own_link_ = std::move(worker_end);
    hub_ = make_hub(std::move(coordinator_end), world.link());
  }

  /// A bad input is one before anything was started. What changes under a run's feet is the
  /// machine's fault, and what was trained is kept.
  int run() {
    try {
      return whole_way();
    } catch (const InputError& error) {
      if (!serving_begun_) {
        throw;
      }
      throw MachineError(fmt::format(
          "{}\n  found while the run was under way: everything that was acknowledged is kept; mend "
          "this and run the same command again",
          error.what()));
    }
  }

  ~Sweeping() {
    for (int rank = 1; rank < world_.ranks(); ++rank) {
      hub_->send({rank, encode(Quit{})});
    }
  }

 private:
  /// One line a step.
  int whole_way() {
    shard_ = shard_of(options_);
    const sweeps::Sweep sweep = read_target(options_);
    const std::vector<results::DataSource> sources = data_sources(sweep, data_);
    for (const std::string& warning : check_parts(sweep, data_)) {
      log_warning(warning);
    }
    if (interrupted()) {  // while the data were read: nothing is begun
      return tell_interrupted();
    }
    const std::filesystem::path root = folder_of(options_, sweep);
    refuse_unmerged(root);
    const auto folder = results::SweepFolder::create(root);
    const results::SweepLock lock(folder.root());
    folder.remove_leftovers();
    results::JournalIndex journals = results::read_journals(folder.journals());
    results::remove_leftover_checkpoints(folder, journals);
    Planned planned = plan_of(sweep, sources, folder, journals);
    go_on_with_run(folder, journals);
    refuse_dropped(planned, folder.root(), journals, options_.extend);
    tell_faults(journals);
    tell_taken_over(lock);
    tell_surroundings(world_, own_, planned.sweep);
    Served served = serve_plan(planned, folder, journals);
    while (!served.interrupted && sweeps::awaits_winners(planned.sweep)) {
      journals = results::read_journals(folder.journals());
      Planned next = plan_of(sweep, sources, folder, journals);
      if (next.winners == planned.winners) {
        break;
      }
      planned = std::move(next);
      served = joined(served, serve_plan(planned, folder, journals));
    }
    if (!served.interrupted && trained_.whole.count > 0) {
      keep_measured(folder);
    }
    derive_results(folder.root(), info_of(planned, folder),
                   trial_plan(planned.sweep, planned.fingerprints));
    return report(folder, served, planned, journals);
  }

  [[nodiscard]] Planned plan_of(const sweeps::Sweep& sweep,
                                const std::vector<results::DataSource>& sources,
                                const results::SweepFolder& folder,
                                const results::JournalIndex& journals) const {
    return is_part(shard_) ? propose_part(sweep, sources, journals, shard_, folder.root())
                           : propose(sweep, sources, journals);
  }

  /// What earlier parts of this run came to, and a word to the launcher of how far it is.
  void go_on_with_run(const results::SweepFolder& folder, const results::JournalIndex& journals) {
    EarlierParts parts = earlier_parts(run_, journals, [&](const sweeps::Fingerprint& trial) {
      return results::checkpoint_epochs(folder, trial);
    });
    tried_ = std::move(parts.failed);
    tries_ = std::move(parts.tries);
    std::size_t come_so_far = journals.records.size();
    for (const auto& [fingerprint, tries] : tries_) {
      come_so_far += static_cast<std::size_t>(tries.epoch);
    }
    tell_launcher_standing(come_so_far);
  }

  /// Time and memory, beside what was predicted.
  void keep_measured(const results::SweepFolder& folder) {
    trained_.ended = utc_now();
    trained_.layout = {std::max(1, world_.ranks() / world_.ranks_here()), world_.ranks_here(),
                       own_.threads};
    Costs costs = read_costs(folder);
    costs.measured = trained_;
    if (!costs.refused.empty()) {
      log_warning(costs.refused);
    }
    try {
      write_costs(folder, costs);
    } catch (const MachineError& error) {  // no result hangs on it
      log_warning(error.what());
    }
    for (const std::string& line : lines_of(costs)) {
      log_info(line);
    }
  }

  [[nodiscard]] results::SweepInfo info_of(const Planned& planned,
                                           const results::SweepFolder& folder) const {
    results::SweepInfo info = sweep_info(planned);
    if (const Costs costs = read_costs(folder); costs.measured) {
      info.provenance.emplace_back("costs", text_of(costs));
    }
    info.provenance.emplace_back(
        "layout", fmt::format("{} ranks, {} threads on rank 0", world_.ranks(), own_.threads));
    return info;
  }

  Served serve_plan(const Planned& planned, const results::SweepFolder& folder,
                    const results::JournalIndex& journals) {
    const std::vector<Task> tasks = waiting_tasks(planned, journals, tried_, tries_);
    tell_plan(planned, folder.root(), tasks.size());
    write_sweep_files(folder, planned.sweep);
    const Served served = train(planned, folder, info_of(planned, folder), tasks, journals);
    refuse_broken(served);
    if (!tasks.empty()) {
      trained_.add({task_list_hash(planned, tasks), tasks.size(), seconds_so_far(),
                    std::max(served.peak_bytes, process_memory().peak_bytes)});
    }
    for (const Task& task : tasks) {
      tried_.insert(planned.fingerprints[task.trial]);
    }
    return served;
  }

  /// As if this sweep had been alone in its job: `reproduce` has several, which begin MPI once.
  [[nodiscard]] double seconds_so_far() const {
    return world_.seconds_to_begin() + std::chrono::duration<double>(Clock::now() - begun_).count();
  }

  static Served joined(const Served& before, Served after) {
    after.failed += before.failed;
    return after;
  }

  static void write_sweep_files(const results::SweepFolder& folder, const sweeps::Sweep& sweep) {
    results::write_whole(folder.spec(), sweep.text);
    results::write_whole(folder.resolved(), sweeps::resolved_json(sweep));
  }

  Served train(const Planned& planned, const results::SweepFolder& folder,
               const results::SweepInfo& info, const std::vector<Task>& tasks,
               const results::JournalIndex& journals) {
    const Begin begin{planned.sweep.file,
                      planned.sweep.text,
                      planned.sweep.overrides,
                      std::filesystem::absolute(folder.root()).string(),
                      folder.next_attempt(),
                      info.planned,
                      data_identities(planned.sources),
                      planned.winners,
                      run_.run,
                      run_.part,
                      planned.shard};
    if (tasks.empty()) {
      remember_plan(begin, planned, folder, journals);
      return {};
    }
    serving_begun_ = true;
    for (int rank = 0; rank < world_.ranks(); ++rank) {
      hub_->send({rank, encode(begin)});
    }
    Worker worker(*own_link_, own_, data_);
    ResultsKeeper keeper(folder.root(), info, trial_plan(planned.sweep, planned.fingerprints));
    const Earlier earlier = earlier_trials(planned, journals, tried_);
    const bool more_come = sweeps::awaits_winners(planned.sweep);
    return serve(planned.sweep, tasks, earlier, world_.ranks(), *hub_,
                 {[&] { worker.step(); },
                  [&](const Standing& standing) {
                    const bool at_end = standing.done >= standing.planned && !more_come;
                    keeper.grown(standing.done, at_end);
                  },
                  [&](const Standing& standing, const std::vector<RankStanding>& ranks) {
                    write_status(folder, standing, ranks, planned.fingerprints);
                  },
                  [&](std::uint64_t trial) {
                    return results::checkpoint_epochs(folder, planned.fingerprints[trial]);
                  },
                  [&](const std::vector<std::uint64_t>& trials) {
                    return recorded_now(trials, planned, folder);
                  }});
  }

  /// Where the journals can't be read the trials are trained again, which does no harm.
  static std::vector<Outcome> recorded_now(const std::vector<std::uint64_t>& trials,
                                           const Planned& planned,
                                           const results::SweepFolder& folder) {
    try {
      if (trials.empty()) {
        return {};
      }
      return recorded_outcomes(trials, planned, results::read_journals(folder.journals()));
    } catch (const std::exception& error) {
      log_warning(fmt::format("what a lost rank has recorded can't be read: {}", words_of(error)));
      return {};
    }
  }

  /// A plan that trains nothing (trials left it) is the sweep's plan all the same: it is
  /// journalled, unless it is the one of the last run.
  void remember_plan(const Begin& begin, const Planned& planned, const results::SweepFolder& folder,
                     const results::JournalIndex& journals) {
    if (is_last_plan(planned, journals)) {
      return;
    }
    results::JournalWriter journal(folder.journal(begin.attempt, own_.rank));
    journal.append(results::FrameType::kHeader, {},
                   results::encode(header_of(begin, planned.sweep, planned.sources, own_)));
    journal.sync();
  }

  /// Before anything else is written: where the disk is full, its own words come first.
  static void refuse_broken(const Served& served) {
    if (served.broken) {
      throw MachineError(*served.broken +
                         "\nNothing that was acknowledged is lost; mend it and run the "
                         "same command again.");
    }
  }

  static int tell_interrupted() {
    log_info("interrupted: run the same command again to go on");
    return kExitInterrupted;
  }

  [[nodiscard]] int report(const results::SweepFolder& folder, const Served& served,
                           const Planned& planned, const results::JournalIndex& journals) const {
    if (served.interrupted) {  // there may be no terminal any more, and little time
      return tell_interrupted();
    }
    // Of a part no table and no winner: those are for all parts together.
    if (is_part(shard_)) {
      fmt::print("results of part {} of {}: {}\njoin the parts: mlpsweep merge {}\n", shard_.number,
                 shard_.of, folder.results().string(), folder.root().parent_path().string());
      return served.failed > 0 ? kExitTrialsFailed : kExitDone;
    }
    if (options_.tables) {
      table({.from = {.paths = {folder.root().string()}}});
      fmt::print("\nresults: {}\n", folder.results().string());
    }
    const std::vector<std::string> without_trials = parts_without_trials(planned, journals);
    for (const std::string& line : without_trials) {
      log_warning(line);
    }
    return served.failed > 0 || !without_trials.empty() ? kExitTrialsFailed : kExitDone;
  }

  const World& world_;
  const RunOptions& options_;
  const WorkerOptions& own_;
  engine::DatasetCache& data_;
  std::unique_ptr<Link> own_link_;
  std::unique_ptr<Link> hub_;
  results::Shard shard_;
  RunIdentity run_ = run_identity();
  Tried tried_;
  TriesOfTrials tries_;
  bool serving_begun_ = false;
  Clock::time_point begun_ = Clock::now();
  MeasuredCosts trained_;  ///< By this run so far.
};

}  // namespace

void skip_run(const World& world) {
  if (world.rank() != 0) {
    return;
  }
  const auto hub = make_hub(make_local_link().first, world.link());
  for (int rank = 1; rank < world.ranks(); ++rank) {
    hub->send({rank, encode(Quit{})});
  }
}

int run(const World& world, const RunOptions& options) {
  const int threads = options.threads > 0 ? options.threads : world.cores();
  const WorkerOptions own{world.rank(), world.ranks(), threads, options.checkpoint_seconds};
  engine::DatasetCache data(options.data_folder,
                            share_among(world.ranks_here(), world.is_first_here()));
  if (world.rank() == 0) {
    return Sweeping(world, options, own, data).run();
  }
  Worker worker(*world.link(), own, data);
  bool told = false;
  while (!worker.quit()) {
    worker.step();
    if (interrupted() && !std::exchange(told, true)) {
      world.link()->send({0, encode(Returned{})});  // it may have nothing to give back
    }
    world.require_coordinator();
    std::this_thread::sleep_for(kOrdersPoll);
  }
  return kExitDone;
}

}  // namespace mlpsweep::runner
