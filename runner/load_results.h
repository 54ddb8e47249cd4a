// What the reading commands look at: a sweep's directory, at any moment, or a results.h5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/journal.h"
#include "results/run_header.h"
#include "results/store.h"
#include "runner/plan_trials.h"

namespace mlpsweep::runner {

/// The header of the newest journal of a sweep's directory.
/// Errors   InputError: the directory holds no sweep.
[[nodiscard]] results::RunHeader last_header(const std::string& folder);

/// The plan of a sweep's directory, or of a part's, as its last run read it.
/// Errors   InputError: the journals name no sweep (`folder` is for the message), or one that this
///          version can't read.
[[nodiscard]] Planned recorded_plan(const std::string& folder,
                                    const results::JournalIndex& journals);

/// Warns of damage, while trials are missing. Not of unfinished frames at the ends of files: a run
/// under way has some. Nor once everything has been trained again: then the damage is no reader's
/// concern.
void tell_damage(const results::JournalIndex& journals);

/// What a results file says of a sweep as a whole.
[[nodiscard]] results::SweepInfo sweep_info(const Planned& planned);

/// Of a spec the directory that `run` makes of it (runs/NAME), be it there or not; any other path
/// is one already. Errors   InputError: the spec is illegal.
[[nodiscard]] std::string folder_behind(const std::string& path);

/// Where the results lie: of a spec, in the directory that `run` makes of it (runs/NAME); any other
/// path is one already.
/// Errors   InputError: the spec is illegal, or was not run there.
[[nodiscard]] std::string results_path(const std::string& path);

/// Records in trial order. A directory is read from its journals, so that a sweep can be looked at
/// while it runs; a results.h5 as it is; of a spec, results_path() with the tables and derived
/// figures that the spec names now.
/// Errors   InputError: none of these, or a directory without a sweep.
[[nodiscard]] results::StoredResults load_results(const std::string& path,
                                                  results::Detail detail = results::Detail::kWhole);

/// Whether every planned trial has a record.
[[nodiscard]] bool is_whole(const results::StoredResults& stored);

/// The sweep as its last run read it, its data files not looked for.
/// Errors   InputError: the spec is none that this version can read.
[[nodiscard]] sweeps::Sweep sweep_behind(const results::SweepInfo& info);

/// The same; empty where this version can't read the spec.
[[nodiscard]] std::optional<sweeps::Sweep> read_again(const results::SweepInfo& info);

/// The records that the present plan has.
[[nodiscard]] std::vector<results::Record> planned_records(const results::StoredResults& stored);

}  // namespace mlpsweep::runner
