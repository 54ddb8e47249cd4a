// A trial's identity for ever.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/spec.h"

namespace mlpsweep::sweeps {

/// XXH3-128 over the canonical text of a trial's settings.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Fingerprint&) const = default;
  [[nodiscard]] std::string hex() const;    ///< 32 letters.
  [[nodiscard]] std::string brief() const;  ///< The first 8, for people.
  /// Errors   InputError: not 32 hexadecimal letters.
  static Fingerprint from_hex(std::string_view hex);
};

/// "key=value" a line, keys sorted by name, those at their neutral value left out; then seed,
/// repeat, fold, the number of folds where there are some, the data's checksum and the numerics
/// version.
[[nodiscard]] std::string canonical_text(const engine::TrainSpec& spec,
                                         std::string_view data_checksum);

[[nodiscard]] Fingerprint fingerprint(const engine::TrainSpec& spec,
                                      std::string_view data_checksum);

/// XXH3-128 of any bytes, as a Fingerprint.
[[nodiscard]] Fingerprint hash_bytes(std::string_view bytes);

}  // namespace mlpsweep::sweeps
