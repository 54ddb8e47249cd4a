// The rows behind a record, found again from the data set.
#pragma once

#include <string>

#include "engine/spec.h"
#include "results/compare.h"
#include "results/record.h"

namespace mlpsweep::runner {

/// The settings that a record was trained with; seed, repeat and fold (of how many) included.
/// Errors   InputError: a setting that this version can't read.
[[nodiscard]] engine::TrainSpec spec_of(const results::Record& record);

/// Reads data sets once, from `data_folder` and where they are always looked for.
/// Errors   What it gives throws InputError: the data are not here, or not those of the record.
[[nodiscard]] results::FindRows rows_from_data(const std::string& data_folder);

}  // namespace mlpsweep::runner
