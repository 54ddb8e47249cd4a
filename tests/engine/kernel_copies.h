// The copies of the hot loops that this build and processor have, for tests of each.
#pragma once

#include <string>
#include <vector>

#include "engine/kernels.h"

namespace mlpsweep::engine {

inline std::vector<std::string> copies_here() {
  std::vector<std::string> names;
  for (const char* isa : {"avx2", "avx512", "baseline"})
    if (find_kernels(isa) != nullptr)
      names.emplace_back(isa);
  return names;
}

}  // namespace mlpsweep::engine
