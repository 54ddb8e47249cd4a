// A setting's value as readers, tables and files see it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlpsweep::sweeps {

/// Topologies are text here: "128", "203x203", "none" for no hidden layer.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// The one spelling of a value: shortest round-trip numbers, true/false, text as it is.
[[nodiscard]] std::string text_of(const Value& value);

/// One setting of one trial under the key table's name, e.g. {"optimizer.learning_rate", 0.05}.
struct Setting {
  std::string key;
  Value value;

  bool operator==(const Setting&) const = default;
};

}  // namespace mlpsweep::sweeps
