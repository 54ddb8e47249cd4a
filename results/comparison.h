// Which of k configurations differ, paired by repeat, with Holm's correction over the family.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "results/significance.h"

namespace mlpsweep::results {

/// How the spread of a difference is found.
///
/// Pooled over the configuration x repeat table (SE = s_e sqrt(2/n), df = (k-1)(n-1)) where the
/// configurations' variances lie within a factor of 4, else from each pair by itself.
struct Spread {
  bool pooled = false;
  double ratio = 0;     ///< Of the largest variance to the smallest; infinite if one is 0.
  double residual = 0;  ///< s_e
  double df = 0;        ///< (k-1)(n-1)
};
/// Shapes   configurations (k, n); a value that is not finite leaves nothing to pool.
[[nodiscard]] Spread spread_of(std::span<const Values> configurations);

/// a - b by the table's spread.
[[nodiscard]] Difference difference_of(const Spread& spread, const Values& a, const Values& b);

/// One comparison of a family.
struct Compared {
  std::size_t a = 0;
  std::size_t b = 0;
  Difference difference;  ///< a - b
  double p = 1;           ///< Two-sided; as from a t test, or McNemar's.
  double adjusted = 1;    ///< Holm's over the family.
  bool tested = false;

  /// Whether the two can be told apart.
  [[nodiscard]] bool apart() const { return tested && adjusted < 0.05; }
};

/// Who is compared with whom; it decides the family that Holm's correction is over.
enum class Family {
  kReference,  ///< k - 1: the reference was named beforehand, or chosen by other figures.
  kAllPairs,   ///< k (k - 1) / 2: the reference is the best by the very figure.
};

struct Comparison {
  Spread spread;
  std::vector<Compared> all;  ///< kReference: each other configuration less the reference.

  /// Pairs of the family that were not looked at, where there are too many of them.
  std::size_t unseen = 0;

  /// Comparisons of the family: those that were tested, and the unseen ones.
  [[nodiscard]] std::size_t family() const;
  /// The smallest difference that the family's first step could have shown, by its least and by
  /// its greatest standard error; 0, 0 where nothing was tested.
  [[nodiscard]] std::pair<double, double> detectable() const;
};

/// Of more than `most_pairs` pairs only those with the reference are tested, each p times the whole
/// family (Bonferroni): never below Holm's, and 10,000 configurations have 50 million pairs.
///
/// Shapes   configurations (k, n)
[[nodiscard]] Comparison compare(std::span<const Values> configurations, Family family,
                                 std::size_t reference, std::size_t most_pairs = 200'000);

/// Finds Holm's p anew, after `p` and `tested` of some were replaced.
void adjust(Comparison& comparison);

}  // namespace mlpsweep::results
