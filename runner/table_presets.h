// `tables` of a spec: named sets of `table` options, with what is typed on top of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/store.h"
#include "results/table.h"
#include "sweeps/report.h"

namespace mlpsweep::runner {

/// The table of that name, of the first sweep that has one.
/// Errors   InputError: no such table, with those that there are and the nearest.
[[nodiscard]] sweeps::TablePreset find_preset(const std::vector<results::StoredResults>& sweeps,
                                              const std::string& name);

/// What the preset says, and where an option was typed, that. A typed --where takes the place of
/// the preset's values of its key only; a key that is typed as a column is no row of the preset's,
/// and the other way round.
[[nodiscard]] results::TableOptions options_on(const sweeps::TablePreset& preset,
                                               const results::TableOptions& typed,
                                               std::optional<bool> typed_percent);

/// Every table that the spec names, of its judged readings; one an experiment where it names none.
[[nodiscard]] std::vector<results::Table> preset_tables(const results::StoredResults& stored);

}  // namespace mlpsweep::runner
