// CBOR read item by item, without a tree of it: records come by the hundred thousand.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace mlpsweep::results {

/// What an item begins with.
struct CborHead {
  enum Major : std::uint8_t {
    kUnsigned = 0,
    kNegative = 1,  ///< -1 less `value`.
    kBytes = 2,
    kText = 3,
    kList = 4,
    kMap = 5,
    kTag = 6,
    kOther = 7,  ///< Fractions, true, false, null.
  };
  std::uint8_t major = kOther;
  std::uint8_t bytes = 0;   ///< That `value` took behind the first one.
  std::uint64_t value = 0;  ///< A number, a length, or the bits of a fraction.
};

/// The items of some CBOR, one behind the other.
///
/// Errors   Nothing is returned at the end of the bytes, and of what no journal of ours holds: tags
///          and lengths that are not known beforehand.
/// Source   RFC 8949, section 3.
class CborItems {
 public:
  explicit CborItems(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] std::string_view left() const { return left_; }

  std::optional<CborHead> head() {
    if (left_.empty()) {
      return {};
    }
    const auto first = static_cast<std::uint8_t>(left_.front());
    CborHead head{static_cast<std::uint8_t>(first >> 5), 0, first & 31U};
    if (head.value >= 28 || head.major == CborHead::kTag) {
      return {};
    }
    left_.remove_prefix(1);
    if (head.value >= 24) {
      head.bytes = static_cast<std::uint8_t>(1U << (head.value - 24));
      if (left_.size() < head.bytes) {
        return {};
      }
      head.value = big_endian(head.bytes);
      left_.remove_prefix(head.bytes);
    }
    return head;
  }

  /// What follows the head of a text, or of bytes.
  std::optional<std::string_view> bytes(std::uint64_t count) {
    if (count > left_.size()) {
      return {};
    }
    const std::string_view taken = left_.substr(0, static_cast<std::size_t>(count));
    left_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<std::string_view> string(CborHead::Major kind) {
    const std::optional<CborHead> begin = head();
    return begin && begin->major == kind ? bytes(begin->value) : std::nullopt;
  }

  std::optional<std::uint64_t> number() {
    const std::optional<CborHead> item = head();
    return item && item->major == CborHead::kUnsigned ? std::optional(item->value) : std::nullopt;
  }

  /// An item with all that is in it; no recursion, so that no nesting overruns the stack.
  bool pass() {
    for (std::uint64_t items = 1; items > 0; --items) {
      const std::optional<CborHead> item = head();
      const bool has_length =
          item && item->major >= CborHead::kBytes && item->major <= CborHead::kMap;
      if (!item || (has_length && item->value > left_.size())) {
        return false;  // each byte and each item in it takes a byte at least
      }
      if (item->major == CborHead::kBytes || item->major == CborHead::kText) {
        left_.remove_prefix(static_cast<std::size_t>(item->value));
      } else if (has_length) {
        items += item->major == CborHead::kMap ? 2 * item->value : item->value;
      }
    }
    return true;
  }

 private:
  static_assert(std::endian::native == std::endian::little);

  [[nodiscard]] std::uint64_t big_endian(std::uint8_t bytes) const {
    std::uint64_t value = 0;
    std::memcpy(&value, left_.data(), bytes);
    return __builtin_bswap64(value) >> (64 - 8 * bytes);
  }

  std::string_view left_;
};

}  // namespace mlpsweep::results
