// Numbers as the bytes that stand in our files.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace mlpsweep::results {

static_assert(std::endian::native == std::endian::little, "our files are little-endian");

template <class Number>
void put(std::string& to, Number value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  to.append(bytes, sizeof value);
}

template <class Number>
[[nodiscard]] Number take(std::string_view from, std::size_t offset) {
  Number value;
  std::memcpy(&value, from.data() + offset, sizeof value);
  return value;
}

}  // namespace mlpsweep::results
