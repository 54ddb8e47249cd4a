#include "engine/initializers.h"

#include <algorithm>
#include <array>
#include <cmath>

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
    Initializer{"normal", "N(0, 1)", &normal},
    Initializer{"he", "N(0, 2 / fan_in); He et al. 2015 (ICCV), equation 10", &he},
    Initializer{"glorot",
                "U(-r, r), r = sqrt(6 / (fan_in + fan_out)); Glorot & Bengio 2010, equation 16",
                &glorot},
};

}  // namespace

std::span<const Initializer> initializers() {
  return kInitializers;
}

const Initializer& find_initializer(std::string_view name) {
  const auto* found = std::find_if(kInitializers.begin(), kInitializers.end(),
                                   [&](const Initializer& entry) { return entry.name == name; });
  if (found == kInitializers.end())
    throw InputError(unknown_name("init.weights", name, initializer_entries()));
  return *found;
}

}  // namespace mlpsweep::engine
