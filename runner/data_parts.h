// What the commands of `mlpsweep data` share. Only data_command.cpp and data_fetch.cpp need this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/known_sets.h"
#include "runner/data_command.h"

namespace mlpsweep::runner {

/// The sets that were named, or all.
/// Errors   InputError: no set of that name.
[[nodiscard]] std::vector<const engine::KnownSet*> chosen_sets(const DataOptions& options);

/// "get it by apt-get install ..., or mlpsweep data fetch NAME"
[[nodiscard]] std::string how_to_get(const engine::KnownSet& known);

/// What is wrong with a file, or nothing. A known set that is published nowhere has no checksums.
[[nodiscard]] std::optional<std::string> fault_of(const engine::KnownFile& known,
                                                  const std::string& path);

/// What is wrong with a set as it is read, whatever its form.
[[nodiscard]] std::optional<std::string> fault_of(const engine::KnownSet& known,
                                                  const engine::DataSpec& files);

}  // namespace mlpsweep::runner
