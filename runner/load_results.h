// What the reading commands look at: a sweep's directory, at any moment, or a results.h5.
#pragma once

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

/// What a results file says of a sweep as a whole.
[[nodiscard]] results::SweepInfo sweep_info(const Planned& planned);

/// Records in trial order. A directory is read from its journals, so that a sweep can be looked at
/// while it runs; a file as it is.
/// Errors   InputError: neither, or a directory without a sweep.
[[nodiscard]] results::StoredResults load_results(const std::string& path);

/// Whether every planned trial has a record.
[[nodiscard]] bool is_whole(const results::StoredResults& stored);

/// The records that the present plan has.
[[nodiscard]] std::vector<results::Record> planned_records(const results::StoredResults& stored);

}  // namespace mlpsweep::runner
