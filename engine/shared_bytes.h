// Bytes that nobody changes any more: what a data set's images lie in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace mlpsweep::engine {

/// Memory of this process, or a file that several processes map. Copies share it.
///
/// Threads  Safe: it never changes.
class SharedBytes {
 public:
  using value_type = std::uint8_t;
  using iterator = const std::uint8_t*;
  using const_iterator = iterator;

  SharedBytes() = default;
  /// Implicit: a vector that was filled becomes one. NOLINTNEXTLINE(google-explicit-constructor)
  SharedBytes(std::vector<std::uint8_t> bytes) {
    const auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    bytes_ = *owner;
    owner_ = owner;
  }
  /// `owner` keeps the bytes alive.
  SharedBytes(std::shared_ptr<const void> owner, std::span<const std::uint8_t> bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] iterator begin() const { return bytes_.data(); }
  [[nodiscard]] iterator end() const { return bytes_.data() + bytes_.size(); }
  [[nodiscard]] std::uint8_t operator[](std::size_t at) const { return bytes_[at]; }

  friend bool operator==(const SharedBytes& one, const SharedBytes& two) {
    return std::equal(one.begin(), one.end(), two.begin(), two.end());
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::uint8_t> bytes_;
};

/// Reserves memory that the system may hold in pages of 2 MiB: rows are read in random order, and
/// with 4 KiB pages an epoch took 2 % longer. Only a hint; nothing hangs on it.
void reserve_on_large_pages(std::vector<std::uint8_t>& values, std::size_t size);

}  // namespace mlpsweep::engine
