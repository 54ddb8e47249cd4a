#include "engine/initializers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include "engine/entries.h"
#include "engine/errors.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {
namespace {

double normal(const Stream& stream, std::uint64_t counter, int /*fan_in*/, int /*fan_out*/) {
  return stream.normal(counter);
}

double he(const Stream& stream, std::uint64_t counter, int fan_in, int /*fan_out*/) {
  return std::sqrt(2.0 / fan_in) * stream.normal(counter);
}

double glorot(const Stream& stream, std::uint64_t counter, int fan_in, int fan_out) {
  const double range = std::sqrt(6.0 / (fan_in + fan_out));
  return range * (2 * stream.uniform(counter) - 1);
}

constexpr std::array kInitializers = {
    Initializer{"normal", "N(0, S^2) as normal S, N(0, 1) as normal alone", &normal},
    Initializer{"he", "N(0, 2 / fan_in); He et al. 2015 (ICCV), equation 10", &he},
    Initializer{"glorot",
                "U(-r, r), r = sqrt(6 / (fan_in + fan_out)); Glorot & Bengio 2010, equation 16",
                &glorot},
};

}  // namespace

std::span<const Initializer> initializers() {
  return kInitializers;
}

Draw draw_of(std::string_view key, std::string_view text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view name = text.substr(0, space);
  const auto* found = std::find_if(kInitializers.begin(), kInitializers.end(),
                                   [&](const Initializer& entry) { return entry.name == name; });
  if (found == kInitializers.end())
    throw InputError(unknown_name(key, text, initializer_entries()));
  if (space == text.size())
    return {found};
  const std::string_view number = text.substr(space + 1);
  double deviation = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), deviation);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  if (name != "normal" || !whole || !(deviation > 0) || std::isinf(deviation))
    throw InputError(std::string(key) + ": expected normal and a standard deviation > 0, such as " +
                     "'normal 0.01', found '" + std::string(text) + "'");
  return {found, deviation};
}

std::optional<Draw> bias_draw_of(std::string_view text) {
  if (text == "0")
    return std::nullopt;
  if (text.substr(0, 6) != "normal")
    throw InputError("init.biases: expected 0 or normal and a standard deviation, found '" +
                     std::string(text) + "'");
  return draw_of("init.biases", text);
}

}  // namespace mlpsweep::engine
