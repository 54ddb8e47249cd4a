// Experiments that start from another one's winner: what they are once it is known.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Key and text of each setting that an experiment's grid names, in the configuration that won.
using Winner = std::vector<std::pair<std::string, std::string>>;
using Winners = std::map<std::string, Winner>;  ///< By experiment.

/// The sweep with what `winners` won: a part that waits for none but them has its trials. Winners
/// decide anew each time, so that the same sweep can be settled again with others.
[[nodiscard]] Sweep settle(Sweep sweep, const Winners& winners);

/// The metric of a trial of a part: empty while it has not ended, NaN where it ended without one.
using MetricOf = std::function<std::optional<double>(const engine::TrainSpec& trial)>;

/// All winners that ended trials decide, those of experiments that start from each other as well.
///
/// An experiment has a winner once all trials of its judged part have ended: the configuration with
/// the best mean over its repeats (and folds); ties go to the first in the grid's order. One that
/// lacks the metric in some repeat is not considered.
[[nodiscard]] Winners winners_of(const Sweep& sweep, const MetricOf& metric_of);

/// Whether some part waits for a winner still.
[[nodiscard]] bool awaits_winners(const Sweep& sweep);

/// Experiments that `part` waits for, each once.
[[nodiscard]] std::vector<std::string> awaited(const Part& part);

}  // namespace mlpsweep::sweeps
