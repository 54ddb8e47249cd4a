// Which configurations a row or a claim speaks of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sweeps/report_scope.h"

namespace mlpsweep::sweeps {

/// All texts that `key` has in some configuration, in the order of the spec.
[[nodiscard]] std::vector<std::string> texts_in(const KnownExperiment& experiment,
                                                std::string_view key);

/// Whether some configuration has, for each key, one of its texts. Exclusions are not looked at.
[[nodiscard]] bool any_configuration(const KnownExperiment& experiment, const Where& where);

/// Keys that take more than one value.
[[nodiscard]] Names swept_in(const KnownExperiment& experiment);

/// Reads the mapping `where` (or `is`) of `fields`; empty where it is not there. Unknown keys,
/// illegal values, values that no configuration of the experiment has and combinations that none
/// has are reported. With a null experiment only the settings themselves are checked.
[[nodiscard]] Where read_where(const Fields& fields, std::string_view name,
                               const KnownExperiment* experiment, Diagnostics& diagnostics);

/// The same for a mapping that stands under some other name.
[[nodiscard]] Where read_where(const Node& map, std::string_view name,
                               const KnownExperiment* experiment, Diagnostics& diagnostics);

/// Whether some configuration has `key` = `text`; if not, that is reported with the nearest.
bool check_value(const KnownExperiment& experiment, std::string_view key, std::string_view text,
                 Place at, Diagnostics& diagnostics);

/// Whether `key` is a setting that takes more than one value; if not, that is reported. `role` is
/// what it is called in complaints ('along').
bool check_swept(const KnownExperiment& experiment, std::string_view key, std::string_view role,
                 Place at, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
