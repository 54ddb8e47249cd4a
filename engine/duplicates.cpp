#include "engine/duplicates.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <xxhash.h>

namespace mlpsweep::engine {
namespace {

/// The name of an image: equal for equal bytes.
using Name = std::array<std::uint64_t, 2>;

Name name_of(const ImageSet& set, std::size_t row, std::size_t inputs) {
  const XXH128_hash_t hash = XXH3_128bits(set.pixels.data() + row * inputs, inputs);
  return {hash.high64, hash.low64};
}

std::vector<Name> names_of(const ImageSet& set, std::span<const std::uint32_t> rows,
                           std::size_t inputs) {
  std::vector<Name> names;
  names.reserve(rows.size());
  for (const std::uint32_t row : rows)
    names.push_back(name_of(set, row, inputs));
  return names;
}

}  // namespace

Twins count_twins(const Dataset& data) {
  std::vector<Name> names;
  for (const ImageSet* part : {&data.train, &data.test}) {
    for (std::size_t row = 0; row < part->rows; ++row)
      names.push_back(name_of(*part, row, data.inputs()));
  }
  std::sort(names.begin(), names.end());
  Twins twins;
  twins.images = names.size();
  for (auto at = names.begin(); at != names.end();) {
    const auto end = std::upper_bound(at, names.end(), *at);
    const auto alike = static_cast<std::size_t>(end - at);
    ++twins.distinct;
    twins.with_twin += alike > 1 ? alike : 0;
    at = end;
  }
  return twins;
}

SharedRows count_shared(const Partition& partition, const Dataset& data) {
  std::vector<Name> trained = names_of(data.train, partition.train, data.inputs());
  std::sort(trained.begin(), trained.end());
  const auto shared = [&](const ImageSet& set, std::span<const std::uint32_t> rows) {
    const std::vector<Name> names = names_of(set, rows, data.inputs());
    return static_cast<std::size_t>(
        std::count_if(names.begin(), names.end(), [&](const Name& name) {
          return std::binary_search(trained.begin(), trained.end(), name);
        }));
  };
  return {shared(data.train, partition.validation),
          shared(partition.own_test ? data.test : data.train, partition.test)};
}

}  // namespace mlpsweep::engine
