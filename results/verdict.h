// Is a published number reproduced, does a claim hold? Plain numbers in, a word and its reason out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/significance.h"

namespace mlpsweep::results {

enum class Verdict { kReproduced, kCompatible, kCannotTell, kNotReproduced, kNotJudged };
[[nodiscard]] std::string_view name_of(Verdict verdict);

/// A published number and what it is held against.
struct PublishedNumber {
  double value = 0;
  double unit = 0;     ///< Of its last printed digit.
  double matters = 0;  ///< Difference that would matter, in the number's own unit.
  int runs = 1;        ///< Published runs averaged in it.
};

/// What a single repeat can be judged by.
struct SingleRun {
  bool same_images = true;    ///< The report's test images are ours.
  std::int64_t images = 0;    ///< Test images behind a share; 0: the figure is none.
  double same_deviation = 0;  ///< Deviation of the published runs of one model (`same`) ...
  int same_runs = 0;          ///< ... and how many; 0: none.
};

struct Judgement {
  Verdict verdict = Verdict::kNotJudged;
  double mean = 0;
  double difference = 0;  ///< mean - published
  double half_width = 0;  ///< h of statistics.md
  std::size_t n = 0;      ///< Repeats.
  double p = 1;         ///< Two-sided, of "no difference"; 1 where there is no test. For --strict.
  bool beyond = false;  ///< |difference| > matters
  std::string basis;    ///< "over 5 repeats", "images only", "by 3 published runs of one model"
};

/// Holds a published number against one value per repeat (statistics.md, "Verdict"). A value that
/// is not finite (an epoch never reached) leaves nothing to judge by: cannot tell, said in `basis`.
/// Equal repeats (s = 0) stand for no certainty, and speak against a number otherwise: a share by
/// its images; anything else from 7 repeats on, p being how often at most n runs agree and one
/// more, the published one, does not: n^n / (n + 1)^(n + 1).
[[nodiscard]] Judgement judge(const PublishedNumber& published, std::span<const double> repeats,
                              const SingleRun& single = {});

/// One claim before the report's correction: how strongly the values speak for and against it.
struct ClaimTest {
  double p = 1;  ///< That it holds: the largest of its components' one-sided p.
  /// The smallest one-sided p of a component reversed, times their number: of 23 true ones the
  /// smallest alone would speak against the claim by chance more often than not.
  double against = 1;
  bool decided = false;  ///< No test: the numbers decide (a bound and s = 0, "in some runs").
  bool holds = false;    ///< Where decided.
  std::string measured;  ///< "0.2227 < 0.2532 (5 pairs)"
};

/// a < b, paired by repeat; Welch where the two sides have different data. With a side that was
/// never reached (infinite), or differences without any spread: the sign test, from 5 pairs on.
/// NaN, or one repeat: no test. Errors   Unpaired or not, a side without values leaves p = 1;
/// paired sides of different lengths
///          are a bug (std::logic_error), here and below.
[[nodiscard]] ClaimTest claim_less(const Values& a, const Values& b, bool paired = true);
/// configurations[best] is below all others (pooled deviation where allowed).
[[nodiscard]] ClaimTest claim_lowest(const std::vector<Values>& configurations, std::size_t best);
/// Each below its successor.
[[nodiscard]] ClaimTest claim_increasing(const std::vector<Values>& configurations);
[[nodiscard]] ClaimTest claim_at_least(const Values& values, double bound);
[[nodiscard]] ClaimTest claim_at_most(const Values& values, double bound);
[[nodiscard]] ClaimTest claim_between(const Values& values, double low, double high);
/// Some repeat is at least `bound`.
[[nodiscard]] ClaimTest claim_some(const Values& values, double bound);
[[nodiscard]] ClaimTest claim_differs(const std::vector<Values>& configurations);
/// All of them hold (intersection-union): `where` matches several configurations.
[[nodiscard]] ClaimTest claim_all(std::span<const ClaimTest> components);

enum class ClaimVerdict { kHolds, kCannotTell, kContradicted };
[[nodiscard]] std::string_view name_of(ClaimVerdict verdict);

/// Verdicts of one report's claims: Holm's correction over those that were tested.
[[nodiscard]] std::vector<ClaimVerdict> judge_claims(std::span<const ClaimTest> claims);

/// Adjusted p values in the order given (Holm 1979); never below the raw ones, at most 1.
[[nodiscard]] std::vector<double> holm(std::span<const double> p);

/// A printed curve against our runs of it (statistics.md, "A printed curve").
///
/// Shapes   runs (n, epochs), published (epochs).
struct CurveTest {
  double distance = 0;  ///< D*
  double p = 1;
  std::size_t n = 0;
};
[[nodiscard]] CurveTest judge_curve(std::span<const double> published,
                                    const std::vector<Values>& runs);

/// What --strict fails on: a published figure beyond what matters with Holm-adjusted p < .05 over
/// one report's judged figures, or a claim contradicted.
[[nodiscard]] bool fails_strictly(std::span<const Judgement> figures,
                                  std::span<const ClaimVerdict> claims);

}  // namespace mlpsweep::results
