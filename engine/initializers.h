// How weights begin, and what a momentum is multiplied into: plain formulas by name.
#pragma once

#include <cstdint>
#include <optional>
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

/// An initializer with its deviation: "glorot", "normal", "normal 0.01".
struct Draw {
  const Initializer* method;
  double deviation = 1;  ///< Of `normal`.

  [[nodiscard]] double operator()(const Stream& stream, std::uint64_t counter, int fan_in,
                                  int fan_out) const {
    return deviation * method->draw(stream, counter, fan_in, fan_out);
  }
};

/// Errors   InputError, naming `key`: no such entry, with those that there are; a deviation that is
///          no number above 0, or behind another name than normal.
[[nodiscard]] Draw draw_of(std::string_view key, std::string_view text);

/// Of "0" nothing, of "normal S" that.
/// Errors   InputError: anything else.
[[nodiscard]] std::optional<Draw> bias_draw_of(std::string_view text);

}  // namespace mlpsweep::engine
