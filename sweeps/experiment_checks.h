// What must hold between experiments and between readings, before anything is inherited.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/outline.h"

namespace mlpsweep::sweeps {

/// Reports settings that two readings, or a reading and an axis, of one level share; experiments
/// that start from none, or from each other in a circle. Returns the names of those whose `from`
/// can't be followed.
[[nodiscard]] std::vector<std::string> check_experiments(const Outline& outline,
                                                         Diagnostics& diagnostics);

/// The experiment of that name, or null.
[[nodiscard]] const Scope* find_experiment(const Outline& outline, std::string_view name);

/// Whether some list names the key.
[[nodiscard]] bool any_names(const std::vector<GivenList>& lists, const Key& key);

}  // namespace mlpsweep::sweeps
