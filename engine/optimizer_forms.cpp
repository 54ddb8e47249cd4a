#include "engine/optimizer_forms.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/errors.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {
namespace {

constexpr std::array kForms = {
    MomentumForm{"classical", "v = m v + g; Polyak 1964, PyTorch's SGD",
                 [](double /*momentum*/) { return 1.0; }},
    MomentumForm{"averaged", "v = m v + (1 - m) g; PyTorch's SGD with dampening = m",
                 [](double momentum) { return 1 - momentum; }},
};

}  // namespace

std::span<const Entry> momentum_form_entries() {
  static const auto entries = [] {
    std::vector<Entry> all;
    for (const MomentumForm& form : kForms)
      all.push_back({form.name, form.source});
    return all;
  }();
  return entries;
}

const MomentumForm& find_momentum_form(std::string_view name) {
  const auto* found = std::find_if(kForms.begin(), kForms.end(),
                                   [&](const MomentumForm& form) { return form.name == name; });
  if (found == kForms.end())
    throw InputError(unknown_name("optimizer.momentum_form", name, momentum_form_entries()));
  return *found;
}

}  // namespace mlpsweep::engine
