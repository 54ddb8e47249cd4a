// A trial's identity for ever.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"

namespace mlpsweep::sweeps {

struct Part;

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

/// For tables that strangers' names may come into: another one in each process, so that nobody can
/// choose names that meet in one place.
[[nodiscard]] std::uint64_t table_hash(const Fingerprint& fingerprint);

/// "key=value" a line, keys sorted by name, those at their neutral value left out; then seed,
/// repeat, fold, the number of folds where there are some, the data's checksum and the numerics
/// version.
[[nodiscard]] std::string canonical_text(const engine::TrainSpec& spec,
                                         std::string_view data_checksum);

[[nodiscard]] Fingerprint fingerprint(const engine::TrainSpec& spec,
                                      std::string_view data_checksum);

/// Checksum of the data that a trial reads.
using ChecksumOf = std::function<std::string(const engine::TrainSpec&)>;

/// fingerprint() of each of the part's trials, in their order. The lines that a whole block shares
/// are made once, and those of an axis once a step: 100,000 trials take 0.02 s instead of 0.3.
/// `checksum_of` is asked once a block, or for each configuration where an axis is about data.
[[nodiscard]] std::vector<Fingerprint> fingerprints(const Part& part, std::uint64_t seed,
                                                    const ChecksumOf& checksum_of);

/// XXH3-128 of any bytes, as a Fingerprint.
[[nodiscard]] Fingerprint hash_bytes(std::string_view bytes);

}  // namespace mlpsweep::sweeps
