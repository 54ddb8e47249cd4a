// The tests behind comparisons, claims and verdicts: plain numbers in, p values out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlpsweep::results {

/// One configuration's values by repeat; infinite: never reached.
using Values = std::vector<double>;

/// Sample deviation (n - 1); exactly 0 where the values differ by rounding alone, so that equal
/// repeats are not taken for an enormous t.
[[nodiscard]] double deviation(std::span<const double> values);

/// Student's quantile t(p, df).
[[nodiscard]] double t_quantile(double p, double df);

/// A difference of means and what its t test hangs on.
struct Difference {
  double mean = 0;   ///< a - b
  double error = 0;  ///< Standard error.
  double df = 0;     ///< 0: there is nothing to test by (one repeat, or no spread at all).

  [[nodiscard]] bool tested() const { return df > 0; }
  /// p of "no difference"; 1 where nothing is tested, here and below.
  [[nodiscard]] double p() const;
  [[nodiscard]] double p_below() const;  ///< One-sided: small if the difference is below 0.
  [[nodiscard]] double p_above() const;
  /// Of a two-sided interval at this level: t(1 - alpha / 2, df) * error.
  [[nodiscard]] double half_width(double alpha = 0.05) const;
};

/// One sample against a bound: mean - bound.
[[nodiscard]] Difference against_bound(std::span<const double> values, double bound);

/// Paired t: SE = s_D / sqrt(n), df = n - 1. Both sides have the same repeats in the same order.
[[nodiscard]] Difference paired(std::span<const double> a, std::span<const double> b);

/// Two sides that share no repeats; Welch's degrees of freedom.
/// Source   Welch 1947, Biometrika 34, 28-35.
[[nodiscard]] Difference welch(std::span<const double> a, std::span<const double> b);

/// For statements about methods where every repeat redraws its evaluation split, whose training
/// parts overlap: SE^2 = s_D^2 (1/n + N_evaluation / N_train), df = n - 1.
/// Source   Nadeau & Bengio 2003, Machine Learning 52, 239-281.
[[nodiscard]] Difference paired_for_new_splits(std::span<const double> a, std::span<const double> b,
                                               double evaluation_per_train);

/// For images other than the N that all repeats share: SE^2 = s_D^2 / n + sum (d_i - mean d)^2 /
/// (N (N - 1)). `by_image` has d_i, the mean over repeats of correct_a - correct_b on image i.
/// Source   Satterthwaite 1946, Biometrics 2, 110-114, for the degrees of freedom.
[[nodiscard]] Difference paired_for_new_images(std::span<const double> a, std::span<const double> b,
                                               std::span<const double> by_image);

/// Sign test of pairs; ties, also those but for rounding, are left out. Either side may be
/// infinite.
struct SignTest {
  std::size_t below = 0;  ///< Pairs with a < b.
  std::size_t above = 0;
  double p_below = 1;  ///< One-sided: small if a tends to be below b.
  double p_above = 1;
};
[[nodiscard]] SignTest sign_test(std::span<const double> a, std::span<const double> b);

/// Exact McNemar test, two-sided, of the images that one of two models alone gets right.
/// Source   McNemar 1947, Psychometrika 12, 153-157; binomial as in Conover 1971.
[[nodiscard]] double mcnemar(std::int64_t only_a, std::int64_t only_b);

/// Whether some configuration differs from some other in a configuration x repeat table.
struct FTest {
  double f = 0;
  double df_configurations = 0;
  double df_residual = 0;  ///< 0: nothing to test by.
  double residual = 0;     ///< s_e, the pooled residual deviation.
  double p = 1;
};
/// Shapes   configurations (k, n)
[[nodiscard]] FTest f_test(std::span<const Values> configurations);

/// Agresti and Caffo's interval of a difference of two shares, each of its own images.
/// Source   Agresti & Caffo 2000, American Statistician 54, 280-288.
struct ShareDifference {
  double center = 0;
  double error = 0;
  [[nodiscard]] double low() const;
  [[nodiscard]] double high() const;
};
[[nodiscard]] ShareDifference agresti_caffo(double share_a, std::int64_t images_a, double share_b,
                                            std::int64_t images_b);

/// Two-sided p of a standard normal z; the quantile of a 95 % interval.
[[nodiscard]] double normal_p(double z);
[[nodiscard]] double normal_quantile();

}  // namespace mlpsweep::results
