// Outline -> one part for each experiment and reading, with all that it inherits.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sweeps/given.h"
#include "sweeps/outline.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// What a Part is built from (grid.h).
struct PartOutline {
  std::string experiment;  ///< As in Part.
  std::string reading;
  int repeats = 1;
  int folds = 0;
  std::optional<From> from;
  std::vector<std::pair<std::string, std::string>> waits;

  GivenList base;  ///< Of the sections `base` and `data`, readings and pins included.
  std::vector<GivenList> blocks;  ///< `parameters`: the members of the union.
  std::vector<GivenList> zips;
  std::vector<GivenList> exclusions;
  Place parameters_place;  ///< Of the section, or of the file's begin.
  Place data_place;
  Place from_place;    ///< Of the name that it starts from.
  Place metric_place;  ///< As in Outline: all parts have one metric.
  Place at_place;
};

/// The parts of a sweep: the experiments in the order of the file, each with its judged reading
/// first. A reading that changes nothing in an experiment makes no part there.
///
/// Reports names that are no experiment, experiments that start from each other in a circle,
/// settings that two readings or a reading and an axis of one level share, and pins of keys that
/// their experiment doesn't sweep (not where `narrowed`: the command line may have taken the axis
/// away).
[[nodiscard]] std::vector<PartOutline> part_outlines(const Outline& outline, bool narrowed,
                                                     Diagnostics& diagnostics);

/// Gives `given` the place of one with its key in `list`, or appends it.
void put(GivenList& list, const Given& given);

/// Takes the key out of every list.
void erase_key(std::vector<GivenList>& lists, const Key& key);

}  // namespace mlpsweep::sweeps
