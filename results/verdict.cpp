#include "results/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "results/significance.h"

namespace mlpsweep::results {
namespace {

/// 0.95 - 0.94 is a little more than 0.01 in double; printed figures must not fail by that.
constexpr double kRounding = 1e-9;

bool within(double difference, double bound, double size) {
  return difference <= bound + kRounding * std::max(bound, std::abs(size));
}

/// The word of statistics.md, "Verdict".
Verdict word_for(const Judgement& judgement, const PublishedNumber& published, bool images_only) {
  const double d = std::abs(judgement.difference);
  const bool in_interval = within(d, judgement.half_width, published.value);
  if (judgement.beyond) {
    return in_interval ? Verdict::kCannotTell : Verdict::kNotReproduced;
  }
  const bool sharp = within(judgement.half_width, published.matters, published.value);
  return in_interval && sharp && !images_only ? Verdict::kReproduced : Verdict::kCompatible;
}

/// Deviations of one run that means of n and of m runs lie apart: sqrt(1/n + 1/m).
double deviations_apart(double n, int m) {
  return std::sqrt(1 / n + 1 / double(m));
}

/// What makes the interval narrower than beside one published run; nothing where there is one.
std::string runs_text(const PublishedNumber& published) {
  return published.runs > 1 ? fmt::format(", published as the mean of {} runs", published.runs)
                            : "";
}

/// What is left of the difference when the published number was rounded our way.
double unrounded(const Judgement& judgement, const PublishedNumber& published) {
  return std::max(0.0, std::abs(judgement.difference) - published.unit / 2);
}

/// h = t(.975, df) s factor + u/2, and p by the same t.
void judge_by_t(Judgement& judgement, const PublishedNumber& published, double error, double df) {
  judgement.half_width = t_quantile(0.975, df) * error + published.unit / 2;
  const Difference rest = {.mean = unrounded(judgement, published), .error = error, .df = df};
  judgement.p = rest.p();
  judgement.verdict = word_for(judgement, published, /*images_only=*/false);
}

/// One repeat on other images than the report's: its own share of as many images beside ours.
void judge_by_images(Judgement& judgement, const PublishedNumber& published, std::int64_t images) {
  const ShareDifference shares =
      agresti_caffo(judgement.mean, images, std::clamp(published.value, 0.0, 1.0), images);
  // Its centre is the difference drawn to 0 by n / (n + 2): the bound on the plain difference.
  const double stretch = 1 + 2 / double(images);
  judgement.half_width = normal_quantile() * shares.error * stretch + published.unit / 2;
  judgement.p = normal_p(unrounded(judgement, published) / stretch / shares.error);
  judgement.verdict = word_for(judgement, published, /*images_only=*/true);
  judgement.basis = "images only";
}

/// Equal repeats, no images to judge by: h = u/2. Whatever the runs' true distribution, n that
/// agree and one more that does not come with probability q^n (1 - q) at most, greatest at q = n /
/// (n + 1).
void judge_equal_repeats(Judgement& judgement, const PublishedNumber& published) {
  const auto n = double(judgement.n);
  judgement.half_width = published.unit / 2;
  if (!within(std::abs(judgement.difference), judgement.half_width, published.value)) {
    judgement.p = std::pow(n / (n + 1), n) / (n + 1);
  }
  judgement.verdict = word_for(judgement, published, /*images_only=*/false);
  judgement.basis = fmt::format("over {} equal repeats", judgement.n);
  if (judgement.verdict == Verdict::kNotReproduced && judgement.p >= 0.05) {
    judgement.verdict = Verdict::kCannotTell;
    judgement.basis += ", too few to speak against it";
  }
}

void judge_one_repeat(Judgement& judgement, const PublishedNumber& published,
                      const SingleRun& single) {
  if (single.same_images && single.same_runs > 1 && single.same_deviation > 0) {
    const double error = single.same_deviation * deviations_apart(1, published.runs);
    judge_by_t(judgement, published, error, double(single.same_runs - 1));
    judgement.basis =
        fmt::format("by {} published runs of one model", single.same_runs) + runs_text(published);
  } else if (!single.same_images && single.images > 0) {
    judge_by_images(judgement, published, single.images);
  } else {
    judgement.verdict = Verdict::kCannotTell;
    judgement.basis = "one repeat tells nothing of others";
  }
}

/// ln of every value by epoch; empty if one of them has none.
std::vector<double> logarithms(std::span<const double> curve) {
  std::vector<double> result;
  for (const double value : curve) {
    result.push_back(std::log(value));
  }
  const bool finite =
      std::all_of(result.begin(), result.end(), [](double l) { return std::isfinite(l); });
  return finite ? result : std::vector<double>();
}

/// How far curve `one` runs from all others, at its farthest epoch, in their deviations.
double distance(std::span<const std::vector<double>> curves, std::size_t one) {
  double farthest = 0;
  for (std::size_t epoch = 0; epoch < curves[one].size(); ++epoch) {
    std::vector<double> others;
    for (std::size_t c = 0; c < curves.size(); ++c) {
      if (c != one) {
        others.push_back(curves[c][epoch]);
      }
    }
    const double mean = std::accumulate(others.begin(), others.end(), 0.0) / double(others.size());
    const double off = std::abs(curves[one][epoch] - mean);
    if (off > kRounding) {
      farthest = std::max(farthest, off / deviation(others));  // infinite where the others agree
    }
  }
  return farthest;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kReproduced:
      return "reproduced";
    case Verdict::kCompatible:
      return "compatible";
    case Verdict::kCannotTell:
      return "cannot tell";
    case Verdict::kNotReproduced:
      return "not reproduced";
    case Verdict::kNotJudged:
      break;
  }
  return "not judged";
}

Judgement judge(const PublishedNumber& published, std::span<const double> repeats,
                const SingleRun& single) {
  Judgement judgement;
  judgement.n = repeats.size();
  if (repeats.empty()) {
    judgement.basis = "no complete repeat";
    return judgement;
  }
  judgement.mean = deviation(repeats) == 0 ? repeats[0]
                                           : std::accumulate(repeats.begin(), repeats.end(), 0.0) /
                                                 double(repeats.size());
  judgement.difference = judgement.mean - published.value;
  if (!std::isfinite(judgement.difference)) {
    judgement.verdict = Verdict::kCannotTell;
    const auto finite = std::count_if(repeats.begin(), repeats.end(),
                                      [](double value) { return std::isfinite(value); });
    judgement.basis =
        fmt::format("not reached in {} of {} repeats",
                    repeats.size() - static_cast<std::size_t>(finite), repeats.size());
    return judgement;
  }
  judgement.beyond = !within(std::abs(judgement.difference), published.matters, published.value);
  if (repeats.size() == 1) {
    judge_one_repeat(judgement, published, single);
    return judgement;
  }
  const double spread = deviation(repeats);
  if (spread == 0) {
    if (judgement.beyond && single.images > 0) {
      judge_by_images(judgement, published, single.images);
      judgement.basis = "images only: all repeats are equal";
    } else {
      judge_equal_repeats(judgement, published);
    }
    return judgement;
  }
  const auto n = double(repeats.size());
  judge_by_t(judgement, published, spread * deviations_apart(n, published.runs), n - 1);
  judgement.basis = fmt::format("over {} repeats", repeats.size()) + runs_text(published);
  return judgement;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double so_far = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    so_far = std::max(so_far, double(p.size() - i) * p[order[i]]);
    adjusted[order[i]] = std::min(1.0, so_far);
  }
  return adjusted;
}

CurveTest judge_curve(std::span<const double> published, const std::vector<Values>& runs) {
  CurveTest test{.n = runs.size()};
  std::vector<std::vector<double>> curves = {logarithms(published)};
  for (const Values& run : runs) {
    curves.push_back(logarithms(run));
  }
  const bool comparable =
      std::all_of(curves.begin(), curves.end(), [&](const std::vector<double>& curve) {
        return !curve.empty() && curve.size() == published.size();
      });
  if (runs.size() < 2 || !comparable) {
    test.distance = std::numeric_limits<double>::quiet_NaN();
    return test;
  }
  // All n + 1 curves in turn, each against the other n: under "one more such run" any of them is as
  // likely to be the farthest, so that p is exact. Runs against n - 1 runs and the printed one
  // against n would not be exchangeable.
  test.distance = distance(curves, 0);
  std::size_t as_far = 1;
  for (std::size_t c = 1; c < curves.size(); ++c) {
    as_far += distance(curves, c) >= test.distance ? 1 : 0;
  }
  test.p = double(as_far) / double(curves.size());
  return test;
}

bool fails_strictly(std::span<const Judgement> figures, std::span<const ClaimVerdict> claims) {
  std::vector<double> p;
  std::vector<bool> beyond;
  for (const Judgement& figure : figures) {
    if (figure.verdict != Verdict::kNotJudged) {
      p.push_back(figure.p);
      beyond.push_back(figure.beyond);
    }
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    if (beyond[i] && adjusted[i] < 0.05) {
      return true;
    }
  }
  return std::find(claims.begin(), claims.end(), ClaimVerdict::kContradicted) != claims.end();
}

}  // namespace mlpsweep::results
