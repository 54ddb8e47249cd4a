// What the settings of one configuration demand of each other. rules.h holds all of a sweep's
// configurations against it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// What is wrong, and with which setting.
struct Breach {
  std::string_view key;
  std::string message;
  std::vector<std::string> notes;
};

/// Something that must hold in every configuration.
struct Rule {
  std::vector<std::string_view> keys;  ///< All that it looks at.
  bool about_absence = false;          ///< It holds a missing setting against the spec.
  /// Empty: it holds.
  std::function<std::optional<Breach>(const engine::TrainSpec&, const Sweep&)> check;
};

[[nodiscard]] const std::vector<Rule>& setting_rules();

}  // namespace mlpsweep::sweeps
