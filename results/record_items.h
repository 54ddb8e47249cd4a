// The items of a record's CBOR, each asked for by what it should be.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/cbor_items.h"

namespace mlpsweep::results {

[[nodiscard]] bool holds_fraction(const CborHead& head);
[[nodiscard]] bool holds_boolean(const CborHead& head);
[[nodiscard]] bool holds_whole(const CborHead& head);
/// Range    As `head` is one of those.
[[nodiscard]] double fraction(const CborHead& head);
[[nodiscard]] bool boolean(const CborHead& head);

/// Errors   MachineError: the record's field is not what it should be.
[[noreturn]] void refuse(std::string_view field, std::string_view expected, const CborHead& found);
/// Errors   MachineError: it is no CBOR of ours.
[[noreturn]] void refuse_cbor(std::string_view field);
/// Errors   MachineError: a whole number that its type can't hold.
[[noreturn]] void refuse_beyond_range(std::string_view field, const CborHead& found);

/// The items of one payload, one behind the other. `field` is what an error names.
///
/// Errors   MachineError: another item than the one that is asked for, or none.
/// Threads  Not safe; a copy reads on from the same place.
class RecordItems {
 public:
  explicit RecordItems(std::string_view payload) : items_(payload) {}

  [[nodiscard]] std::string_view left() const { return items_.left(); }
  void skip(std::size_t bytes) { (void)items_.bytes(bytes); }

  CborHead head(std::string_view field);
  /// How many items follow: of a map pairs. Never more than there are bytes.
  std::size_t count(std::string_view field, CborHead::Major kind, std::string_view expected);
  std::string_view bytes(std::string_view field, CborHead::Major kind, std::string_view expected);
  void pass(std::string_view field);

  /// Gives the name of each field of a map to `take`, which reads or passes what follows.
  template <class Take>
  void each_field(std::string_view field, const Take& take) {
    const std::size_t fields = count(field, CborHead::kMap, "a map");
    for (std::size_t i = 0; i < fields; ++i) {
      take(bytes(field, CborHead::kText, "a map from names"));
    }
  }

 private:
  CborItems items_;
};

template <class Whole>
[[nodiscard]] Whole whole(std::string_view field, const CborHead& found) {
  if (!holds_whole(found)) {
    refuse(field, "a whole number", found);
  }
  const bool negative = found.major == CborHead::kNegative;
  const bool is_signed = std::in_range<std::int64_t>(found.value);
  const auto value = static_cast<std::int64_t>(found.value);
  const bool fits =
      negative ? is_signed && std::in_range<Whole>(-1 - value) : std::in_range<Whole>(found.value);
  if (!fits) {
    refuse_beyond_range(field, found);
  }
  return static_cast<Whole>(negative ? -1 - value : value);
}

template <class Whole>
requires std::is_integral_v<Whole>
void read(RecordItems& items, std::string_view field, Whole& to) {
  to = whole<Whole>(field, items.head(field));
}
void read(RecordItems& items, std::string_view field, double& to);
void read(RecordItems& items, std::string_view field, std::string& to);

/// Copies a binary field; its length must be a whole number of elements.
template <class Element>
void read_binary(RecordItems& items, std::string_view field, std::vector<Element>& to) {
  const std::string_view bytes = items.bytes(field, CborHead::kBytes, "binary");
  if (bytes.size() % sizeof(Element) != 0) {
    throw MachineError(
        fmt::format("a record's field '{}' should be binary, {} bytes an element, "
                    "and has {} bytes",
                    field, sizeof(Element), bytes.size()));
  }
  to.resize(bytes.size() / sizeof(Element));
  if (!bytes.empty()) {
    std::memcpy(to.data(), bytes.data(), bytes.size());
  }
}

/// Entries that memory is taken for before one of them was read.
inline constexpr std::size_t kMostBelieved = 1024;

/// How many entries a list has.
/// Errors   MachineError: more than `most`.
[[nodiscard]] std::size_t count_entries(RecordItems& items, std::string_view field,
                                        std::size_t most);

/// Reads each element of a list, at most so many, by `read_element(items, field, element)`.
template <class Element, class Read>
void read_list(RecordItems& items, std::string_view field, std::vector<Element>& to,
               std::size_t most, const Read& read_element) {
  to.clear();
  const std::size_t count = count_entries(items, field, most);
  to.reserve(std::min(count, kMostBelieved));
  for (std::size_t i = 0; i < count; ++i) {
    read_element(items, field, to.emplace_back());
  }
}

}  // namespace mlpsweep::results
