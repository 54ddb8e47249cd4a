// How weights begin, and what a momentum is multiplied into: plain formulas by name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/rng.h"

namespace mlpsweep::engine {

/// Draws one weight.
struct Initializer {
  std::string_view name;
  std::string_view source;
  /// `counter` names the weight within its layer: row * fan_out + column.
  double (*draw)(const Stream& stream, std::uint64_t counter, int fan_in, int fan_out);
};

[[nodiscard]] std::span<const Initializer> initializers();

/// Errors   InputError: no such entry, with those that there are.
[[nodiscard]] const Initializer& find_initializer(std::string_view name);

}  // namespace mlpsweep::engine
