// What a record's items are, and what is said where they should be something else.
#include "results/record_items.h"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

namespace mlpsweep::results {
namespace {

// CBOR's values of kOther that are no fractions.
constexpr std::uint64_t kFalse = 20;
constexpr std::uint64_t kTrue = 21;
constexpr std::uint64_t kNull = 22;

std::string_view name_of(const CborHead& head) {
  switch (head.major) {
    case CborHead::kBytes:
      return "binary";
    case CborHead::kText:
      return "text";
    case CborHead::kList:
      return "a list";
    case CborHead::kMap:
      return "a map";
    case CborHead::kOther:
      return holds_fraction(head)  ? "a fraction"
             : holds_boolean(head) ? "true or false"
             : head.value == kNull ? "null"
                                   : "nothing that is known";
    default:
      return "a whole number";
  }
}

}  // namespace

bool holds_fraction(const CborHead& head) {
  return head.major == CborHead::kOther && head.bytes > 1;
}

bool holds_boolean(const CborHead& head) {
  return head.major == CborHead::kOther && (head.value == kFalse || head.value == kTrue);
}

bool holds_whole(const CborHead& head) {
  return head.major == CborHead::kUnsigned || head.major == CborHead::kNegative;
}

double fraction(const CborHead& head) {
  if (head.bytes == sizeof(double)) {
    return std::bit_cast<double>(head.value);
  }
  if (head.bytes == sizeof(float)) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(head.value));
  }
  // Half precision (RFC 8949, appendix D), which NaN and infinity are written in.
  const auto exponent = static_cast<int>(head.value >> 10U & 31U);
  const auto mantissa = static_cast<double>(head.value & 1023U);
  const double size = exponent == 0    ? std::ldexp(mantissa, -24)
                      : exponent != 31 ? std::ldexp(mantissa + 1024, exponent - 25)
                      : mantissa == 0  ? std::numeric_limits<double>::infinity()
                                       : std::numeric_limits<double>::quiet_NaN();
  return (head.value & 0x8000U) != 0 ? -size : size;
}

bool boolean(const CborHead& head) {
  return head.value == kTrue;
}

void refuse(std::string_view field, std::string_view expected, const CborHead& found) {
  throw MachineError(
      fmt::format("a record's field '{}' should be {} and is {}", field, expected, name_of(found)));
}

void refuse_cbor(std::string_view field) {
  throw MachineError(
      fmt::format("a record is no CBOR of ours: it is cut off or damaged at '{}'", field));
}

void refuse_beyond_range(std::string_view field, const CborHead& found) {
  throw MachineError(fmt::format("a record's field '{}' is {}{}, beyond its range", field,
                                 found.major == CborHead::kNegative ? "-1 - " : "", found.value));
}

CborHead RecordItems::head(std::string_view field) {
  const std::optional<CborHead> found = items_.head();
  if (!found) {
    refuse_cbor(field);
  }
  return *found;
}

std::size_t RecordItems::count(std::string_view field, CborHead::Major kind,
                               std::string_view expected) {
  const CborHead found = head(field);
  if (found.major != kind) {
    refuse(field, expected, found);
  }
  if (found.value > items_.left().size()) {
    refuse_cbor(field);
  }
  return static_cast<std::size_t>(found.value);
}

std::string_view RecordItems::bytes(std::string_view field, CborHead::Major kind,
                                    std::string_view expected) {
  return *items_.bytes(count(field, kind, expected));
}

void RecordItems::pass(std::string_view field) {
  if (!items_.pass()) {
    refuse_cbor(field);
  }
}

std::size_t count_entries(RecordItems& items, std::string_view field, std::size_t most) {
  const std::size_t count = items.count(field, CborHead::kList, "a list");
  if (count > most) {
    throw MachineError(fmt::format("a record's list '{}' has {} entries, and a trial at most {}",
                                   field, count, most));
  }
  return count;
}

void read(RecordItems& items, std::string_view field, double& to) {
  const CborHead found = items.head(field);
  if (!holds_fraction(found)) {
    refuse(field, "a number", found);
  }
  to = fraction(found);
}

void read(RecordItems& items, std::string_view field, std::string& to) {
  to = items.bytes(field, CborHead::kText, "text");
}

}  // namespace mlpsweep::results
