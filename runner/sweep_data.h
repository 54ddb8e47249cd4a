// A sweep meets its data: what it reads, and whether it gives the parts that trials ask for.
#pragma once

#include <string>
#include <vector>

#include "engine/dataset.h"
#include "results/run_header.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// The data sets of all trials of a sweep, in order of first use; of parts that start from a winner
/// those of every possible one, so that they are the same before and after it is known.
[[nodiscard]] std::vector<results::DataSource> data_sources(const sweeps::Sweep& sweep,
                                                            engine::DatasetCache& data);

/// The source that `data` names, or null.
[[nodiscard]] const results::DataSource* find_source(
    const std::vector<results::DataSource>& sources, const engine::DataSpec& data);

/// Key and checksum of each, one after the other, in the order of the keys: what two ranks must
/// agree on.
[[nodiscard]] std::vector<std::string> data_identities(
    const std::vector<results::DataSource>& sources);

/// Holds the parts that trials ask for against the data itself: each way of splitting once,
/// whoever wins. Gives what a user should know of them: how the files were taken, and how many
/// images of the test and validation part stand in the training part as well.
/// Errors   InputError: more rows than there are, a class too small to be stratified, or no
///          validation rows where the metric or early stopping needs them.
[[nodiscard]] std::vector<std::string> check_parts(const sweeps::Sweep& sweep,
                                                   engine::DatasetCache& data);

}  // namespace mlpsweep::runner
