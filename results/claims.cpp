// Statements of order and size: what speaks for each and what against it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/comparison.h"
#include "results/verdict.h"

namespace mlpsweep::results {
namespace {

constexpr std::size_t kLeastSigns = 5;  // pairs of a sign test: 4 alike still have p = 1/16

bool all_finite(const Values& values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

bool any_nan(const Values& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

double mean_of(const Values& values) {
  return values.empty() ? std::nan("")
         : deviation(values) == 0
             ? values[0]
             : std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// "0.2227", or "never" of an epoch that some repeat didn't reach.
std::string number(double mean) {
  return std::isinf(mean) ? "never" : std::isnan(mean) ? "nothing" : fmt::format("{:.4g}", mean);
}

std::string_view relation(double a, double b) {
  return a < b ? "<" : a > b ? ">" : "=";
}

std::string count(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

ClaimTest decided(bool holds) {
  return {.p = holds ? 0.0 : 1.0,
          .against = holds ? 1.0 : 0.0,
          .decided = true,
          .holds = holds,
          .measured = {}};
}

/// 0 of 20 runs: the share is below 14 % with 95 % confidence.
constexpr std::size_t kEnoughRuns = 20;

/// a < b by the signs of the pairs: what is left where no t test can be made.
ClaimTest test_signs(const Values& a, const Values& b) {
  const SignTest signs = sign_test(a, b);
  return signs.below + signs.above < kLeastSigns
             ? ClaimTest{}
             : ClaimTest{.p = signs.p_below, .against = signs.p_above, .measured = {}};
}

/// By Student's t; by signs where differences are equal in all repeats: two such repeats are no
/// certainty, however large the difference.
ClaimTest test_below(const Difference& difference, const Values& a, const Values& b) {
  return difference.tested()
             ? ClaimTest{.p = difference.p_below(), .against = difference.p_above(), .measured = {}}
             : test_signs(a, b);
}

/// a < b over the same repeats; `spread` is that of the table which both belong to.
ClaimTest test_pair(const Spread& spread, const Values& a, const Values& b) {
  if (a.size() < 2 || any_nan(a) || any_nan(b)) {
    return {};
  }
  if (!all_finite(a) || !all_finite(b)) {
    return test_signs(a, b);
  }
  return test_below(difference_of(spread, a, b), a, b);
}

/// Below or above a bound; `sign` turns "at least" into "at most".
ClaimTest test_bound(const Values& values, double bound, double sign) {
  if (values.size() < 2 || any_nan(values)) {
    return {};
  }
  Values turned(values.size());
  std::transform(values.begin(), values.end(), turned.begin(), [&](double v) { return sign * v; });
  const Values bounds(values.size(), sign * bound);
  if (!all_finite(values)) {
    return test_signs(turned, bounds);
  }
  if (deviation(values) == 0) {
    return decided(turned[0] <= sign * bound);  // "at most" lets the bound itself pass
  }
  return test_below(against_bound(turned, sign * bound), turned, bounds);
}

ClaimTest bound_claim(const Values& values, double bound, double sign) {
  ClaimTest test = test_bound(values, bound, sign);
  const double mean = mean_of(values);
  test.measured = fmt::format("{} {} {} ({})", number(mean), relation(mean, bound), number(bound),
                              count(values.size(), "repeat"));
  return test;
}

/// The measured side of the components: all of a few, else the weakest.
std::string summary(std::span<const ClaimTest> components) {
  constexpr std::size_t kFew = 3;
  if (components.size() <= kFew) {
    std::string text;
    for (const ClaimTest& component : components) {
      text += (text.empty() ? "" : "; ") + component.measured;
    }
    return text;
  }
  const auto weakest =
      std::max_element(components.begin(), components.end(),
                       [](const ClaimTest& a, const ClaimTest& b) { return a.p < b.p; });
  return fmt::format("weakest of {}: {}", components.size(), weakest->measured);
}

}  // namespace

ClaimTest claim_less(const Values& a, const Values& b, bool paired_by_repeat) {
  ClaimTest test;
  if (a.empty() || b.empty() || any_nan(a) || any_nan(b)) {
    test.measured = "a side has no values";
    return test;
  }
  if (paired_by_repeat) {
    test = test_pair(Spread{}, a, b);
  } else {
    // Repeats of different data are independent, so that any pairing of them is a fair one.
    const auto n = std::ptrdiff_t(std::min(a.size(), b.size()));
    const bool finite = all_finite(a) && all_finite(b);
    test = test_below(finite ? welch(a, b) : Difference{}, Values(a.begin(), a.begin() + n),
                      Values(b.begin(), b.begin() + n));
  }
  const double mean_a = mean_of(a);
  const double mean_b = mean_of(b);
  const std::string repeats = paired_by_repeat
                                  ? count(a.size(), "pair")
                                  : fmt::format("{} and {} repeats", a.size(), b.size());
  test.measured = fmt::format("{} {} {} ({})", number(mean_a), relation(mean_a, mean_b),
                              number(mean_b), repeats);
  return test;
}

ClaimTest claim_lowest(const std::vector<Values>& configurations, std::size_t best) {
  MLPS_CHECK(best < configurations.size(), fmt::format("{} of {}", best, configurations.size()));
  const Spread spread = spread_of(configurations);
  std::vector<ClaimTest> components;
  double next = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < configurations.size(); ++c) {
    if (c != best) {
      components.push_back(test_pair(spread, configurations[best], configurations[c]));
      next = std::min(next, mean_of(configurations[c]));
    }
  }
  ClaimTest test = claim_all(components);
  const double mean = mean_of(configurations[best]);
  test.measured =
      fmt::format("{} {} {}, the lowest of the {} others ({})", number(mean), relation(mean, next),
                  number(next), components.size(), count(configurations[best].size(), "pair"));
  return test;
}

ClaimTest claim_increasing(const std::vector<Values>& configurations) {
  const Spread spread = spread_of(configurations);
  std::vector<ClaimTest> components;
  std::string chain;
  for (std::size_t c = 0; c < configurations.size(); ++c) {
    const double mean = mean_of(configurations[c]);
    if (c > 0) {
      components.push_back(test_pair(spread, configurations[c - 1], configurations[c]));
      chain += fmt::format(" {} ", relation(mean_of(configurations[c - 1]), mean));
    }
    chain += number(mean);
  }
  ClaimTest test = claim_all(components);
  const std::size_t n = configurations.empty() ? 0 : configurations.front().size();
  test.measured = fmt::format("{} ({})", chain, count(n, "pair"));
  return test;
}

ClaimTest claim_at_least(const Values& values, double bound) {
  return bound_claim(values, bound, -1);
}

ClaimTest claim_at_most(const Values& values, double bound) {
  return bound_claim(values, bound, 1);
}

ClaimTest claim_between(const Values& values, double low, double high) {
  const ClaimTest both[] = {claim_at_least(values, low), claim_at_most(values, high)};
  ClaimTest test = claim_all(both);
  test.measured = fmt::format("{} of {} to {} ({})", number(mean_of(values)), number(low),
                              number(high), count(values.size(), "repeat"));
  return test;
}

ClaimTest claim_some(const Values& values, double bound) {
  const auto reached = static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [&](double value) { return value >= bound; }));
  // A run that shows it is proof; runs that don't are none until they are many.
  const bool known = reached > 0 || values.size() >= kEnoughRuns;
  ClaimTest test = known ? decided(reached > 0) : ClaimTest{};
  test.measured = fmt::format("at least {} in {} of {}", number(bound), reached,
                              count(values.size(), "repeat"));
  return test;
}

ClaimTest claim_differs(const std::vector<Values>& configurations) {
  ClaimTest test;
  const bool usable = std::all_of(configurations.begin(), configurations.end(), all_finite);
  const FTest table = usable ? f_test(configurations) : FTest{};
  const std::size_t n = configurations.empty() ? 0 : configurations.front().size();
  const std::string size =
      fmt::format("{}, {}", count(configurations.size(), "configuration"), count(n, "repeat"));
  test.p = table.p;  // 1 where the table has no residual to test by
  test.measured = table.df_residual > 0 ? fmt::format("F = {:.4g} ({})", table.f, size)
                                        : fmt::format("no F ({})", size);
  return test;
}

ClaimTest claim_all(std::span<const ClaimTest> components) {
  ClaimTest test{.p = components.empty() ? 1.0 : 0.0, .measured = summary(components)};
  bool certain = !components.empty();
  for (const ClaimTest& component : components) {
    test.p = std::max(test.p, component.p);
    test.against = std::min(test.against, component.against);
    certain = certain && component.decided;
    if (component.decided && !component.holds) {
      ClaimTest fails = decided(false);
      fails.measured = test.measured;
      return fails;
    }
  }
  test.against = std::min(1.0, double(std::max<std::size_t>(components.size(), 1)) * test.against);
  test.decided = certain;
  test.holds = certain;
  return test;
}

std::string_view name_of(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::kHolds:
      return "holds";
    case ClaimVerdict::kContradicted:
      return "contradicted";
    case ClaimVerdict::kCannotTell:
      break;
  }
  return "cannot tell";
}

std::vector<ClaimVerdict> judge_claims(std::span<const ClaimTest> claims) {
  std::vector<double> p;
  std::vector<double> against;
  for (const ClaimTest& claim : claims) {
    if (!claim.decided) {
      p.push_back(claim.p);
      against.push_back(claim.against);
    }
  }
  p = holm(p);
  against = holm(against);
  std::vector<ClaimVerdict> verdicts;
  std::size_t next = 0;
  for (const ClaimTest& claim : claims) {
    bool holds = claim.holds;
    bool fails = !claim.holds;
    if (!claim.decided) {
      holds = p[next] < 0.05;
      fails = against[next] < 0.05;
      ++next;
    }
    verdicts.push_back(holds   ? ClaimVerdict::kHolds
                       : fails ? ClaimVerdict::kContradicted
                               : ClaimVerdict::kCannotTell);
  }
  return verdicts;
}

}  // namespace mlpsweep::results
