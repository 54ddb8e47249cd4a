// How a new gradient enters the velocity.
#pragma once

#include <span>
#include <string_view>

#include "engine/entries.h"

namespace mlpsweep::engine {

/// v = momentum * v + gradient_share(momentum) * gradient.
struct MomentumForm {
  std::string_view name;
  std::string_view source;
  double (*gradient_share)(double momentum);
};

[[nodiscard]] std::span<const Entry> momentum_form_entries();

/// Errors   InputError: no such entry, with those that there are.
[[nodiscard]] const MomentumForm& find_momentum_form(std::string_view name);

}  // namespace mlpsweep::engine
