// A sweep: a grid of configurations times paired repeats, never expanded in memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"
#include "sweeps/value.h"

namespace mlpsweep::sweeps {

/// One swept setting, or several that move together (zip).
struct Axis {
  std::vector<std::string> keys;                 ///< One, or the zipped ones.
  std::vector<std::vector<std::string>> values;  ///< One entry a step: a text for each key.
};

/// One product of axes over some fixed settings; `parameters` is a union of these.
struct Block {
  std::vector<std::pair<std::string, std::string>> fixed;  ///< key, text
  std::vector<Axis> axes;                                  ///< The last one varies fastest.
};

/// Configurations that match every pair of one entry are left out.
using Exclusion = std::vector<std::pair<std::string, std::string>>;

struct Metric {
  std::string name = "validation_loss";
  bool minimize = true;
  bool at_best = false;  ///< Read at the best epoch (at: best) instead of the last one.
};

/// A checked sweep: every configuration that it names is legal.
///
/// Units    configuration indices count the grid in the order of the spec, repeats not included;
///          trial index = repeat * configurations() + configuration, so that more repeats append.
/// Threads  Immutable once read.
struct Sweep {
  std::string name;
  std::uint64_t seed = 1;
  int repeats = 1;
  Metric metric;
  engine::TrainSpec base;
  std::vector<Block> blocks;
  std::vector<Exclusion> exclusions;

  std::string file;                    ///< As the user named it.
  std::string text;                    ///< The YAML, as given.
  std::vector<std::string> overrides;  ///< key=value from the command line, as given.

  /// Grid positions that survive the exclusions and are not a repetition of an earlier one; empty
  /// when all do, so that a plain grid costs no memory. Filled by the reader.
  std::vector<std::uint64_t> kept;
  bool filtered = false;  ///< Whether `kept` holds.

  [[nodiscard]] std::uint64_t configurations() const;
  [[nodiscard]] std::uint64_t trials() const;

  /// Settings of one configuration; seed and repeat are those of the trial.
  [[nodiscard]] engine::TrainSpec trial(std::uint64_t index) const;
  [[nodiscard]] std::uint64_t configuration_of(std::uint64_t trial_index) const;

  /// Keys that take more than one value, in the order of the spec: what tells trials apart.
  [[nodiscard]] std::vector<std::string> swept_keys() const;
};

}  // namespace mlpsweep::sweeps
