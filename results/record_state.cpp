// One field of a record's CBOR, found by passing over all others.
#include <optional>

#include "results/little_endian.h"
#include "results/record.h"

namespace mlpsweep::results {
namespace {

enum Major : std::uint8_t {
  kUnsigned = 0,
  kBytes = 2,
  kText = 3,
  kMap = 5,
  kTag = 6,
  kOther = 7,  ///< Fractions, true, false, null.
};

/// What an item begins with.
struct Head {
  std::uint8_t major = kOther;
  std::uint64_t value = 0;  ///< A number, a length, or the bits of a fraction.
};

/// Reads CBOR item by item, without building anything.
///
/// Errors   Nothing is returned at the end of the bytes, and of what no journal of ours holds: tags
///          and lengths that are not known beforehand.
/// Source   RFC 8949, section 3.
class Items {
 public:
  explicit Items(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] bool at_end() const { return left_.empty(); }

  std::optional<Head> head() {
    if (left_.empty()) {
      return {};
    }
    const auto first = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    Head head{static_cast<std::uint8_t>(first >> 5), first & 31U};
    if (head.value >= 28 || head.major == kTag) {
      return {};
    }
    if (head.value >= 24) {
      const std::size_t bytes = std::size_t{1} << (head.value - 24);
      if (left_.size() < bytes) {
        return {};
      }
      head.value = 0;
      for (const char byte : left_.substr(0, bytes)) {
        head.value = head.value << 8 | static_cast<std::uint8_t>(byte);
      }
      left_.remove_prefix(bytes);
    }
    return head;
  }

  /// Text, or bytes.
  std::optional<std::string_view> string(Major kind) {
    const std::optional<Head> begin = head();
    if (!begin || begin->major != kind || begin->value > left_.size()) {
      return {};
    }
    const std::string_view taken = left_.substr(0, static_cast<std::size_t>(begin->value));
    left_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<std::uint64_t> number() {
    const std::optional<Head> item = head();
    return item && item->major == kUnsigned ? std::optional(item->value) : std::nullopt;
  }

  /// An item with all that is in it; no recursion, so that no nesting overruns the stack.
  bool pass() {
    for (std::uint64_t items = 1; items > 0; --items) {
      const std::optional<Head> item = head();
      const bool has_length = item && item->major >= kBytes && item->major <= kMap;
      if (!item || (has_length && item->value > left_.size())) {
        return false;  // each byte and each item in it takes a byte at least
      }
      if (item->major == kBytes || item->major == kText) {
        left_.remove_prefix(static_cast<std::size_t>(item->value));
      } else if (has_length) {
        items += item->major == kMap ? 2 * item->value : item->value;
      }
    }
    return true;
  }

 private:
  std::string_view left_;
};

bool is_of(std::optional<std::string_view> bytes, const sweeps::Fingerprint& fingerprint) {
  return bytes && bytes->size() == 2 * sizeof(std::uint64_t) &&
         take<std::uint64_t>(*bytes, 0) == fingerprint.high &&
         take<std::uint64_t>(*bytes, sizeof(std::uint64_t)) == fingerprint.low;
}

}  // namespace

std::optional<engine::State> state_in(std::string_view payload,
                                      const sweeps::Fingerprint& fingerprint) {
  Items items(payload);
  const std::optional<Head> map = items.head();
  if (!map || map->major != kMap) {
    return {};
  }
  std::optional<std::uint64_t> schema;
  std::optional<std::uint64_t> state;
  std::optional<std::string_view> trial;
  for (std::uint64_t field = 0; field < map->value; ++field) {
    const std::optional<std::string_view> name = items.string(kText);
    if (!name) {
      return {};
    }
    if (*name == "schema") {
      schema = items.number();
    } else if (*name == "state") {
      state = items.number();
    } else if (*name == "fingerprint") {
      trial = items.string(kBytes);
    } else if (!items.pass()) {
      return {};
    }
  }
  const bool is_whole = items.at_end() && schema == kRecordSchema && is_of(trial, fingerprint);
  const bool is_known = state && *state <= static_cast<std::uint64_t>(engine::State::kInterrupted);
  return is_whole && is_known ? std::optional(static_cast<engine::State>(*state)) : std::nullopt;
}

}  // namespace mlpsweep::results
