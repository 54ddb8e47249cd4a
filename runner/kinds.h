// The trials of a sweep, sorted by how long an epoch of theirs takes: what a calibration measures.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/rehearsal.h"
#include "engine/spec.h"
#include "runner/plan_trials.h"

namespace mlpsweep::runner {

/// Trials whose epochs take equally long: they differ in numbers that only scale a step (rates,
/// penalties), in how many epochs there are, or in the repeat.
struct Kind {
  engine::TrainSpec spec;  ///< Stands for all of them.
  std::string family;      ///< Equal for kinds that differ in their hidden layers alone.
  double flop = 0;         ///< Of one epoch.
};

struct Kinds {
  std::vector<Kind> kinds;           ///< By family, within it by operations.
  std::vector<std::size_t> of_task;  ///< By the tasks' order.
};
[[nodiscard]] Kinds kinds_of(const Planned& planned, const std::vector<Task>& tasks);

/// What one kind takes by three ways of sharing a node's cores.
struct Paces {
  engine::Pace busy;    ///< One thread a trial, all cores taken by others of its kind.
  engine::Pace alone;   ///< One thread, the other cores idle.
  engine::Pace joined;  ///< All cores on this trial.
};

/// Kinds to measure, `most` at most: all, or some spread over the list, its ends among them.
[[nodiscard]] std::vector<std::size_t> chosen_kinds(std::size_t kinds, std::size_t most);

/// Paces of all kinds by those of the `chosen` ones: between two of a family by a power law in the
/// operations, beyond them, and from family to family, in proportion to these.
[[nodiscard]] std::vector<Paces> paces_of_all(const std::vector<Kind>& kinds,
                                              const std::vector<std::size_t>& chosen,
                                              const std::vector<Paces>& measured);

}  // namespace mlpsweep::runner
