// Random numbers that are named, not drawn in order of arrival: the same ones for any layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlpsweep::engine {

/// What a stream is for. DO NOT CHANGE THE VALUES: every recorded trial hangs on them.
enum class Purpose : std::uint32_t { kSplit = 1, kOrder = 2, kWeights = 3, kBiases = 4 };

/// A counter-based stream named by (seed, repeat, purpose, index), e.g. index = epoch or layer.
///
/// Threads  Immutable: safe from any number of threads.
/// Source   Salmon et al. 2011 (SC11), Philox4x32-10, from Random123.
class Stream {
 public:
  Stream(std::uint64_t seed, int repeat, Purpose purpose, std::uint32_t index);

  [[nodiscard]] std::uint64_t bits(std::uint64_t counter) const;
  [[nodiscard]] double uniform(std::uint64_t counter) const;  ///< In (0, 1), never 0 or 1.
  /// N(0, 1) by Box and Muller (1958).
  [[nodiscard]] double normal(std::uint64_t counter) const;
  /// 0 .. n-1 in random order (Fisher and Yates), unbiased to 2^-64 * n.
  [[nodiscard]] std::vector<std::uint32_t> permutation(std::size_t n) const;

 private:
  std::uint64_t key_;
  std::uint64_t name_;
};

}  // namespace mlpsweep::engine
