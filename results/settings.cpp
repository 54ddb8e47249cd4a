#include "results/settings.h"

#include <algorithm>

namespace mlpsweep::results {

Settings::Settings(std::vector<sweeps::Setting> all) {
  const auto owned = std::make_shared<const std::vector<sweeps::Setting>>(std::move(all));
  all_.reserve(owned->size());
  for (const sweeps::Setting& setting : *owned) {
    all_.push_back(&setting);
  }
  owner_ = owned;
}

Settings::Settings(std::initializer_list<sweeps::Setting> all)
    : Settings(std::vector<sweeps::Setting>(all)) {}

bool Settings::operator==(const Settings& other) const {
  return std::equal(
      all_.begin(), all_.end(), other.all_.begin(), other.all_.end(),
      [](const sweeps::Setting* a, const sweeps::Setting* b) { return a == b || *a == *b; });
}

}  // namespace mlpsweep::results
