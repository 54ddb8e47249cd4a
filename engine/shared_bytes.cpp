#include "engine/shared_bytes.h"

#include <sys/mman.h>

namespace mlpsweep::engine {

void reserve_on_large_pages(std::vector<std::uint8_t>& values, std::size_t size) {
  constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20;
  values.reserve(size);
  const auto begin = reinterpret_cast<std::uintptr_t>(values.data());
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
  const std::uintptr_t last = (begin + size) / kPage * kPage;
  if (first < last) {
    (void)madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
  }
}

}  // namespace mlpsweep::engine
