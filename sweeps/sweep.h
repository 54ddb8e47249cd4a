// A sweep: a grid of configurations times paired repeats, never expanded in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/spec.h"
#include "sweeps/report.h"
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

  [[nodiscard]] std::uint64_t size() const;  ///< Of the product.
  /// Gives `spec` the settings at one position of the product.
  void apply(std::uint64_t position, engine::TrainSpec& spec) const;
};

/// Configurations that match every pair of one entry are left out.
using Exclusion = std::vector<std::pair<std::string, std::string>>;

struct Metric {
  std::string name = "validation_loss";
  bool minimize = true;
  bool at_best = false;  ///< Read at the best epoch (at: best) instead of the last one.
};

/// Starts from another experiment's winner.
struct From {
  std::string experiment;
  /// Taken as said, whoever wins; with every swept key of that experiment pinned nothing waits.
  std::vector<std::pair<std::string, std::string>> pin;
};

/// One experiment under one reading of what its report leaves open; a plain spec has one part.
///
/// Units    configuration indices count the grid in the order of the spec, repeats not included;
///          trial index = (repeat * folds + fold) * configurations() + configuration (folds: at
///          least one), so that more repeats append.
struct Part {
  std::string experiment;  ///< Empty: the spec has no experiments.
  std::string reading;     ///< "delta: plain"; empty: the one that is judged.
  int repeats = 1;
  int folds = 0;  ///< 0: none, else each repeat is trained once a fold.
  std::optional<From> from;
  /// Keys that winners give the base, each with the experiment that is won (settle.h). Until all of
  /// them are known the base holds that experiment's first configuration in their place.
  std::vector<std::pair<std::string, std::string>> waits;
  /// False while some winner is not known: no trials yet.
  bool settled = true;
  engine::TrainSpec base;
  std::vector<Block> blocks;
  std::vector<Exclusion> exclusions;

  /// Grid positions that survive the exclusions and are not a repetition of an earlier one; empty
  /// when all do, so that a plain grid costs no memory. Filled by the reader.
  std::vector<std::uint64_t> kept;
  bool filtered = false;  ///< Whether `kept` holds.

  /// Of the grid, also of one that is not settled.
  [[nodiscard]] std::uint64_t configurations() const;
  [[nodiscard]] std::uint64_t trials() const;
  /// Times that each configuration is trained: once a repeat and fold.
  [[nodiscard]] std::uint64_t runs() const;
  /// Settings of one trial of the part; `seed` is the sweep's. Of a part that is not settled they
  /// are what it would train if the experiment's first configuration won.
  [[nodiscard]] engine::TrainSpec trial(std::uint64_t index, std::uint64_t seed) const;
  /// Keys that take more than one value, in the order of the spec.
  [[nodiscard]] std::vector<std::string> swept_keys() const;
};

/// A checked sweep: every configuration that it names is legal.
///
/// Units    trial indices count the parts one after the other. Two parts may name the same trial
///          (one fingerprint): it is trained once.
/// Threads  Immutable once read.
struct Sweep {
  std::string name;
  std::uint64_t seed = 1;
  Metric metric;
  std::vector<Part> parts;  ///< One or more; the judged reading of an experiment comes first.
  Report report;            ///< What `reproduce` holds against the records.

  std::string file;                    ///< As the user named it.
  std::string text;                    ///< The YAML, as given.
  std::vector<std::string> overrides;  ///< key=value from the command line, as given.

  /// Sums over the settled parts: what two of them name counts twice here.
  [[nodiscard]] std::uint64_t configurations() const;
  [[nodiscard]] std::uint64_t trials() const;

  /// Settings of one trial; seed, repeat and fold are those of the trial.
  [[nodiscard]] engine::TrainSpec trial(std::uint64_t index) const;

  /// The judged part of an experiment, or null.
  [[nodiscard]] const Part* judged(std::string_view experiment) const;

  /// Keys that take more than one value in some settled part, or differ between them: what tells
  /// trials apart.
  [[nodiscard]] std::vector<std::string> swept_keys() const;
};

}  // namespace mlpsweep::sweeps
