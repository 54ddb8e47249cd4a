// The one table of settings: reader, `mlpsweep keys`, nearest key, fingerprint, HDF5 attributes
// and tables all walk it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"
#include "sweeps/value.h"

namespace mlpsweep::sweeps {

/// What no trial has more of.
inline constexpr int kMostLayers = 64;
inline constexpr int kMostEpochs = 1'000'000;

/// One setting of a trial.
struct Key {
  std::string_view name;  ///< "optimizer.learning_rate"; dots are nesting in the YAML.
  /// "number", "whole number", "word", "true or false", "topology", "file", "label", "labels"
  std::string_view type;
  std::string_view range;    ///< "> 0", ">= 1 or all", "one of: sigmoid, tanh, relu"
  std::string_view unit;     ///< "per step", "rows", or empty
  std::string_view meaning;  ///< One sentence.
  Value default_value;       ///< What a spec that doesn't name the key gets.
  /// A value that leaves the key out of the fingerprint, fixed for ever, so that a key added later
  /// changes no old trial's identity. None: always in the fingerprint.
  std::optional<Value> neutral;
  /// Not part of the identity at all (paths of data files: their checksum is).
  bool in_fingerprint = true;

  /// Takes a scalar's text (or a topology's "203x203"); returns what was expected if it is no legal
  /// value, and changes nothing then.
  std::function<std::optional<std::string>(engine::TrainSpec&, std::string_view text)> set;
  std::function<Value(const engine::TrainSpec&)> get;
};

/// All keys, in the order in which they are shown.
[[nodiscard]] std::span<const Key> keys();

/// Whether one value of it is a list: units of layers, labels.
[[nodiscard]] bool takes_list(const Key& key);

/// The key of that name, or null.
[[nodiscard]] const Key* find_key(std::string_view name);

/// Every setting of `spec`, in the table's order.
[[nodiscard]] std::vector<Setting> settings_of(const engine::TrainSpec& spec);

/// The nearest of `names` within an edit distance of 3, or empty: a far guess is worse than none.
[[nodiscard]] std::string_view nearest(std::string_view wrong,
                                       std::span<const std::string_view> names);

}  // namespace mlpsweep::sweeps
