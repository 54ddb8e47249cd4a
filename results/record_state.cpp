// One field of a record's CBOR, found by passing over all others.
#include <optional>

#include "results/cbor_items.h"
#include "results/little_endian.h"
#include "results/record.h"

namespace mlpsweep::results {
namespace {

bool is_of(std::optional<std::string_view> bytes, const sweeps::Fingerprint& fingerprint) {
  return bytes && bytes->size() == 2 * sizeof(std::uint64_t) &&
         take<std::uint64_t>(*bytes, 0) == fingerprint.high &&
         take<std::uint64_t>(*bytes, sizeof(std::uint64_t)) == fingerprint.low;
}

}  // namespace

std::optional<engine::State> state_in(std::string_view payload,
                                      const sweeps::Fingerprint& fingerprint) {
  CborItems items(payload);
  const std::optional<CborHead> map = items.head();
  if (!map || map->major != CborHead::kMap) {
    return {};
  }
  std::optional<std::uint64_t> schema;
  std::optional<std::uint64_t> state;
  std::optional<std::string_view> trial;
  for (std::uint64_t field = 0; field < map->value; ++field) {
    const std::optional<std::string_view> name = items.string(CborHead::kText);
    if (!name) {
      return {};
    }
    if (*name == "schema") {
      schema = items.number();
    } else if (*name == "state") {
      state = items.number();
    } else if (*name == "fingerprint") {
      trial = items.string(CborHead::kBytes);
    } else if (!items.pass()) {
      return {};
    }
  }
  const bool is_whole = items.left().empty() && schema == kRecordSchema && is_of(trial, fingerprint);
  const bool is_known = state && *state <= static_cast<std::uint64_t>(engine::State::kInterrupted);
  return is_whole && is_known ? std::optional(static_cast<engine::State>(*state)) : std::nullopt;
}

}  // namespace mlpsweep::results
